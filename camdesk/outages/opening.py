"""Opening a request that an outage may explain: what the channels and rooms call."""

from datetime import datetime

from django.db import transaction

from camdesk.outages import open_outages
from camdesk.outages.linking import link_new
from camdesk.people.models import Person
from camdesk.tickets import opening
from camdesk.tickets.opening import NewTicket, Opened
from camdesk.tickets.ways_in import Key


def open_ticket(new: NewTicket, *, by: Person | None, now: datetime, key: Key | None = None) -> Opened:
    """As tickets.opening.open_ticket; a request about cameras of an open outage is linked to it at once."""
    if not new.cameras or not open_outages.begun(open_outages.open_outages(), now=now):
        return opening.open_ticket(new, by=by, now=now, key=key)
    with transaction.atomic():
        opened = opening.open_ticket(new, by=by, now=now, key=key)
        if opened.created:
            link_new(ticket=opened.ticket, now=now)
    return opened
