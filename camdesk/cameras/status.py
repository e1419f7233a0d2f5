"""The one writer of what state cameras are in: the status of now on the camera, and its history as spans.

    status.record([Reported(camera=17, status="offline", since=moment)], source=StatusSpan.Source.API, now=now)

Reports may come late, twice and out of order: only what is news and newer than what is known changes anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import Case, DateTimeField, QuerySet, Value, When

from camdesk.cameras.models import Camera, StatusSpan

_AT_ONCE = 500  # cameras of one statement
_PRUNED_AT_ONCE = 5000


@dataclass(frozen=True)
class Reported:
    """Somebody says that a camera (its id) has this status since then."""

    camera: int
    status: str
    since: datetime


@dataclass(frozen=True)
class Known:
    """What is recorded of a camera; `since` is None while nothing ever was."""

    status: str
    since: datetime | None


class News(Enum):
    NOTHING = "nothing"
    BEGINS = "begins"  # a new span, and the open one ends where it begins
    CORRECTS = "corrects"  # of the very moment the open span began at: it never was what it seemed


def news(known: Known, status: str, since: datetime) -> News:
    """What a report changes. Pure. The same status again is no news, whenever it is said to have begun; what began
    before the status we know came too late."""
    if status == known.status:
        return News.NOTHING
    if known.since is None or since > known.since:
        return News.BEGINS
    return News.CORRECTS if since == known.since else News.NOTHING


def record(reports: Iterable[Reported], *, source: str, now: datetime) -> set[int]:
    """Takes reports in, in their order, and returns the cameras whose status changed. In the caller's transaction, a
    few statements for every 500 reports. What is said of the future is said of now."""
    changed: set[int] = set()
    pending = iter(reports)
    while some := list(islice(pending, _AT_ONCE)):
        with transaction.atomic():
            changed |= _record(some, source=source, now=now)
    return changed


def _record(reports: list[Reported], *, source: str, now: datetime) -> set[int]:
    ids = {one.camera for one in reports}
    # In one order, so that two who report the same cameras cannot wait for each other.
    rows = Camera.objects.filter(pk__in=ids).order_by("pk").select_for_update()
    known = {pk: Known(status, since) for pk, status, since in rows.values_list("pk", "status", "status_since")}
    ended: dict[int, datetime] = {}
    corrected: dict[int, str] = {}
    begun: dict[int, list[StatusSpan]] = {}
    for one in reports:
        since = min(one.since, now)
        change = news(known[one.camera], one.status, since) if one.camera in known else News.NOTHING
        if change is News.NOTHING:
            continue
        mine = begun.setdefault(one.camera, [])
        if change is News.CORRECTS and mine:
            mine[-1].status = one.status
        elif change is News.CORRECTS:
            corrected[one.camera] = one.status
        else:
            if mine:
                mine[-1].ended_at = since
            else:
                ended[one.camera] = since
            mine.append(StatusSpan(camera_id=one.camera, status=one.status, began_at=since, source=source))
        known[one.camera] = Known(one.status, since)
    changed = {pk: known[pk] for pk in begun}
    _write(changed, ended, corrected, begun)
    return set(changed)


def _write(
    changed: dict[int, Known], ended: dict[int, datetime], corrected: dict[int, str], begun: dict[int, list[StatusSpan]]
) -> None:
    still = StatusSpan.objects.filter(ended_at=None)
    if corrected:
        right = [When(camera=pk, then=Value(status)) for pk, status in corrected.items()]
        still.filter(camera__in=corrected).update(status=Case(*right))
    if ended:
        ends = [When(camera=pk, then=Value(at)) for pk, at in ended.items()]
        still.filter(camera__in=ended).update(ended_at=Case(*ends, output_field=DateTimeField()))
    StatusSpan.objects.bulk_create([span for spans in begun.values() for span in spans])
    cameras = [Camera(pk=pk, status=one.status, status_since=one.since) for pk, one in changed.items()]
    if cameras:
        Camera.objects.bulk_update(cameras, ["status", "status_since"])


def prune(now: datetime) -> int:
    """A duty of the worker: forgets spans that ended longer ago than the history is kept. Returns how many."""
    old = StatusSpan.objects.filter(ended_at__lt=now - timedelta(days=settings.CAMERA_HISTORY_DAYS))
    ids = list(old.order_by("ended_at").values_list("pk", flat=True)[:_PRUNED_AT_ONCE])
    return StatusSpan.objects.filter(pk__in=ids).delete()[0] if ids else 0


def history(*, camera: Camera, since: datetime) -> QuerySet[StatusSpan]:
    """What this camera was from then on, the oldest first."""
    return StatusSpan.objects.filter(camera=camera).exclude(ended_at__lte=since).order_by("began_at")
