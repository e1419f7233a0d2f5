"""What is said in a ticket: by the customer, by an agent, among agents."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError

from camdesk.people.models import Agent, Person
from camdesk.tickets import attachments, channels, reply_channels, state
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.resolution import resolve_locked
from camdesk.tickets.search import index
from camdesk.tickets.timeline import deed, record
from camdesk.tickets.transitions import Closed as Closed  # channels catch it as conversation.Closed
from camdesk.tickets.transitions import Move


class NothingSaid(Exception):
    """Neither text nor files."""


def receive_locked(
    ticket: Ticket,
    *,
    text: str,
    by: Person,
    now: datetime,
    channel: str,
    files: Sequence[str] = (),
    client_id: str | None = None,
    html: str = "",
    cut: str = "",
    uploaded_by: Person | None = None,
) -> Message:
    """On the locked ticket, as part of a deed (channels/inbound.py): the customer's words are added, and the
    move is ours now. Raises Closed, NothingSaid, attachments.CannotAttach. `uploaded_by`: whose uploads
    `files` are, if not the customer's own."""
    _something(text, files)
    if state.move(ticket, Move.CUSTOMER_WROTE, now=now).reopened:
        record(ticket, "ticket.reopened", by=by, now=now)
    return add_locked(
        ticket, text=text, by=by, now=now, channel=channel, files=files, client_id=client_id, html=html,
        cut=cut, uploaded_by=uploaded_by,
    )  # fmt: skip


def add_locked(
    ticket: Ticket,
    *,
    text: str,
    by: Person,
    now: datetime,
    channel: str,
    files: Sequence[str] = (),
    client_id: str | None = None,
    html: str = "",
    cut: str = "",
    uploaded_by: Person | None = None,
) -> Message:
    """The customer's words as a message of the locked ticket; whose move it is stays as it is. `cut`: what of their
    letter is not in `text`; it is folded below and searched. Raises attachments.CannotAttach."""
    event = record(ticket, "message.received", by=by, now=now, channel=channel)
    message = _message(
        ticket, event.seq, Message.Kind.CUSTOMER, channel, by, text, now, client_id, html=html, data=beside(cut)
    )
    attachments.bind(ids=files, message=message, by=uploaded_by or by)
    index.add(ticket.pk, [text, cut])
    return message


def reply(
    *,
    ticket: Ticket,
    text: str,
    by: Person,
    now: datetime,
    channel: str | None = None,
    files: Sequence[str] = (),
    client_id: str | None = None,
    keep_turn: bool = False,
    settle: bool = False,
    data: dict | None = None,
    take: bool = True,
) -> Message:
    """We answer. The turn becomes the customer's unless kept.

    `channel`: one that can be answered by (tickets/channels.py); None: the written way the customer used last. Raises
    reply_channels.CannotGo when that way is closed.
    `settle`: the answer resolves the ticket too; the one letter says both. `take`: an agent who answers what nobody
    has takes it.
    """
    say = partial(_reply, ticket, text, by, now, channel, files, client_id, keep_turn, settle, data, take)
    return _once(ticket, client_id, say)


def note(
    *, ticket: Ticket, text: str, by: Person, now: datetime, files: Sequence[str] = (), client_id: str | None = None
) -> Message:
    """A note among agents: the customer neither sees it nor a sign of it."""
    return _once(ticket, client_id, lambda: _note(ticket, text, by, now, files, client_id))


def seen_by_customer(ticket: Ticket, *, seq: int) -> None:
    """The customer has seen everything up to seq. No event: looking is no deed."""
    Ticket.objects.filter(pk=ticket.pk, customer_seen_seq__lt=seq).update(customer_seen_seq=min(seq, ticket.last_seq))


def seen_by_agents(ticket: Ticket, *, seq: int) -> None:
    Ticket.objects.filter(pk=ticket.pk, agent_seen_seq__lt=seq).update(agent_seen_seq=min(seq, ticket.last_seq))


def _once(ticket: Ticket, client_id: str | None, say):
    """Runs `say`; a client_id that is known gives its message back, also when a twin wins the race."""
    if client_id and (message := Message.objects.filter(ticket_id=ticket.pk, client_id=client_id).first()):
        return message
    try:
        return say()
    except IntegrityError:
        message = Message.objects.filter(ticket_id=ticket.pk, client_id=client_id).first() if client_id else None
        if message is None:
            raise
        return message


def _reply(ticket, text, by, now, channel, files, client_id, keep_turn, settle, data, take=True) -> Message:
    _something(text, files)
    with deed(ticket.pk, now=now) as locked:
        state.move(locked, Move.REPLIED_AND_KEPT if keep_turn else Move.REPLIED, now=now)
        agent = Agent.objects.filter(person=by).first() if take else None
        if agent is not None and locked.assignee_id is None:
            locked.assignee = agent  # whoever answers first has taken it
        way = reply_channels.chosen(reply_channels.known_now(locked), channel)
        event = record(locked, "message.sent", by=by, now=now, channel=way.channel)
        message = _message(locked, event.seq, Message.Kind.REPLY, way.channel, by, text, now, client_id, data=data)
        attachments.bind(ids=files, message=message, by=by)
        index.add(locked.pk, [text])
        if (answers := channels.get(way.channel).answers) is not None:
            answers.queue(message, locked, way.target, now)
        if settle and locked.is_open:
            resolve_locked(locked, by=by, now=now)
        return message


def _note(ticket, text, by, now, files, client_id) -> Message:
    _something(text, files)
    with deed(ticket.pk, now=now) as locked:
        event = record(locked, "note.written", by=by, now=now)
        message = _message(locked, event.seq, Message.Kind.NOTE, channels.DESK.name, by, text, now, client_id)
        attachments.bind(ids=files, message=message, by=by)
        index.add(locked.pk, [text], among_agents=True)
        return message


def beside(cut: str) -> dict[str, Any]:
    """A message's `data` for what was cut out of its letter."""
    return {"cut": cut, "cut_lines": sum(1 for line in cut.split("\n") if line.strip())} if cut else {}


def _something(text: str, files: Sequence[str]) -> None:
    if not text.strip() and not files:
        raise NothingSaid


def _message(ticket, seq, kind, channel, by, text, now, client_id, *, html="", data=None) -> Message:
    return Message.objects.create(
        ticket=ticket,
        seq=seq,
        kind=kind,
        channel=channel,
        by=by,
        text=text,
        html=html,
        data=data or {},
        client_id=client_id,
        at=now,
    )
