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
from camdesk.lib.failpoints import reached
from camdesk.lib.text import clean_text
from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.playbook.document import Playbook
from camdesk.tickets import attachments
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.models.ticket import Channel, Turn
from camdesk.tickets.search import index
from camdesk.tickets.timeline import deed, record

# Done inside the transaction; everything else is asked of the world after the commit.
_INSIDE = ("timer", "track", "handover", "resolve", "rate", "reopen", "subscribe", "article_view", "article_helped")

UNDERSTAND = "understand"  # the alarm of words that wait to be understood
_UNDERSTOOD_WITHIN = 30  # seconds; long enough for a reader that is still being trained


@dataclass(frozen=True)
class Said:
    """What the customer sees themselves say: typed words, or the label of what they pressed; files that go with it."""

    text: str = ""
    files: Sequence[str] = ()
    client_id: str | None = None


def move(
    *,
    ticket: Ticket,
    event: Mapping[str, Any],
    said: Said | None = None,
    by: Person | None,
    now: datetime,
    sight: Sight | None = None,
) -> list[dict[str, Any]]:
    """Plays one event; returns the effects that are still to be carried out (sessions/effects.py, whose `play_out` is
    the usual way in). `sight`: what was seen by an earlier move of the same turn.

    An event whose id (or client id) was seen changes nothing. A ticket that is not the bot's any more only takes the
    words in. Raises attachments.CannotAttach.
    """
    said, event = _storable(said), {name: _clean(value) for name, value in event.items()}
    with deed(ticket.pk, now=now) as locked:
        # Under the lock: two taps of one button are two requests at the same moment.
        if said and said.client_id and Message.objects.filter(ticket_id=locked.pk, client_id=said.client_id).exists():
            return []
        session = Session.objects.select_for_update().get(ticket_id=locked.pk)
        if said and (said.text or said.files):
            _take_in(locked, said, by=by, now=now)
        if locked.turn not in (Turn.BOT, Turn.NOBODY) or locked.is_closed:
            return []
        locked.person = ticket.person  # whoever asks has read the person already
        return _play(locked, session, event, sight or Sight(), now=now)


def _storable(said: Said | None) -> Said | None:
    return replace(said, text=_clean(said.text)) if said else None


def _clean(value: Any) -> Any:
    """Words as they may be stored: PostgreSQL refuses NUL, in a message as in the session's state."""
    return clean_text(value, most=sys.maxsize) if isinstance(value, str) else value


def _play(
    locked: Ticket, session: Session, event: Mapping[str, Any], sight: Sight, *, now: datetime
) -> list[dict[str, Any]]:
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


def _take_in(locked: Ticket, said: Said, *, by: Person | None, now: datetime) -> None:
    event = record(locked, "message.received", by=by, now=now, channel=Channel.CHAT)
    message = Message.objects.create(
        ticket=locked,
        seq=event.seq,
        kind=Message.Kind.CUSTOMER,
        channel=Channel.CHAT,
        by=by,
        text=said.text,
        client_id=said.client_id,
        at=now,
    )
    attachments.bind(ids=said.files, message=message, by=by)
    index.add(locked.pk, [said.text])


def _speak(locked: Ticket, replies: list[dict[str, Any]], *, now: datetime) -> None:
    """All the bot says in one move is one message: `data.replies` for the panel, `text` for people and for search."""
    event = record(locked, "bot.answered", by=None, now=now)
    Message.objects.create(
        ticket=locked,
        seq=event.seq,
        kind=Message.Kind.BOT,
        channel=Channel.CHAT,
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
        due_at = now + timedelta(seconds=float(after))
        alarms[name] = Alarm(session=session, name=name, value=value, due_at=due_at)
    Alarm.objects.bulk_create(
        alarms.values(), update_conflicts=True, unique_fields=["session", "name"], update_fields=["value", "due_at"]
    )


def _alarm_answered_by(event: Mapping[str, Any]) -> str:
    if event.get("call"):
        return f"call:{event['call']}"
    return UNDERSTAND if str(event.get("id", "")).startswith("understood-") else ""
