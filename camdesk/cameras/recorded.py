"""What the platform has recorded of cameras, as values: the first look, before anything is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from camdesk.cameras.models import Camera
from camdesk.lib.prepared import Prepared

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


def look_at(cameras: Iterable[Camera], *, now: datetime) -> dict[int, CameraState]:
    """{camera id: its state}. Two queries at most, whatever the number of cameras."""
    cameras = list(cameras)
    rows = _SITES.all({camera.site_id for camera in cameras})
    sites = {site_id: Neighbours(total, down) for site_id, total, down in rows}
    return {camera.pk: _state(camera, sites.get(camera.site_id, Neighbours()), now) for camera in cameras}


def _state(camera: Camera, site: Neighbours, now: datetime) -> CameraState:
    """`site`: the camera itself included, as long as it is in service."""
    around = Neighbours(max(site.total - 1, 0), max(site.down - int(camera.status in _DOWN), 0))
    return CameraState(camera.status, camera.status_since, camera.last_frame_at, around, now)
