"""The outages that are open, and whom they touch. Read by every page of the cabinet, so they are remembered for a
moment: while there are none, nothing is asked."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from camdesk.cameras.models import Camera
from camdesk.lib import invalidation
from camdesk.outages.models import Outage, OutageCamera, Subscription
from camdesk.people.models import Person

RECHECK_SECONDS = 5.0
CAMERAS_LISTED = 500

_NAME = "open outages"

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


@dataclass(frozen=True)
class Touched:
    """An outage as one customer may see it: their own cameras' part of it, and whether they asked for its news."""

    outage: Outage
    cameras: tuple[TouchedCamera, ...]  # at most CAMERAS_LISTED
    subscribed: bool = False


def touching(cameras: Iterable[int]) -> dict[int, list[int]]:
    """{outage id: [camera id]} of the open outages, for those of `cameras` that are still affected. One query."""
    found: dict[int, list[int]] = {}
    if not open_outages():
        return found
    rows = _affected().filter(camera_id__in=list(cameras)).order_by("camera_id")
    for outage_id, camera_id in rows.values_list("outage_id", "camera_id"):
        found.setdefault(outage_id, []).append(camera_id)
    return found


def of_person(person: Person | None, *, camera: int | None = None) -> list[Touched]:
    """The open outages that touch a customer's own cameras (or the one camera of theirs). Planned works too, before
    they begin. No query while nothing is open, one when nothing touches them, else two."""
    if person is None or not open_outages():
        return []
    mine = _affected().filter(camera__in=Camera.objects.visible_to(person))
    if camera is not None:
        mine = mine.filter(camera_id=camera)
    rows = mine.order_by("camera__site__address", "camera__name", "camera_id").values_list(
        "outage_id", "camera_id", "camera__name", "camera__site__address"
    )
    cameras: dict[int, list[TouchedCamera]] = {}
    for outage_id, pk, name, address in rows[:CAMERAS_LISTED]:
        cameras.setdefault(outage_id, []).append(TouchedCamera(pk, name, address))
    if not cameras:
        return []
    asked = set(Subscription.objects.filter(person=person, outage_id__in=cameras).values_list("outage_id", flat=True))
    return [
        Touched(outage, tuple(cameras[outage.pk]), outage.pk in asked)
        for outage in open_outages()
        if outage.pk in cameras
    ]


def begun(outages: Iterable[Outage], *, now: datetime, kind: str | None = None) -> list[Outage]:
    """Those under way now; of this kind only, if one is given. Works of tomorrow explain nothing of today."""
    return [one for one in outages if one.has_begun(now) and kind in (None, one.kind)]


def _affected() -> QuerySet[OutageCamera]:
    ids = [outage.pk for outage in open_outages()]
    return OutageCamera.objects.filter(outage_id__in=ids, state=OutageCamera.State.AFFECTED)


invalidation.remember(_NAME, forget)
