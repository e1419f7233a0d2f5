"""Readings in: kept, judged by the state machine, what changed written down. The one door for what is said of cameras.

taken = take_in([told, …], source="api:17", now=now)  # told: SaidOfCamera, in any order, twice, of cameras nobody has
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from camdesk.cameras import status
from camdesk.cameras.health import machine
from camdesk.cameras.health.machine import CameraReport, Ears, Health, Manner
from camdesk.cameras.health.memory import signs_kept, signs_to_keep
from camdesk.cameras.models import Camera, CameraHealth, HealthSource, Reading, StatusSpan

LISTENING_SINCE = timezone.now()
"""When this process began to hear: what was said until then cannot have been missed by those who said it."""

_AT_ONCE = 1000  # readings of one transaction
_DUE_AT_ONCE = 500
_PRUNED_AT_ONCE = 10_000
_MEMORY = ("signs", "up", "changes", "due_at")


@dataclass(frozen=True, slots=True)
class SaidOfCamera:
    """What a source says of a camera (its id); `state` and the numbers as in `CameraReport`."""

    camera: int
    seen_at: datetime
    state: str
    role: str = machine.LIVE
    fps: float | None = None
    bitrate: float | None = None
    bytes: int | None = None
    last_frame_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """`news`: readings that told something newer than what was known; `changed`: cameras with another verdict now."""

    news: int
    changed: frozenset[int]


def take_in(
    told: Iterable[SaidOfCamera],
    *,
    source: str,
    manner: Manner,
    span: str,
    now: datetime,
    interval: float | None = None,
    listening_since: datetime | None = None,
) -> TakenIn:
    """Takes readings in, the oldest first, 1,000 in a transaction. `interval`: seconds, of a source that polls; `span`:
    the `StatusSpan.Source` of what changes. The source was heard, also where it said nothing."""
    heard = _source(source, now)
    pending = iter(sorted(told, key=lambda one: one.seen_at))
    news, changed = 0, frozenset[int]()
    while some := list(islice(pending, _AT_ONCE)):
        reports = [
            (one.camera, CameraReport(
                source, one.seen_at, now, one.state, manner, interval,
                one.role, one.fps, one.bitrate, one.bytes, one.last_frame_at, one.reason,
            ))
            for one in some
        ]  # fmt: skip
        taken = _take_in(reports, heard, span=span, now=now, since=listening_since or LISTENING_SINCE)
        news, changed = news + taken.news, changed | taken.changed
    return TakenIn(news, changed)


def look_again(now: datetime, *, listening_since: datetime | None = None) -> int:
    """A duty of the worker: judges anew where the passing of time may have changed the verdict. Returns how many."""
    with transaction.atomic():
        due = CameraHealth.objects.filter(due_at__lte=now).order_by("due_at")
        ids = list(due.values_list("pk", flat=True)[:_DUE_AT_ONCE])
        before = _locked(ids)
        ears = Ears(listening_since or LISTENING_SINCE, _heard())
        after = {pk: machine.step(health, None, now=now, ears=ears) for pk, health in before.items()}
        _write(before, after, span=StatusSpan.Source.TIME, now=now)
    return len(ids)


def prune(now: datetime) -> int:
    """A duty of the worker: forgets readings that are too old. Returns how many."""
    old = Reading.objects.filter(received_at__lt=now - timedelta(hours=settings.CAMERA_READINGS_HOURS))
    ids = list(old.order_by("received_at").values_list("pk", flat=True)[:_PRUNED_AT_ONCE])
    return Reading.objects.filter(pk__in=ids).delete()[0] if ids else 0


def health_of(camera: Camera) -> Health:
    """What is known of it, with the signs it rests on."""
    memory = CameraHealth.objects.filter(camera=camera).first()
    return _health(memory, camera.status, camera.status_since)


def is_looked_at(camera: Camera, *, now: datetime) -> bool:
    """Whether somebody reports it, so that a statement decides nothing."""
    return machine.is_looked_at(health_of(camera), now, Ears(LISTENING_SINCE, _heard()))


def _source(key: str, now: datetime) -> HealthSource:
    return HealthSource.objects.update_or_create(key=key, defaults={"heard_at": now})[0]


def _heard() -> dict[str, datetime]:
    return dict(HealthSource.objects.values_list("key", "heard_at"))


def _take_in(
    reports: Sequence[tuple[int, CameraReport]], source: HealthSource, *, span: str, now: datetime, since: datetime
) -> TakenIn:
    with transaction.atomic():
        before = _locked({camera for camera, _report in reports})
        ears, after, news = Ears(since, _heard()), dict(before), 0
        for camera, report in reports:
            if (health := after.get(camera)) is not None:
                news += machine.is_news(health, report)
                after[camera] = machine.step(health, report, now=now, ears=ears)
        rows = [_row(camera, report, source) for camera, report in reports if camera in before]
        Reading.objects.bulk_create(rows, ignore_conflicts=True)
        return TakenIn(news, _write(before, after, span=span, now=now))


def _row(camera: int, report: CameraReport, source: HealthSource) -> Reading:
    return Reading(
        source=source, camera_id=camera, seen_at=report.seen_at, received_at=report.received_at, role=report.role,
        state=report.state, fps=report.fps, bitrate=report.bitrate, bytes=report.bytes,
        last_frame_at=report.last_frame_at, reason=report.reason,
    )  # fmt: skip


def _locked(cameras: Iterable[int]) -> dict[int, Health]:
    """What is known of these, of those that are there; ours until the transaction ends. Locked in one order, so that
    two who report the same cameras cannot wait for each other."""
    wanted = sorted(cameras)
    there = Camera.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    known = {pk: (told, at) for pk, told, at in there.values_list("pk", "status", "status_since")}
    memories = CameraHealth.objects.in_bulk(list(known))
    return {pk: _health(memories.get(pk), told, at) for pk, (told, at) in known.items()}


def _health(memory: CameraHealth | None, told: str, since: datetime | None) -> Health:
    if memory is None:
        # Known before anybody reported: it stands until somebody does.
        return Health(told, since, up=machine.works(told))
    changes = tuple(datetime.fromisoformat(at) for at in memory.changes)
    return Health(told, since, signs_kept(memory.signs), memory.up, changes, memory.due_at)


def _write(before: Mapping[int, Health], after: Mapping[int, Health], *, span: str, now: datetime) -> frozenset[int]:
    moved = {pk: health for pk, health in after.items() if health is not before[pk]}
    rows = [
        CameraHealth(
            camera_id=pk,
            signs=signs_to_keep(health.signs),
            up=health.up,
            changes=[at.isoformat() for at in health.changes],
            due_at=health.due_at,
        )
        for pk, health in moved.items()
    ]
    CameraHealth.objects.bulk_create(rows, update_conflicts=True, unique_fields=["camera"], update_fields=_MEMORY)
    told = [
        status.Reported(pk, health.verdict, health.since or now)
        for pk, health in moved.items()
        if health.verdict != before[pk].verdict
    ]
    return frozenset(status.record(told, source=span, now=now))
