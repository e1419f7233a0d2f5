"""What the bot is asking now: the one question whose buttons are live, stored with the conversation as it was said."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from camdesk.bot.engine import stored_state
from camdesk.bot.engine.acts import CLOSE
from camdesk.bot.engine.replies import (
    AnyReply,
    Confirmation,
    FactAsked,
    KnownShown,
    Put,
    RatingAsked,
    TopicMenu,
    TopicsOffered,
    from_json,
)
from camdesk.bot.engine.stored_state import InvalidState
from camdesk.bot.models import Session
from camdesk.playbook.encoding import decode, encode
from camdesk.tickets import ratings
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.models.ticket import Turn

log = logging.getLogger("camdesk.bot")

_LOOKED_AT = 60  # messages of the bot: a question asked before those is long past


@dataclass(frozen=True, slots=True)
class LatelyAsked:
    """`Session.asked`: the newest question, offer and wish for a rating. A question also has the items told with it."""

    question: Put | None = None
    offer: TopicsOffered | None = None
    rate: RatingAsked | None = None

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = encode(self, sparse=True)
        return found


def after(lately: LatelyAsked, replies: Iterable[AnyReply]) -> LatelyAsked:
    """Once the bot has said these replies as well."""
    replies = list(replies)
    for reply in replies:
        if isinstance(reply, FactAsked | Confirmation) and reply.question:
            known = [item for other in replies if isinstance(other, KnownShown) for item in other.items]
            lately = replace(lately, question=replace(reply, known=tuple(known)))
        elif isinstance(reply, TopicsOffered):
            lately = replace(lately, offer=reply)
        elif isinstance(reply, RatingAsked):
            lately = replace(lately, rate=reply)
    return lately


def asked_in(session: Session) -> LatelyAsked:
    """Nothing where what is stored cannot be read: the next question is kept anew."""
    try:
        return decode(LatelyAsked, session.asked)
    except ValueError as error:
        log.error("what the bot asked in ticket %s cannot be read: %s", session.pk, error)
        return LatelyAsked()


def replies_in(data: Mapping[str, Any]) -> tuple[AnyReply, ...]:
    """What the bot said: the `data` of its message. Nothing where that cannot be read: its words stand in the text."""
    try:
        return tuple([from_json(one) for one in data.get("replies") or ()])
    except ValueError as error:
        log.error("what the bot said cannot be read: %s", error)
        return ()


def conversation_of(ticket: Ticket) -> Session | None:
    """The bot's conversation of a ticket, as far as it was read with it; else one query."""
    try:
        session: Session = ticket.bot_session
        return session
    except Session.DoesNotExist:
        return None


def open_reply(ticket: Ticket) -> AnyReply | None:
    """The reply the customer is to answer: a question, a confirmation, an offer, the menu, a rating. None when nothing
    is asked: the bot is looking, or a person has it."""
    if ticket.turn not in (Turn.BOT, Turn.NOBODY, Turn.US) or (session := conversation_of(ticket)) is None:
        return None
    try:
        state = stored_state.from_json(session.state)
    except InvalidState:
        return None  # the next move hands it over (sessions/dialogue_moves.py)
    kept = asked_in(session)
    if ticket.turn == Turn.NOBODY:
        wanted = state.rating == "asked" and ratings.of_resolution(ticket) is None
        return kept.rate if wanted else None
    if ticket.turn == Turn.US and (not state.taken or ticket.assignee_id is not None):
        return None
    if state.offer:
        return kept.offer
    if state.closing:
        return _if_it_is(kept.question, CLOSE)
    if state.status == "handed":
        return None
    if state.status == "menu" or not state.frames:
        return TopicMenu()
    return _if_it_is(kept.question, state.question) if state.question else None


def asked(ticket: Ticket, question: str) -> Put | None:
    """The reply that put this question: what is asked now, or what an old page still shows the buttons of."""
    if not question:
        return None
    session = conversation_of(ticket)
    now = _if_it_is(asked_in(session).question, question) if session is not None else None
    return now or _asked_before(ticket, question)


def _if_it_is(reply: Put | None, question: str) -> Put | None:
    return reply if reply is not None and reply.question == question else None


def _asked_before(ticket: Ticket, question: str) -> Put | None:
    rows = ticket.messages.filter(kind=Message.Kind.BOT).order_by("-seq").values_list("data", flat=True)
    for data in rows[:_LOOKED_AT]:
        if (found := _if_it_is(after(LatelyAsked(), replies_in(data)).question, question)) is not None:
            return found
    return None
