"""The outages that are open, and whom they touch. Read by every page of the cabinet, so they are remembered for a
moment: while there are none, nothing is asked."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from camdesk.cameras.models import Camera, camera_order
from camdesk.lib import invalidation
from camdesk.lib.prepared import BoundQuery, Prepared
from camdesk.outages.models import Outage, OutageCamera, Subscription
from camdesk.people.models import Person

RECHECK_SECONDS = 5.0
CAMERAS_LISTED = 500

_NAME = "open outages"


def _affected(outages: Sequence[int]) -> QuerySet[OutageCamera]:
    return OutageCamera.objects.filter(outage_id__in=outages, state=OutageCamera.State.AFFECTED)


def _theirs(affected: QuerySet[OutageCamera], person: int) -> QuerySet[OutageCamera, Any]:
    """(outage, camera, its name, address and time zone, whether they asked for news) of a customer's own cameras."""
    asked = Subscription.objects.filter(outage_id=OuterRef("outage_id"), person_id=person)
    mine = affected.filter(camera__in=Camera.objects.visible_to(Person(pk=person))).annotate(asked=Exists(asked))
    return mine.order_by(*camera_order("camera__")).values_list(
        "outage_id", "camera_id", "camera__name", "camera__site__address", "camera__site__time_zone", "asked"
    )[:CAMERAS_LISTED]


_TOUCHING = Prepared(
    lambda outages, cameras: (
        _affected(outages).filter(camera_id__in=cameras).order_by("camera_id").values_list("outage_id", "camera_id")
    ),
    list[int],
    list[int],
)
_OF_PERSON = Prepared(lambda outages, person: _theirs(_affected(outages), person), list[int], int)
_OF_CAMERA = Prepared(
    lambda outages, camera, person: _theirs(_affected(outages).filter(camera_id=camera), person), list[int], int, int
)

_remembered: tuple[float, tuple[Outage, ...]] = (0.0, ())


def open_outages() -> tuple[Outage, ...]:
    """Open outages and planned works, those that began last first. Not to be changed: they are shared."""
    global _remembered
    looked_at, found = _remembered
    if not looked_at or time.monotonic() - looked_at > RECHECK_SECONDS:
        found = tuple(Outage.objects.open().order_by("-began_at", "-pk"))
        _remembered = (time.monotonic(), found)
    return found


def forget() -> None:
    """Look again."""
    global _remembered
    _remembered = (0.0, ())


def changed() -> None:
    """An outage changes: in the deed's transaction. Every process looks again."""
    invalidation.changed(_NAME)


@dataclass(frozen=True, slots=True)
class TouchedCamera:
    """An affected camera, as its customer knows it."""

    id: int
    name: str
    address: str
    time_zone: str = ""  # of its site; "" for ours


@dataclass(frozen=True)
class Touched:
    """An outage as one customer may see it: their own cameras' part of it, and whether they asked for its news."""

    outage: Outage
    cameras: tuple[TouchedCamera, ...]  # at most CAMERAS_LISTED
    subscribed: bool = False


def touching(cameras: Iterable[int]) -> dict[int, list[int]]:
    """{outage id: [camera id]} of the open outages, for those of `cameras` that are still affected. One query."""
    found: dict[int, list[int]] = {}
    for outage_id, camera_id in _TOUCHING.all([one.pk for one in open_outages()], cameras):
        found.setdefault(outage_id, []).append(camera_id)
    return found


def touching_question(cameras: Sequence[int]) -> BoundQuery:
    """What `touching` will ask, for lib/prepared.ahead."""
    return _TOUCHING.of([outage.pk for outage in open_outages()], cameras)


def of_person(person: Person | None, *, camera: int | None = None) -> list[Touched]:
    """The open outages that touch a customer's own cameras (or the one camera of theirs). Planned works too, before
    they begin. No query while nothing is open, else one."""
    if person is None or not (outages := open_outages()):
        return []
    ids = [outage.pk for outage in outages]
    rows = _OF_PERSON.all(ids, person.pk) if camera is None else _OF_CAMERA.all(ids, camera, person.pk)
    cameras: dict[int, list[TouchedCamera]] = {}
    subscribed = set()
    for outage_id, pk, name, address, time_zone, asked in rows:
        cameras.setdefault(outage_id, []).append(TouchedCamera(pk, name, address, time_zone))
        if asked:
            subscribed.add(outage_id)
    return [
        Touched(outage, tuple(cameras[outage.pk]), outage.pk in subscribed)
        for outage in outages
        if outage.pk in cameras
    ]


def questions(person: Person) -> list[BoundQuery]:
    """What `of_person` will ask, for lib/prepared.ahead."""
    outages = open_outages()
    return [_OF_PERSON.of([outage.pk for outage in outages], person.pk)] if outages else []


def begun(outages: Iterable[Outage], *, now: datetime, kind: str | None = None) -> list[Outage]:
    """Those under way now; of this kind only, if one is given. Works of tomorrow explain nothing of today."""
    return [one for one in outages if one.has_begun(now) and kind in (None, one.kind)]


invalidation.remember(_NAME, forget)
