"""A conversation in which the customer said nothing is no request: it leaves nothing behind."""

from django.db import transaction

from camdesk.tickets import counts, timeline
from camdesk.tickets.models import Event, Message, Ticket
from camdesk.tickets.search import index


def forget_locked(ticket: Ticket) -> None:
    """Removes the locked ticket with all it has, in the caller's transaction. Only for what nobody has said: what was
    said stays (docs/events.md)."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("forgetting needs the ticket's lock")
    counts.move(counts.queues_of(ticket), frozenset())
    timeline.tell_gone_after_commit(ticket)
    index.remove(ticket.pk)
    Message.objects.filter(ticket=ticket).delete()
    Event.objects.filter(ticket=ticket).delete()
    ticket.delete()
