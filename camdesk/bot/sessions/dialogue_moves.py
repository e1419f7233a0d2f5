"""One move of a conversation with the bot: what the customer said, what the bot answered, what follows.

Everything of a move is one transaction under the ticket's lock: message, state, replies, alarms, counts, hand-over.
What our own tables answer (checks.FROM_RECORDS) is answered within it. What needs the world (a look at the camera,
understanding words) is asked for after the commit and comes back as a move of its own; when the server dies in between,
the alarm set in the same transaction goes off instead (sessions/duties.py): a call is given up, words are understood
after all. Nothing is lost or repeated.
"""

import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from camdesk.bot.engine import DialogueState, give_up, step, stored_state
from camdesk.bot.engine.effects import (
    BotEffect,
    OfTheWorld,
    OwnRequest,
    Resolve,
    SystemCall,
    Timer,
    ToPerson,
    Understand,
    Withdrawn,
)
from camdesk.bot.engine.events import (
    BotEvent,
    CallAnswered,
    CallFailed,
    ChangeAsked,
    OperatorCalled,
    Restarted,
    Skipped,
    Switched,
    TopicsAsked,
    WentBack,
    WordsTyped,
)
from camdesk.bot.engine.reducer import Outcome
from camdesk.bot.engine.replies import AnyReply, to_json
from camdesk.bot.engine.stored_state import InvalidState
from camdesk.bot.models import Alarm, Session
from camdesk.bot.sessions import (
    checks,
    current_question,
    handing_over,
    outgoing,
    promised,
    step_counts,
)
from camdesk.bot.sessions.as_heard import as_heard
from camdesk.bot.sessions.context import Sight
from camdesk.bot.sessions.flows import flows_of_version
from camdesk.lib import leases, time_zones
from camdesk.lib.failpoints import reached
from camdesk.lib.prepared import Prepared, save
from camdesk.lib.text import clean_text
from camdesk.playbook import current as playbook
from camdesk.playbook.document import Playbook
from camdesk.playbook.flows import Flow
from camdesk.tickets import conversation
from camdesk.tickets.conversation import BotWords, CustomerWords
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.timeline import deed

log = logging.getLogger("camdesk.bot")

_ENDS = (ToPerson, Resolve, Withdrawn)  # nothing rings any more

UNDERSTAND = "understand"  # the alarm of words that wait to be understood
OWN_REQUEST = "own_request"  # the alarm of another matter that is no request yet, and the deed that makes it one
_UNDERSTOOD_WITHIN = 30  # seconds; long enough for a reader that is still being trained


# What only moves about in a dialogue: said to a person it would be noise.
ONLY_FOR_THE_BOT = (WentBack, Restarted, TopicsAsked, Skipped, ChangeAsked, Switched, OperatorCalled)

# PostgreSQL reads anew, after waiting, only what it locks: so the conversation is locked too, and none that may be
# missing (an outer join) could be.
_WITH_SESSION = Prepared(
    lambda number: (
        Ticket.objects.select_related("team", "bot_session")
        .select_for_update(of=("self", "bot_session"))
        .filter(pk=number, bot_session__isnull=False)
    ),
    int,
)


def lock_of(ticket: Ticket) -> Prepared[Ticket] | None:
    """What `deed` locks a ticket with: its conversation too, where it was read with one."""
    return _WITH_SESSION if _read_with(ticket) is not None else None


def session_of(locked: Ticket) -> Session | None:
    """The conversation of a locked ticket while the bot may have a part in it, locked; else None."""
    if locked.is_closed:
        return None
    if (session := _read_with(locked)) is None:
        session = Session.objects.select_for_update().filter(ticket_id=locked.pk).first()
    if session is None or not (listens(locked, session) or hears_beside(locked, session)):
        return None
    locked.bot_session = session  # so that the page after the move shows what the move has left
    return session


def _read_with(ticket: Ticket) -> Session | None:
    return current_question.conversation_of(ticket) if Ticket.bot_session.is_cached(ticket) else None


def listens(ticket: Ticket, session: Session | None) -> bool:
    """Whether the bot answers: it is its move, it waits for something with the customer, or it settled the matter
    itself and may be told that it did not."""
    if session is None or ticket.is_closed:
        return False
    if ticket.turn == Turn.NOBODY:
        return _status(session) == "done"
    return ticket.turn == Turn.BOT or (ticket.turn == Turn.CUSTOMER and _waits(ticket, session))


def hears_beside(ticket: Ticket, session: Session | None) -> bool:
    """Whether people have the request, whom the bot called: it hears what is new, and what is urgent."""
    if session is None or not ticket.is_open or ticket.turn == Turn.BOT:
        return False
    state = _state(session)
    return state is not None and (state.status == "handed" or bool(state.taken))


def somebody_answers(ticket: Ticket) -> bool:
    """Whether an agent has the request, or has said something in it: the bot keeps its peace."""
    if ticket.turn != Turn.US or ticket.assignee_id is not None:
        return True
    return ticket.messages.filter(kind=Message.Kind.REPLY).exists()


def _waits(ticket: Ticket, session: Session) -> bool:
    """Whether it is the bot that waits with the customer: what an agent has taken is the agent's."""
    return ticket.assignee_id is None and _status(session) == "waiting"


def _status(session: Session) -> str:
    state = _state(session)
    return state.status if state is not None else "handed"  # people are to have it


def _state(session: Session) -> DialogueState | None:
    try:
        return stored_state.from_json(session.state)
    except InvalidState:
        return None


def move(*, ticket: Ticket, event: BotEvent, now: datetime, sight: Sight | None = None) -> list[OfTheWorld]:
    """Plays an event that nobody said: an alarm, the answer of a check, what was understood. Returns the effects that
    are still to be carried out (sessions/effects.py, whose `play_out` is the usual way in). `sight`: what was seen by
    an earlier move of the same turn. A ticket that is not the bot's any more stays as it is."""
    with deed(ticket.pk, now=now, lock=lock_of(ticket)) as locked:
        session = session_of(locked)
        if session is None:
            return []
        locked.person = ticket.person  # whoever asks has read them already
        return _play(locked, session, event, sight or Sight(), now=now)


def hear_locked(
    locked: Ticket,
    session: Session,
    event: BotEvent,
    said: CustomerWords,
    *,
    now: datetime,
    sight: Sight | None = None,
) -> tuple[Message | None, list[OfTheWorld]]:
    """On the locked ticket, as part of a deed: what the customer said is kept and played. Returns its message (None:
    a press without words) and the effects to carry out after the commit. Raises attachments.CannotAttach."""
    said = replace(said, text=_clean(said.text))
    heard = said if said.text or said.files else None
    asked_for = _play(locked, session, event, sight or Sight(), now=now, heard=heard)
    return locked.said[0] if heard is not None else None, asked_for


def fetch_a_person(locked: Ticket, session: Session, *, after: Message, now: datetime) -> list[OfTheWorld]:
    """On the locked ticket in the bot's turn: these words are not for the bot, so it hands over with all it knows."""
    return _play(locked, session, OperatorCalled(id=f"words-{after.seq}"), Sight(), now=now)


def _clean(text: str) -> str:
    """Words as they may be stored: PostgreSQL refuses NUL, in a message as in the session's state."""
    return clean_text(text, most=sys.maxsize)


def _cleaned(event: BotEvent) -> BotEvent:
    words = {one.name: _clean(value) for one in fields(event) if isinstance(value := getattr(event, one.name), str)}
    return replace(event, **words)


def _step(
    flows: Mapping[str, Flow], locked: Ticket, session: Session, event: BotEvent, ctx: Mapping[str, Any]
) -> Outcome:
    """The engine's; a state that cannot be read goes to a person with all that can be, and is kept as it is."""
    try:
        state = stored_state.from_json(session.state)
    except InvalidState as error:
        log.error("the bot's state of ticket %s cannot be read: %s", locked.pk, error)
        return give_up(flows, stored_state.salvaged(session.state), error, ctx)
    return step(flows, state, event, ctx)


def _play(
    locked: Ticket,
    session: Session,
    event: BotEvent,
    sight: Sight,
    *,
    now: datetime,
    heard: CustomerWords | None = None,
) -> list[OfTheWorld]:
    """`heard`: the customer's words that are played, kept with what answers them."""
    document = playbook.version(locked.playbook_version)
    flows = flows_of_version(locked.playbook_version)
    ctx = sight.of(locked, document, now=now)
    if locked.turn not in (Turn.BOT, Turn.NOBODY):
        ctx = {**ctx, "agent": somebody_answers(locked), "awaited": promised.awaited(locked, now=now, zone=ctx["zone"])}
    ctx = {**ctx, "promised": promised.if_handed_over(locked, now=now, zone=time_zones.zone(ctx["zone"]))}
    done: list[BotEffect] = []  # all effects, in their order
    told: list[AnyReply] = []  # all replies, in their order
    unsaid: list[CustomerWords | BotWords] = [heard] if heard is not None else []  # a message each
    answered: list[str] = []  # names of the alarms that need not ring
    asked_for: list[OfTheWorld] = []  # of the world, after the commit
    of_records: list[SystemCall] = []
    lately = current_question.asked_in(session)
    event = _cleaned(event)
    if isinstance(event, WordsTyped):
        event = as_heard(event, ctx, version=locked.playbook_version, now=now)
    state, replies, effects = _step(flows, locked, session, event, ctx)
    while True:
        told += replies
        lately = current_question.after(lately, told)
        answered.append(_alarm_answered_by(event))
        done += effects
        if replies:
            unsaid.append(_in_one_message(replies))
        _name_after_topic(locked, state, flows, document)
        if any(isinstance(effect, handing_over.KINDS) for effect in effects):
            _speak(locked, unsaid, now=now)
            unsaid = []
            handing_over.follow(locked, effects, document, now=now)
        for effect in effects:
            if isinstance(effect, SystemCall) and effect.name in checks.FROM_RECORDS:
                of_records.append(effect)
            elif isinstance(effect, OfTheWorld):
                asked_for.append(effect)
        if not of_records:  # the engine itself ends a flow that never stops asking (interpreter.MAX_QUIET)
            break
        event = checks.outcome(of_records.pop(0), ticket=locked, sight=sight, now=now)
        state, replies, effects = step(flows, state, event, ctx)
    _speak(locked, unsaid, now=now)
    session.state, session.asked, session.moved_at = stored_state.to_json(state), lately.to_json(), now
    save(session)
    _set_alarms(session, done, answered=answered, now=now)
    step_counts.count(locked.playbook_version, done)
    reached("stepped")
    return asked_for


def _name_after_topic(locked: Ticket, state: DialogueState, flows: Mapping[str, Flow], document: Playbook) -> None:
    """A chat that began with words is called after the topic it turned out to be about."""
    flow = flows.get(state.frames[0].flow) if state.frames and not state.taken else None
    if flow is not None and flow.topic in document.topics and flow.topic != locked.topic_id:
        locked.topic_id = flow.topic
        locked.subject = document.topics[flow.topic].title.get(locked.language)[:200]


def _in_one_message(replies: Sequence[AnyReply]) -> BotWords:
    """All the bot says in one step is one message: `data.replies` for the panel, `text` for people and for search."""
    text = "\n".join(text for reply in replies if (text := getattr(reply, "text", "")))
    return BotWords(text, {"replies": [to_json(reply) for reply in replies]})


def _speak(locked: Ticket, unsaid: Sequence[CustomerWords | BotWords], *, now: datetime) -> None:
    messages = conversation.add_each_locked(locked, unsaid, now=now)
    outgoing.queue_said(locked, [one for one in messages if one.kind == Message.Kind.BOT], now=now)


def _set_alarms(session: Session, effects: list[BotEffect], *, answered: Sequence[str], now: datetime) -> None:
    """One statement to take back and one to set: the ticket's lock keeps every other move of this session out.
    `answered`: alarms of this move's events; only the first of them can have been set before."""
    alarms: dict[str, Alarm] = {}
    ended = False
    for effect in effects:
        if isinstance(effect, _ENDS):
            alarms, ended = {}, True
            continue
        value: dict[str, Any]
        after: float
        if isinstance(effect, Understand):
            name, value, after = UNDERSTAND, {"name": UNDERSTAND, "effect": effect.plain()}, _UNDERSTOOD_WITHIN
        elif isinstance(effect, OwnRequest):
            name = alarm_of(effect)
            value, after = {"name": OWN_REQUEST, "effect": effect.plain()}, _UNDERSTOOD_WITHIN
        elif not isinstance(effect, Timer):
            continue
        elif effect.name == "call":
            name, value, after = f"call:{effect.call}", {"name": "call", "call": effect.call}, effect.after
        else:
            name, value, after = effect.name, {"name": effect.name, "token": effect.token}, effect.after
        if name not in answered[1:]:
            at = now + timedelta(seconds=after)
            alarms[name] = Alarm(session=session, name=name, value=value, next_try_at=at)
    if ended:
        session.alarms.all().delete()
    elif answered[0]:
        session.alarms.filter(name=answered[0]).delete()
    leases.put(list(alarms.values()), same=["session", "name"], anew=["value"])


def alarm_of(effect: OwnRequest) -> str:
    return f"{OWN_REQUEST}:{matter_of(effect)}"[:60]


def matter_of(effect: OwnRequest) -> str:
    """What of a conversation becomes a request of its own once: a topic, with its cameras."""
    return ":".join([effect.topic, *effect.data.cameras])


def _alarm_answered_by(event: BotEvent) -> str:
    if isinstance(event, CallAnswered | CallFailed):
        return f"call:{event.call}"
    return UNDERSTAND if event.id.startswith("understood-") else ""
