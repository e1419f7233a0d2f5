"""Whose clock the customer goes by: that of the place where their cameras hang."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from camdesk.cameras.models import Site
from camdesk.lib import time_zones


def zone_of(sites: Iterable[Site]) -> ZoneInfo | None:
    """The zone that all these sites are in. None where one of them has none of its own, where they are in several, and
    without sites: then times are the installation's."""
    return time_zones.only(site.time_zone for site in sites)


def set_zone(*, site: Site, said: str) -> None:
    """`said`: as people write it (lib/time_zones.py), "" for the installation's. Raises time_zones.UnknownZone."""
    site.time_zone = time_zones.name_of(said)
    site.save(update_fields=["time_zone"])
