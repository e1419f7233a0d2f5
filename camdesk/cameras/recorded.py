"""What the platform has recorded of cameras, as plain values: the first look, before anything is asked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from camdesk.cameras.models import Camera


def look_at(cameras: Iterable[Camera], *, now: datetime) -> dict[int, dict[str, Any]]:
    """{camera id: {"status", "since", "last_frame_at", "neighbours": {"total", "down"}, "checked_at"}}.

    Times are ISO 8601 with zone, or None. Neighbours are the other cameras in service at the same site.
    Two queries at most, whatever the number of cameras.
    """
    cameras = list(cameras)
    down = Q(status__in=[Camera.Status.OFFLINE, Camera.Status.BLOCKED])
    rows = (
        Camera.objects.in_service()
        .filter(site_id__in={camera.site_id for camera in cameras})
        .values("site_id")
        .annotate(total=Count("pk"), down=Count("pk", filter=down))
    )
    sites = {row["site_id"]: row for row in rows}
    return {camera.pk: _seen(camera, sites.get(camera.site_id), now) for camera in cameras}


def _seen(camera: Camera, site: dict[str, int] | None, now: datetime) -> dict[str, Any]:
    is_down = camera.status in {Camera.Status.OFFLINE, Camera.Status.BLOCKED}
    total = site["total"] - 1 if site else 0
    return {
        "status": camera.status,
        "since": camera.status_since.isoformat() if camera.status_since else None,
        "last_frame_at": camera.last_frame_at.isoformat() if camera.last_frame_at else None,
        "neighbours": {"total": max(total, 0), "down": max(site["down"] - int(is_down), 0) if site else 0},
        "checked_at": now.isoformat(),
    }
