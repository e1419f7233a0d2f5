"""Cameras as people read a list of them: under the address they stand at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from camdesk.cameras.models import Camera, Site


@dataclass(frozen=True, slots=True)
class SiteCameras:
    """An address with those of its cameras that a page lists. Not `shown`: another address was named."""

    site: Site
    cameras: Sequence[Camera]
    shown: bool = True


def by_site(cameras: Iterable[Camera]) -> list[SiteCameras]:
    """In the order in which the first camera of each site comes. No query, where the sites were fetched with them."""
    groups: dict[int, list[Camera]] = {}
    for camera in cameras:
        groups.setdefault(camera.site_id, []).append(camera)
    return [SiteCameras(own[0].site, own) for own in groups.values()]
