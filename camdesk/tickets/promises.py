"""Promises on a ticket: when the customer was told to hear from us, and when a turn's clock runs out."""

from datetime import datetime

from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.playbook.promises import promised_at
from camdesk.tickets.models import Delivery, Ticket
from camdesk.tickets.outbox import queue_letter
from camdesk.tickets.timeline import deed, record


def start_clock(ticket: Ticket, *, now: datetime) -> None:
    """The move is ours: promise the next update by the topic's promise. On the locked ticket."""
    document = playbook.version(ticket.playbook_version)
    topic = document.topics.get(ticket.topic_id)
    promise = document.promises[topic.promise] if topic else next(iter(document.promises.values()))
    ticket.promised_at = ticket.next_due_at = promised_at(promise, document.hours, now)


def stop_clock(ticket: Ticket) -> None:
    """The move is not ours: nothing is due from us."""
    ticket.promised_at = ticket.next_due_at = None


def promise(*, ticket: Ticket, at: datetime, by: Person, now: datetime) -> None:
    """An agent promises the next update at a time of their own; the customer is told by letter."""
    with deed(ticket.pk, now=now) as locked:
        locked.promised_at = locked.next_due_at = at
        record(locked, "promise.changed", by=by, now=now, at=at.isoformat())
        queue_letter(
            kind=Delivery.Kind.PROMISE, to=locked.contact_email, ticket=locked, language=locked.language, now=now
        )
