"""Places where cameras hang."""

from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from camdesk.lib import time_zones
from camdesk.lib.natural_order import InNaturalOrder, NaturalOrder
from camdesk.people.models import Organisation, Person


def valid_zone(name: str) -> None:
    """Raises ValidationError for what is no IANA time zone in its own spelling."""
    try:
        known = time_zones.name_of(name) == name
    except time_zones.UnknownZone:
        known = False
    if not known:
        raise ValidationError(_("Часового пояса «%(name)s» нет.") % {"name": name})


class SiteQuerySet(models.QuerySet["Site"]):
    def in_order(self) -> "SiteQuerySet":
        return self.order_by("address_order", "pk")


class Site(InNaturalOrder):
    """An address with cameras: a shop, a block of flats, a yard."""

    name = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=300)
    address_order = NaturalOrder(of="address")
    city = models.CharField(max_length=80, blank=True)
    district = models.CharField(max_length=80, blank=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="sites")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="sites")  # a private owner
    external_id = models.CharField(max_length=100, null=True, blank=True, unique=True)
    access_notes = models.TextField(blank=True)  # gate, key holder, hours
    # An IANA name; "": as the installation.
    time_zone = models.CharField(max_length=64, blank=True, default="", validators=[valid_zone])

    objects = SiteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["address"], name="site_by_address"),
            models.Index(fields=["address_order"], name="sites_in_order"),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def zone(self) -> ZoneInfo | None:
        """Its own time zone, where it has one."""
        return time_zones.zone(self.time_zone)
