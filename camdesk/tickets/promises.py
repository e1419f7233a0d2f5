"""Promises an agent makes: when the customer will hear from us."""

from datetime import datetime

from camdesk.people.models import Person
from camdesk.tickets import state
from camdesk.tickets.models import Delivery, Ticket
from camdesk.tickets.outbox import queue_letter
from camdesk.tickets.timeline import deed, record


class Settled(Exception):
    """Nobody waits for anything any more."""


def promise(*, ticket: Ticket, at: datetime, by: Person, now: datetime) -> None:
    """An agent promises the next update at a time of their own; the customer is told by letter. Raises Settled."""
    with deed(ticket.pk, now=now) as locked:
        if not locked.is_open:
            raise Settled
        state.promise(locked, due=at, now=now)
        record(locked, "promise.changed", by=by, now=now, at=at.isoformat())
        queue_letter(
            kind=Delivery.Kind.PROMISE, to=locked.contact_email, ticket=locked, language=locked.language, now=now, by=by
        )
