"""Promises an agent makes: when the customer will hear from us."""

from datetime import datetime
from typing import Any

from camdesk.people.models import Person
from camdesk.tickets import state, thread
from camdesk.tickets.models import Delivery, Ticket
from camdesk.tickets.outbox import queue_letter
from camdesk.tickets.site_time import visit_zone
from camdesk.tickets.timeline import deed, record


class Settled(Exception):
    """Nobody waits for anything any more."""


def promise(*, ticket: Ticket, at: datetime, by: Person, now: datetime) -> None:
    """An agent promises the next update at a time of their own; the customer is told by letter, with an apology where
    what was promised before has passed. What is promised already changes nothing. Raises Settled."""
    with deed(ticket.pk, now=now) as locked:
        if not locked.is_open:
            raise Settled
        if locked.promised_at == at and _promised_last(locked) == at.isoformat():
            return  # a second press: it is what they were told
        late = locked.promised_at is not None and locked.promised_at < now
        state.promise(locked, due=at, now=now)
        zone = visit_zone(locked)
        told_in: dict[str, Any] = {"zone": zone.key} if zone is not None else {}
        event = record(locked, "promise.changed", by=by, now=now, at=at.isoformat(), late=late, **told_in)
        queue_letter(
            kind=Delivery.Kind.PROMISE,
            to=locked.contact_email,
            ticket=locked,
            language=locked.language,
            now=now,
            by=by,
            dedupe_key=f"promise:{locked.pk}:{event.seq}",
            key_is_new=True,
        )


def _promised_last(ticket: Ticket) -> str:
    last = thread.last_event(ticket, "promise.changed")
    return str(last.particulars.get("at", "")) if last is not None else ""
