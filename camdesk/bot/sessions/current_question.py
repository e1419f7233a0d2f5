"""What the bot is asking now: the one question whose buttons are live, stored with the conversation as it was said."""

from collections.abc import Iterable, Mapping
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


def after(asked: Mapping[str, Reply], replies: Iterable[Reply]) -> dict[str, Reply]:
    """`Session.asked` after the bot has said these replies: the newest question, offer and wish for a rating. A
    question also has `known`: the items told with it."""
    replies, kept = list(replies), dict(asked)
    for reply in replies:
        if reply.get("question"):
            known = [item for other in replies if other["kind"] == "known" for item in other["items"]]
            kept["question"] = {**reply, "known": known}
        elif reply["kind"] in ("offer", "rate"):
            kept[reply["kind"]] = reply
    return kept


def conversation_of(ticket: Ticket) -> Session | None:
    """The bot's conversation of a ticket, as far as it was read with it; else one query."""
    try:
        session: Session = ticket.bot_session
        return session
    except Session.DoesNotExist:
        return None


def open_reply(ticket: Ticket) -> Reply | None:
    """The reply the customer is to answer (`ask`, `confirm`, `offer`, `menu`, `rate`). None when nothing is asked: the
    bot is looking, or a person has it."""
    if ticket.turn not in (Turn.BOT, Turn.NOBODY) or (session := conversation_of(ticket)) is None:
        return None
    state = migrated(session.state)
    kept: dict[str, Reply] = session.asked
    if ticket.turn == Turn.NOBODY:
        wanted = state["rating"] == "asked" and ratings.of_resolution(ticket) is None
        return kept.get("rate") if wanted else None
    if state["offer"]:
        return kept.get("offer")
    if state["status"] == "menu" or not state["frames"]:
        return MENU
    question = question_id(DialogueTurn({}, state, {}))
    return _if_it_is(kept.get("question"), question) if question else None


def asked(ticket: Ticket, question: str) -> Reply | None:
    """The reply that put this question: what is asked now, or what an old page still shows the buttons of."""
    if not question:
        return None
    session = conversation_of(ticket)
    now = _if_it_is(session.asked.get("question"), question) if session is not None else None
    return now or _asked_before(ticket, question)


def _if_it_is(reply: Reply | None, question: str) -> Reply | None:
    return reply if reply is not None and reply["question"] == question else None


def _asked_before(ticket: Ticket, question: str) -> Reply | None:
    rows = ticket.messages.filter(kind=Message.Kind.BOT).order_by("-seq").values_list("data", flat=True)
    for data in rows[:_LOOKED_AT]:
        if (found := _if_it_is(after({}, data.get("replies") or []).get("question"), question)) is not None:
            return found
    return None
