"""A settled ticket comes back, within a window; afterwards a follow-up is opened instead."""

from datetime import datetime, timedelta

from camdesk.people.models import Person
from camdesk.tickets import promises, turns
from camdesk.tickets.models import Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.timeline import deed, record

WINDOW = timedelta(days=7)


class TooLate(Exception):
    """The ticket is closed for good: open a follow-up."""


def reopen(*, ticket: Ticket, by: Person, now: datetime) -> None:
    """Opens a resolved ticket again. Raises TooLate. An open one stays as it is."""
    with deed(ticket.pk, now=now) as locked:
        if locked.is_closed:
            raise TooLate
        if not locked.is_open:
            reopen_locked(locked, by=by, now=now)


def reopen_locked(ticket: Ticket, *, by: Person, now: datetime) -> None:
    """On the locked ticket, as part of a deed."""
    turns.set_turn(ticket, Turn.US, now=now)
    ticket.resolved_at = None
    ticket.reopenings += 1
    promises.start_clock(ticket, now=now)
    record(ticket, "ticket.reopened", by=by, now=now)
