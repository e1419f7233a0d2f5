"""A settled ticket comes back, within a window; afterwards a follow-up is opened instead."""

from datetime import datetime, timedelta

from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.tickets import state
from camdesk.tickets.models import Ticket
from camdesk.tickets.timeline import deed, record
from camdesk.tickets.transitions import Closed, Move


def window() -> timedelta:
    """How long a word opens a settled ticket again: `limits: reopen_days` of the playbook in force."""
    _number, document = playbook.current()
    return timedelta(days=document.limits.reopen_days)


def until(ticket: Ticket) -> datetime | None:
    """When a resolved ticket is closed for good; None for one that is open, or closed already."""
    return None if ticket.resolved_at is None or ticket.is_closed else ticket.resolved_at + window()


class TooLate(Exception):
    """The ticket is closed for good: open a follow-up."""


def reopen(*, ticket: Ticket, by: Person, now: datetime) -> None:
    """Opens a resolved ticket again. Raises TooLate. An open one stays as it is."""
    with deed(ticket.pk, now=now) as locked:
        try:
            step = state.move(locked, Move.REOPENED, now=now)
        except Closed:
            raise TooLate from None
        if step.reopened:
            record(locked, "ticket.reopened", by=by, now=now)
