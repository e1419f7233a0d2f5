"""An agent gives a conversation back to the bot."""

from datetime import datetime

from camdesk.bot.engine.events import Began
from camdesk.bot.models import Session
from camdesk.bot.sessions.effects import play_out
from camdesk.people.models import Person
from camdesk.tickets import state
from camdesk.tickets.models import Ticket
from camdesk.tickets.timeline import deed, record
from camdesk.tickets.transitions import Move


def give_back(*, ticket: Ticket, by: Person, now: datetime) -> bool:
    """The bot begins the ticket's topic anew and speaks first; what it knows already it does not ask again.

    False when there is nothing to give back: the ticket is no chat, is settled, or the bot has it.
    """
    with deed(ticket.pk, now=now) as locked:
        session = Session.objects.filter(ticket_id=locked.pk).first()
        if session is None or not state.move(locked, Move.GIVEN_BACK, now=now).changed:
            return False
        session.state = {}
        session.save(update_fields=["state"])
        locked.assignee = None
        event = record(locked, "bot.took_over", by=by, now=now)
    play_out(ticket=ticket, event=Began(id=f"given-back-{event.seq}", topic=ticket.topic_id), now=now)
    return True
