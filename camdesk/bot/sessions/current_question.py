"""What the bot is asking now: the one question whose buttons are live."""

from typing import Any

from camdesk.bot.engine.questions import question_id
from camdesk.bot.engine.state import migrated
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.bot.models import Session
from camdesk.tickets import ratings
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.models.ticket import Turn

Reply = dict[str, Any]
MENU: Reply = {"kind": "menu"}
_LOOKED_AT = 60  # messages of the bot: a question asked before those is long past


def open_reply(ticket: Ticket) -> Reply | None:
    """The reply the customer is to answer (`ask`, `confirm`, `offer`, `menu`, `rate`); an `ask` also has `known`: the
    items told with it. None when nothing is asked: the bot is looking, or a person has it."""
    session = Session.objects.filter(ticket_id=ticket.pk).first()
    if session is None or ticket.turn not in (Turn.BOT, Turn.NOBODY):
        return None
    state = migrated(session.state)
    if ticket.turn == Turn.NOBODY:
        wanted = state["rating"] == "asked" and ratings.of_resolution(ticket) is None
        return _last(ticket, "rate") if wanted else None
    if state["offer"]:
        return _last(ticket, "offer")
    if state["status"] == "menu" or not state["frames"]:
        return MENU
    return asked(ticket, question_id(DialogueTurn({}, state, {})))


def asked(ticket: Ticket, question: str) -> Reply | None:
    """The newest reply that put this question."""
    if not question:
        return None
    for replies in _spoken(ticket):
        for reply in replies:
            if reply.get("question") == question:
                known = [item for other in replies if other["kind"] == "known" for item in other["items"]]
                return {**reply, "known": known}
    return None


def _last(ticket: Ticket, kind: str) -> Reply | None:
    return next((reply for replies in _spoken(ticket) for reply in replies if reply["kind"] == kind), None)


def _spoken(ticket: Ticket) -> list[list[Reply]]:
    """The replies of each message of the bot, the newest message first."""
    rows = ticket.messages.filter(kind=Message.Kind.BOT).order_by("-seq").values_list("data", flat=True)
    return [data.get("replies") or [] for data in rows[:_LOOKED_AT]]
