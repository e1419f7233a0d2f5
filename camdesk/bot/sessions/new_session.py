"""A conversation with the bot begins: on a ticket whose first move is the bot's (channels/inbound.py opens it)."""

from datetime import datetime

from camdesk.bot.models import Session
from camdesk.tickets.models import Ticket


def begin(ticket: Ticket, *, now: datetime) -> Session:
    """In the transaction that opened the ticket: a chat is a ticket from its first message, so nothing is lost."""
    return Session.objects.create(ticket=ticket, started_at=now, moved_at=now)
