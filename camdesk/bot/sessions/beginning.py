"""A conversation with the bot begins: on a ticket whose first move is the bot's (channels/inbound.py opens it)."""

from datetime import datetime

from camdesk.bot.models import Session
from camdesk.people.models import Person
from camdesk.tickets.models import Ticket
from camdesk.tickets.models.ticket import Channel


def begin(ticket: Ticket, *, now: datetime) -> Session:
    """In the transaction that opened the ticket: a chat is a ticket from its first message, so nothing is lost."""
    return Session.objects.create(ticket=ticket, started_at=now, moved_at=now)


def current_chat(person: Person | None) -> Ticket | None:
    """The chat to go on with: the last one that is not settled."""
    return (
        Ticket.objects.open().filter(person=person, channel=Channel.CHAT).order_by("-number").first()
        if person is not None
        else None
    )
