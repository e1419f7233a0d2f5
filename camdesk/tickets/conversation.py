"""What is said in a ticket: by the customer, by an agent, among agents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from camdesk.lib.prepared import Prepared, insert
from camdesk.people.models import Agent, Person
from camdesk.tickets import attachments, channels, reply_channels, state
from camdesk.tickets.models import Event, Message, Ticket
from camdesk.tickets.resolution import resolve_locked
from camdesk.tickets.search import index
from camdesk.tickets.timeline import deed, make, record
from camdesk.tickets.transitions import Closed as Closed  # channels catch it as conversation.Closed
from camdesk.tickets.transitions import Move

_BY_CLIENT_ID = Prepared(
    lambda ticket, client_id: Message.objects.filter(ticket_id=ticket, client_id=client_id), int, str
)


class NothingSaid(Exception):
    """Neither text nor files."""


@dataclass(frozen=True, slots=True)
class CustomerWords:
    """What a customer said, as they will see it: typed words, or the label of what they pressed.

    `html`: sanitised, only of letters; `cut`: what of a letter is not in `text`, folded below and searched. `files`:
    ids of uploads, the customer's own unless `uploaded_by` says whose. `client_id`: unique within a request.
    """

    by: Person
    channel: str
    text: str = ""
    html: str = ""
    cut: str = ""
    copied: Sequence[str] = ()  # whom the letter went to beside us
    files: Sequence[str] = ()
    client_id: str | None = None
    uploaded_by: Person | None = None


@dataclass(frozen=True, slots=True)
class BotWords:
    """One message of the bot's: `text` for people, `data` for the panel."""

    text: str
    data: dict[str, Any]


def said_before(ticket: Ticket, client_id: str | None) -> Message | None:
    """What this client id became in the request."""
    return _BY_CLIENT_ID.first(ticket.pk, client_id) if client_id else None


def receive_locked(ticket: Ticket, words: CustomerWords, *, now: datetime) -> Message:
    """On the locked ticket, as part of a deed (channels/inbound.py): the customer's words are added, and the
    move is ours now. Raises Closed, NothingSaid, attachments.CannotAttach."""
    _something(words.text, words.files)
    listen_locked(ticket, by=words.by, now=now)
    return add_locked(ticket, words, now=now)


def listen_locked(ticket: Ticket, *, by: Person, now: datetime) -> None:
    """On the locked ticket, as part of a deed: the customer has something to say to people. Raises Closed."""
    if state.move(ticket, Move.CUSTOMER_WROTE, now=now).reopened:
        record(ticket, "ticket.reopened", by=by, now=now)


def add_locked(ticket: Ticket, words: CustomerWords, *, now: datetime) -> Message:
    """The customer's words as a message of the locked ticket; whose move it is stays as it is. Raises
    attachments.CannotAttach."""
    return add_each_locked(ticket, [words], now=now)[0]


def add_each_locked(ticket: Ticket, said: Sequence[CustomerWords | BotWords], *, now: datetime) -> list[Message]:
    """As add_locked, all that one move says, in this order: one statement for the events and one for the messages. Of
    the bot's words none is searched. Raises attachments.CannotAttach."""
    made = [
        _of_customer(ticket, words, now) if isinstance(words, CustomerWords) else _of_bot(ticket, words, now)
        for words in said
    ]
    insert(*(event for event, _message in made))
    messages = [message for _event, message in made]
    insert(*messages)
    for words, message in zip(said, messages, strict=True):
        if isinstance(words, CustomerWords):
            attachments.bind(ids=words.files, message=message, by=words.uploaded_by or words.by)
            index.add(ticket.pk, [words.text, words.cut])
    ticket.said.extend(messages)
    return messages


def _of_customer(ticket: Ticket, words: CustomerWords, now: datetime) -> tuple[Event, Message]:
    event = make(ticket, "message.received", by=words.by, now=now, channel=words.channel)
    return event, Message(
        ticket=ticket,
        seq=event.seq,
        kind=Message.Kind.CUSTOMER,
        channel=words.channel,
        by=words.by,
        text=words.text,
        html=words.html,
        data=beside(words.cut, words.copied),
        client_id=words.client_id,
        at=now,
    )


def _of_bot(ticket: Ticket, words: BotWords, now: datetime) -> tuple[Event, Message]:
    event = make(ticket, "bot.answered", by=None, now=now)
    kind, channel = Message.Kind.BOT, ticket.channel
    return event, Message(
        ticket=ticket, seq=event.seq, kind=kind, channel=channel, text=words.text, data=words.data, at=now
    )


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
    data: dict[str, Any] | None = None,
    take: bool = True,
) -> Message:
    """We answer. The turn becomes the customer's unless kept.

    `channel`: one that can be answered by (tickets/channels.py); None: the written way the customer used last. Raises
    reply_channels.CannotGo when that way is closed.
    `settle`: the answer resolves the ticket too; the one letter says both. `take`: an agent who answers what nobody
    has takes it.
    """
    moves = Move.REPLIED_AND_KEPT if keep_turn else Move.REPLIED

    def say() -> Message:
        _something(text, files)
        with deed(ticket.pk, now=now) as locked:
            state.move(locked, moves, now=now)
            agent = Agent.objects.filter(person=by).first() if take else None
            if agent is not None and locked.assignee_id is None:
                locked.assignee = agent  # whoever answers first has taken it
            way = reply_channels.chosen(reply_channels.known_now(locked), channel, files=bool(files))
            event = record(locked, "message.sent", by=by, now=now, channel=way.channel)
            message = Message(
                ticket=locked,
                seq=event.seq,
                kind=Message.Kind.REPLY,
                channel=way.channel,
                by=by,
                text=text,
                data=data or {},
                client_id=client_id,
                at=now,
            )
            insert(message)
            attachments.bind(ids=files, message=message, by=by)
            index.add(locked.pk, [text])
            if (answers := channels.get(way.channel).answers) is not None:
                answers.queue(message, locked, way.target, now)
            if settle and locked.is_open:
                resolve_locked(locked, by=by, now=now)
            return message

    return _once(ticket, client_id, say)


def note(
    *, ticket: Ticket, text: str, by: Person, now: datetime, files: Sequence[str] = (), client_id: str | None = None
) -> Message:
    """A note among agents: the customer neither sees it nor a sign of it."""

    def write() -> Message:
        _something(text, files)
        with deed(ticket.pk, now=now) as locked:
            event = record(locked, "note.written", by=by, now=now)
            message = Message(
                ticket=locked,
                seq=event.seq,
                kind=Message.Kind.NOTE,
                channel=channels.DESK.name,
                by=by,
                text=text,
                client_id=client_id,
                at=now,
            )
            insert(message)
            attachments.bind(ids=files, message=message, by=by)
            index.add(locked.pk, [text], among_agents=True)
            return message

    return _once(ticket, client_id, write)


def seen_by_customer(ticket: Ticket, *, seq: int) -> None:
    """The customer has seen everything up to seq. No event: looking is no deed."""
    Ticket.objects.filter(pk=ticket.pk, customer_seen_seq__lt=seq).update(customer_seen_seq=min(seq, ticket.last_seq))


def seen_by_agents(ticket: Ticket, *, seq: int) -> None:
    Ticket.objects.filter(pk=ticket.pk, agent_seen_seq__lt=seq).update(agent_seen_seq=min(seq, ticket.last_seq))


def _once(ticket: Ticket, client_id: str | None, say: Callable[[], Message]) -> Message:
    """Runs `say`; a client_id that is known gives its message back, also when a twin wins the race."""
    if (message := said_before(ticket, client_id)) is not None:
        return message
    try:
        return say()
    except IntegrityError:
        twin = said_before(ticket, client_id)
        if twin is None:
            raise
        return twin


def beside(cut: str, copied: Sequence[str] = ()) -> dict[str, Any]:
    """A message's `data` for what was cut out of its letter, and for whom the letter went to beside us."""
    data: dict[str, Any] = {"copied": list(copied)} if copied else {}
    if cut:
        data |= {"cut": cut, "cut_lines": sum(1 for line in cut.split("\n") if line.strip())}
    return data


def _something(text: str, files: Sequence[str]) -> None:
    if not text.strip() and not files:
        raise NothingSaid
