"""By whose clock a request's times are told: what happened there by the site's, what we promise by our own, but for a
visit, which is to the site."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from camdesk.cameras.models import Site
from camdesk.cameras.site_time import zone_of
from camdesk.tickets.models import Ticket, TicketCamera
from camdesk.tickets.models.ticket import Turn
from camdesk.ui import moments


def zone_of_ticket(ticket: Ticket, cameras: Iterable[TicketCamera]) -> ZoneInfo | None:
    """The one zone of its cameras' sites, given with them, else of the place that was named. None: our own."""
    return zone_of(_sites(ticket, cameras))


def promised(ticket: Ticket, cameras: Iterable[TicketCamera], moment: datetime) -> str:
    """A moment that a letter promises, by our clock, which is named where the reader may live by another."""
    ours = timezone.get_default_timezone()
    return moments.exact_for(moment, [site.zone or ours for site in _sites(ticket, cameras)])


def _sites(ticket: Ticket, cameras: Iterable[TicketCamera]) -> list[Site]:
    return [row.camera.site for row in cameras] or ([ticket.site] if ticket.site_id and ticket.site else [])


def visit_zone(ticket: Ticket) -> ZoneInfo | None:
    """In which zone a promise is made and told: the site's while a visit to it is awaited, else None, our own. One
    query then, none otherwise."""
    if ticket.turn != Turn.VISIT:
        return None
    sites = list(Site.objects.filter(cameras__tickets=ticket).distinct())
    return zone_of(sites or filter(None, [ticket.site]))


def now_at(zone: ZoneInfo | None, now: datetime) -> str:
    """«16:40 (Екатеринбург, UTC+5)» where it is not our own time, else ""."""
    if not (named := moments.zone_title(now, zone)):
        return ""
    return _("сейчас %(clock)s (%(zone)s)") % {"clock": moments.clock(now, zone), "zone": named}
