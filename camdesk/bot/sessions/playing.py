"""One move of a conversation with the bot: what the customer said, what the bot answered, what follows.

Everything of a move is one transaction under the ticket's lock: message, state, replies, alarms, counts, hand-over.
What needs the world (a check, understanding words) is asked for after the commit and comes back as a move of its own;
when the server dies in between, the alarm set in the same transaction goes off instead (sessions/duties.py): a call is
given up, words are understood after all. Nothing is lost or repeated.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from camdesk.bot.engine import step
from camdesk.bot.models import Alarm, Session
from camdesk.bot.sessions import handing_over, step_counts
from camdesk.bot.sessions.context import Sight
from camdesk.bot.sessions.flows import flows_of_version
from camdesk.lib import leases
from camdesk.lib.failpoints import reached
from camdesk.lib.text import clean_text
from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.playbook.document import Playbook
from camdesk.tickets import conversation
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.timeline import deed, record

# Done inside the transaction; everything else is asked of the world after the commit.
_INSIDE = ("timer", "track", "handover", "resolve", "rate", "reopen", "subscribe", "article_view", "article_helped")

UNDERSTAND = "understand"  # the alarm of words that wait to be understood
_UNDERSTOOD_WITHIN = 30  # seconds; long enough for a reader that is still being trained


# What only moves about in a dialogue: said to a person it would be noise.
ONLY_FOR_THE_BOT = frozenset({"back", "restart", "other_topic", "skip", "change", "switch", "operator"})


@dataclass(frozen=True)
class Said:
    """What the customer sees themselves say: typed words, or the label of what they pressed; files that go with it."""

    by: Person
    channel: str
    text: str = ""
    html: str = ""
    files: Sequence[str] = ()
    client_id: str | None = None
    uploaded_by: Person | None = None


def session_of(locked: Ticket) -> Session | None:
    """The conversation of a locked ticket while the bot may have a part in it, locked; else None."""
    if locked.turn not in (Turn.BOT, Turn.NOBODY) or locked.is_closed:
        return None
    return Session.objects.select_for_update().filter(ticket_id=locked.pk).first()


def listens(ticket: Ticket, session: Session | None) -> bool:
    """Whether the bot answers: it is its move, or it settled the matter itself and may be told that it did not."""
    if session is None or ticket.is_closed:
        return False
    return ticket.turn == Turn.BOT or (ticket.turn == Turn.NOBODY and session.state.get("status") == "done")


def bot_listens(ticket: Ticket) -> bool:
    """As `listens`, for a page: without a lock."""
    asked = ticket.turn in (Turn.BOT, Turn.NOBODY) and not ticket.is_closed
    return asked and listens(ticket, Session.objects.filter(ticket_id=ticket.pk).first())


def move(
    *, ticket: Ticket, event: Mapping[str, Any], now: datetime, sight: Sight | None = None
) -> list[dict[str, Any]]:
    """Plays an event that nobody said: an alarm, the answer of a check, what was understood. Returns the effects that
    are still to be carried out (sessions/effects.py, whose `play_out` is the usual way in). `sight`: what was seen by
    an earlier move of the same turn. A ticket that is not the bot's any more stays as it is."""
    with deed(ticket.pk, now=now) as locked:
        session = session_of(locked)
        if session is None:
            return []
        locked.person = ticket.person  # whoever asks has read them already
        return _play(locked, session, event, sight or Sight(), now=now)


def hear_locked(
    locked: Ticket,
    session: Session,
    event: Mapping[str, Any],
    said: Said,
    *,
    now: datetime,
    sight: Sight | None = None,
) -> tuple[Message | None, list[dict[str, Any]]]:
    """On the locked ticket, as part of a deed: what the customer said is kept and played. Returns its message (None:
    a press without words) and the effects to carry out after the commit. Raises attachments.CannotAttach."""
    said = replace(said, text=_clean(said.text))
    message = _take_in(locked, said, now=now) if said.text or said.files else None
    return message, _play(locked, session, event, sight or Sight(), now=now)


def fetch_a_person(locked: Ticket, session: Session, *, after: Message, now: datetime) -> list[dict[str, Any]]:
    """On the locked ticket in the bot's turn: these words are not for the bot, so it hands over with all it knows."""
    return _play(locked, session, {"id": f"words-{after.seq}", "kind": "operator"}, Sight(), now=now)


def _clean(value: Any) -> Any:
    """Words as they may be stored: PostgreSQL refuses NUL, in a message as in the session's state."""
    return clean_text(value, most=sys.maxsize) if isinstance(value, str) else value


def _play(
    locked: Ticket, session: Session, event: Mapping[str, Any], sight: Sight, *, now: datetime
) -> list[dict[str, Any]]:
    event = {name: _clean(value) for name, value in event.items()}
    document = playbook.version(locked.playbook_version)
    flows = flows_of_version(locked.playbook_version)
    state, replies, effects = step(flows, session.state, event, sight.of(locked, document, now=now))
    session.state, session.moved_at = state, now
    session.save(update_fields=["state", "moved_at"])
    if replies:
        _speak(locked, replies, now=now)
    if answered := _alarm_answered_by(event):
        session.alarms.filter(name=answered).delete()
    _set_alarms(session, effects, now=now)
    step_counts.count(locked.playbook_version, effects)
    _name_after_topic(locked, state, flows, document)
    handing_over.follow(locked, session, effects, document, now=now)
    reached("stepped")
    return [effect for effect in effects if effect["kind"] not in _INSIDE]


def _name_after_topic(locked: Ticket, state: Mapping[str, Any], flows: Mapping[str, Any], document: Playbook) -> None:
    """A chat that began with words is called after the topic it turned out to be about."""
    flow = flows.get(state["frames"][0]["flow"]) if state.get("frames") else None
    if flow is not None and flow.topic in document.topics and flow.topic != locked.topic_id:
        locked.topic_id = flow.topic
        locked.subject = document.topics[flow.topic].title.get(locked.language)[:200]


def _take_in(locked: Ticket, said: Said, *, now: datetime) -> Message:
    return conversation.add_locked(
        locked,
        text=said.text,
        html=said.html,
        by=said.by,
        now=now,
        channel=said.channel,
        files=said.files,
        client_id=said.client_id,
        uploaded_by=said.uploaded_by,
    )


def _speak(locked: Ticket, replies: list[dict[str, Any]], *, now: datetime) -> None:
    """All the bot says in one move is one message: `data.replies` for the panel, `text` for people and for search."""
    event = record(locked, "bot.answered", by=None, now=now)
    Message.objects.create(
        ticket=locked,
        seq=event.seq,
        kind=Message.Kind.BOT,
        channel=locked.channel,
        text="\n".join(text for reply in replies if (text := reply.get("text"))),
        data={"replies": replies},
        at=now,
    )


def _set_alarms(session: Session, effects: list[dict[str, Any]], *, now: datetime) -> None:
    """One statement: the ticket's lock keeps every other move of this session out."""
    alarms = {}
    for effect in effects:
        if effect["kind"] == "understand":
            name, value, after = UNDERSTAND, {"name": UNDERSTAND, "effect": effect}, _UNDERSTOOD_WITHIN
        elif effect["kind"] != "timer":
            continue
        elif effect["name"] == "call":
            name, value, after = f"call:{effect['call']}", {"name": "call", "call": effect["call"]}, effect["after"]
        else:
            name, value, after = effect["name"], {"name": effect["name"], "token": effect["token"]}, effect["after"]
        at = now + timedelta(seconds=float(after))
        alarms[name] = Alarm(session=session, name=name, value=value, next_try_at=at)
    leases.put(list(alarms.values()), same=["session", "name"], anew=["value"])


def _alarm_answered_by(event: Mapping[str, Any]) -> str:
    if event.get("call"):
        return f"call:{event['call']}"
    return UNDERSTAND if str(event.get("id", "")).startswith("understood-") else ""
