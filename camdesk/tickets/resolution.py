"""Settling a ticket, and rating how it was settled."""

from datetime import datetime

from camdesk.people.models import Person
from camdesk.tickets import promises, turns
from camdesk.tickets.models import Delivery, Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.outbox import queue_letter
from camdesk.tickets.reopening import WINDOW
from camdesk.tickets.timeline import deed, record


def resolve(*, ticket: Ticket, by: Person | None, now: datetime, tell: bool = True) -> None:
    """The ticket is settled; it reopens when the customer writes within the window. Settled twice changes nothing."""
    with deed(ticket.pk, now=now) as locked:
        if not locked.is_open:
            return
        turns.set_turn(locked, Turn.NOBODY, now=now)
        locked.resolved_at = now
        promises.stop_clock(locked)
        record(locked, "ticket.resolved", by=by, now=now)
        if tell:
            queue_letter(
                kind=Delivery.Kind.RESOLVED, to=locked.contact_email, ticket=locked, language=locked.language, now=now
            )


def rate(*, ticket: Ticket, stars: int, comment: str = "", by: Person, now: datetime) -> None:
    """The customer rates, 1 to 5; may change his mind. Raises ValueError for another number."""
    if stars not in range(1, 6):
        raise ValueError(stars)
    with deed(ticket.pk, now=now) as locked:
        locked.rating = stars
        locked.rating_comment = comment
        record(locked, "ticket.rated", by=by, now=now, stars=stars)


def close_settled(now: datetime, *, limit: int = 200) -> int:
    """A duty of the worker: what was resolved longer ago than the window is closed for good. Returns how many."""
    numbers = list(
        Ticket.objects.filter(turn=Turn.NOBODY, closed_at__isnull=True, resolved_at__lt=now - WINDOW).values_list(
            "pk", flat=True
        )[:limit]
    )
    for number in numbers:
        with deed(number, now=now) as locked:
            if locked.turn == Turn.NOBODY and not locked.is_closed:
                locked.closed_at = now
                record(locked, "ticket.closed", by=None, now=now)
    return len(numbers)
