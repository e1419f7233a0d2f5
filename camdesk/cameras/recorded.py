"""What the platform has recorded of cameras, as values: the first look, before anything is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from django.db import models
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from camdesk.cameras.models import Camera
from camdesk.lib.prepared import Prepared

M = TypeVar("M", bound=models.Model)

_DOWN = (Camera.Status.OFFLINE, Camera.Status.BLOCKED)
_SITES = Prepared(
    lambda sites: (
        Camera.objects.in_service()
        .filter(site_id__in=sites)
        .values("site_id")
        .annotate(total=Count("pk"), down=Count("pk", filter=Q(status__in=_DOWN)))
        .values_list("site_id", "total", "down")
    ),
    list[int],
)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The other cameras in service at the same site, and how many of them do not work."""

    total: int = 0
    down: int = 0

    @property
    def all_down(self) -> bool:
        return self.total > 0 and self.down == self.total


@dataclass(frozen=True, slots=True)
class CameraState:
    """What one look at a camera says. status: a value of Camera.Status, since when if that is known."""

    status: str
    since: datetime | None
    last_frame_at: datetime | None
    neighbours: Neighbours
    checked_at: datetime

    def frozen(self) -> dict[str, Any]:
        """As `TicketCamera.diagnosis` keeps it and the API gives it: times are ISO 8601 with zone, or None."""
        return {
            "status": self.status,
            "since": self.since.isoformat() if self.since else None,
            "last_frame_at": self.last_frame_at.isoformat() if self.last_frame_at else None,
            "neighbours": {"total": self.neighbours.total, "down": self.neighbours.down},
            "checked_at": self.checked_at.isoformat(),
        }


def with_neighbours(rows: "QuerySet[M]", *, camera: str = "") -> "QuerySet[M]":
    """Cameras, or rows that lead to one (`camera`: how, with its underscores), with what a look wants to know of their
    sites: of such nothing more is asked."""
    site = Camera.objects.in_service().filter(site_id=OuterRef(f"{camera}site_id")).order_by().values("site_id")
    known = rows.annotate(
        site_total=Subquery(site.annotate(number=Count("pk")).values("number")),
        site_down=Subquery(site.filter(status__in=_DOWN).annotate(number=Count("pk")).values("number")),
    )
    return cast("QuerySet[M]", known)  # the stubs lose which model it is


def look_at(cameras: Iterable[Camera], *, now: datetime) -> dict[int, CameraState]:
    """{camera id: its state}. One query, whatever the number of cameras; none of those read with_neighbours."""
    cameras = list(cameras)
    if all("site_total" in vars(camera) for camera in cameras):
        return {camera.pk: seen_beside(camera, camera, now=now) for camera in cameras}
    rows = _SITES.all({camera.site_id for camera in cameras})
    sites = {site_id: Neighbours(total, down) for site_id, total, down in rows}
    return {camera.pk: _state(camera, sites.get(camera.site_id, Neighbours()), now) for camera in cameras}


def seen_beside(row: models.Model, camera: Camera, *, now: datetime) -> CameraState:
    """The state of the camera of a row that was read with_neighbours. No query."""
    known = vars(row)
    return _state(camera, Neighbours(known["site_total"] or 0, known["site_down"] or 0), now)


def _state(camera: Camera, site: Neighbours, now: datetime) -> CameraState:
    """`site`: the camera itself included, as long as it is in service."""
    around = Neighbours(max(site.total - 1, 0), max(site.down - int(camera.status in _DOWN), 0))
    return CameraState(camera.status, camera.status_since, camera.last_frame_at, around, now)
