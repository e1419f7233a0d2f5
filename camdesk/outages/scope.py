"""Which cameras an outage was declared for: chosen cameras, and those of addresses, districts and a provider.

Addresses and districts add up; a provider narrows them down, or stands for all its cameras where no place is named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q

from camdesk.cameras.models import Camera
from camdesk.cameras.models.camera import CameraQuerySet
from camdesk.lib.numbers import whole_numbers


@dataclass(frozen=True)
class OutageScope:
    """sites, cameras: ids; districts: names; provider: a value of the passports, "" for any."""

    sites: tuple[int, ...] = ()
    districts: tuple[str, ...] = ()
    provider: str = ""
    cameras: tuple[int, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.sites or self.districts or self.provider or self.cameras)

    def stored(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def read(stored: Mapping[str, Any]) -> OutageScope:
    """The scope that `stored()` gave, or a form: what is not a number or empty is left out."""
    return OutageScope(
        sites=_ids(stored.get("sites") or ()),
        districts=tuple(dict.fromkeys(str(name) for name in stored.get("districts") or () if name)),
        provider=str(stored.get("provider") or ""),
        cameras=_ids(stored.get("cameras") or ()),
    )


def _ids(raw: Sequence[Any]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(whole_numbers(raw)))


def cameras_in(scope: OutageScope) -> CameraQuerySet:
    """The cameras in service that are in the scope."""
    found = Q(pk__in=scope.cameras)
    if scope.sites or scope.districts or scope.provider:
        place = Q(site_id__in=scope.sites) | Q(site__district__in=scope.districts)
        carried = Q(passport__provider=scope.provider) if scope.provider else Q()
        found |= (place if scope.sites or scope.districts else Q()) & carried
    return Camera.objects.in_service().filter(found)
