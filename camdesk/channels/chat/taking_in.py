"""Whom a customer's words go to: the bot while the move is the bot's, a person afterwards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from camdesk.bot.models import Session
from camdesk.bot.sessions.effects import play_out
from camdesk.bot.sessions.playing import Said
from camdesk.people import limits
from camdesk.people.models import Person
from camdesk.tickets import conversation
from camdesk.tickets.models import Ticket
from camdesk.tickets.models.ticket import Channel, Turn

# What only moves about in the bot's flow: said to a person it would be noise.
_ONLY_FOR_THE_BOT = frozenset({"back", "restart", "other_topic", "skip", "change", "switch", "operator"})


def bot_listens(ticket: Ticket) -> bool:
    """Whether the bot answers: it is its move, or it settled the matter itself and may be told that it did not."""
    if ticket.turn not in (Turn.BOT, Turn.NOBODY) or ticket.is_closed:
        return False
    session = Session.objects.filter(ticket_id=ticket.pk).first()
    return session is not None and (ticket.turn == Turn.BOT or session.state.get("status") == "done")


def take_in(*, ticket: Ticket, event: Mapping[str, Any], said: Said, by: Person, now: datetime) -> None:
    """Plays one event of the customer, with everything that follows from it; or adds their words for the person.

    A retry with the same client id does nothing. Raises conversation.Closed and NothingSaid, attachments.CannotAttach,
    limits.Limited.
    """
    if bot_listens(ticket):
        limits.take("messages", by.pk, now=now)
        play_out(ticket=ticket, event=event, said=said, by=by, now=now)
    elif event["kind"] not in _ONLY_FOR_THE_BOT:
        conversation.receive(
            ticket=ticket,
            text=said.text,
            by=by,
            now=now,
            channel=Channel.CHAT,
            files=said.files,
            client_id=said.client_id,
        )
