"""What a conversation shows: to whom, from where on, and in which order. The one reading of messages and events.

    shown = thread.read(ticket, Audience.CUSTOMER)              # the newest of it
    shown = thread.read(ticket, Audience.AGENT, after=17)       # what came since
    shown = thread.read(ticket, Audience.AGENT, before=shown.earlier)

Who may read the ticket at all is asked before (tickets/access.py); what of it, is decided here and nowhere else: a
customer sees neither notes, nor what was written down of calls, nor events among agents, nor the signs of them. Three
statements, however long it is; two where nothing was said.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Left

from camdesk.lib.prepared import BoundQuery, Prepared
from camdesk.people.models import Person
from camdesk.tickets import events
from camdesk.tickets.events import Audience
from camdesk.tickets.models import Attachment, Event, Message, Ticket
from camdesk.tickets.quarantine import Ruling, ruling

PAGE = 200
"""So many steps (of `seq`) are shown at once; what came earlier is a page of its own."""
BEGINNING, BEGINNINGS = 4_000, 400
"""Of hits so many characters of so many messages are looked through for the place of a word."""
ALL = None
_ENDLESS = 2_147_483_647  # no seq is higher
# A conversation names its authors; everything else about them would be read once a line.
_NOT_OF_AUTHORS = tuple(f"by__{one.name}" for one in Person._meta.concrete_fields if one.name not in ("id", "name"))


@dataclass(frozen=True)
class FileItem:
    """A file of a message. `ruling`: whether this audience may have its bytes."""

    pk: str
    name: str
    size: int  # bytes
    content_type: str
    preview_state: str
    scan: str
    scan_note: str
    ruling: Ruling


@dataclass(frozen=True)
class MessageItem:
    """Something said. `html`: of a letter, sanitised, and only to agents; `data`: the bot's replies, a call's facts,
    what was cut out of a letter and how many lines it has."""

    pk: int
    ticket_id: int
    seq: int
    kind: str
    channel: str
    by_id: int | None
    by_name: str
    text: str
    html: str
    data: Mapping[str, Any]
    client_id: str | None
    at: datetime
    files: tuple[FileItem, ...]


@dataclass(frozen=True)
class EventItem:
    """Something that happened."""

    pk: int
    seq: int
    name: str
    by_id: int | None
    by_name: str
    at: datetime
    public: bool
    particulars: Mapping[str, Any]
    audience: Audience

    @property
    def sentence(self) -> str:
        """In the language of the moment, to whom it is shown."""
        return events.sentence(self.name, self.particulars, self.audience)

    @property
    def icon(self) -> str:
        return events.icon_of(self.name)


@dataclass(frozen=True)
class Thread:
    """A stretch of one conversation as one audience sees it. `messages`, `events`: each in the order of seq. `earlier`:
    what `before` asks for the page before this one; None where this is the beginning, or all that was asked for."""

    audience: Audience
    messages: tuple[MessageItem, ...]
    events: tuple[EventItem, ...]
    earlier: int | None = None

    @cached_property
    def items(self) -> tuple[MessageItem | EventItem, ...]:
        """The lines of the conversation in their order: the messages, and the events that no message tells already. Of
        one seq the event comes first: the request is opened, then its words stand."""
        lines = [event for event in self.events if events.is_line(event.name, self.audience)]
        return tuple(sorted([*lines, *self.messages], key=lambda item: item.seq))


def read(
    ticket: Ticket, audience: Audience, *, after: int = 0, before: int | None = None, most: int | None = PAGE
) -> Thread:
    """The newest `most` steps above `after` and below `before`, both excluded. `most=ALL`: all of them."""
    customer = audience == Audience.CUSTOMER
    before = before or _ENDLESS
    rows = _events(customer, most).all(ticket.pk, after, before)
    earlier = None
    if most is not None and len(rows) > most:
        rows = rows[:most]
        earlier = rows[-1].seq
        after = earlier - 1
    said = _messages(audience).all(ticket.pk, after, before)
    files = _by_message(_FILES.all(ticket.pk, after, before)) if said else {}
    return Thread(
        audience,
        tuple(_message(row, files.get(row.pk, ()), audience) for row in said),
        tuple(_event(row, audience) for row in reversed(rows)),
        earlier,
    )


def questions(ticket: Ticket, audience: Audience, *, after: int = 0, before: int | None = None) -> list[BoundQuery]:
    """What `read` will ask, for lib/prepared.ahead."""
    values = (ticket.pk, after, before or _ENDLESS)
    asked = (_events(audience == Audience.CUSTOMER, PAGE), _messages(audience), _FILES)
    return [one.of(*values) for one in asked]


def just_told(ticket: Ticket, audience: Audience, *, after: int, most: int = PAGE) -> Thread | None:
    """As read, of a ticket that a deed of the customer's has just written in: from the rows it holds, where they are
    all there is after that seq; else None. No statement; one where files came with it."""
    told, customer = ticket.happened, audience == Audience.CUSTOMER
    if not told or told[0].seq != after + 1 or told[-1].seq != ticket.last_seq or len(told) > most:
        return None
    said = [row for row in ticket.said if not (customer and row.kind in Message.AMONG_AGENTS)]
    files = _by_message(_FILES.all(ticket.pk, after, _ENDLESS)) if any(row.bound for row in said) else {}
    return Thread(
        audience,
        tuple(_message(row, files.get(row.pk, ()), audience) for row in said),
        tuple(_event(row, audience) for row in told if row.public or not customer),
    )


def history(ticket: Ticket, audience: Audience) -> Thread:
    """What happened, without what was said: the newest events. One statement."""
    rows = _events(audience == Audience.CUSTOMER, PAGE).all(ticket.pk, 0, _ENDLESS)
    earlier = rows[PAGE - 1].seq if len(rows) > PAGE else None
    return Thread(audience, (), tuple(_event(row, audience) for row in reversed(rows[:PAGE])), earlier)


def talk(tickets: Collection[Ticket], audience: Audience, *, most: int) -> tuple[MessageItem, ...]:
    """What was said in all of these, the newest `most`, in the order of time. Two statements."""
    said = _seen_by(audience, Message.objects.filter(ticket__in=tickets))
    rows = list(said.select_related("by").order_by("-at", "-pk")[:most])[::-1]
    files = _by_message(Attachment.objects.filter(message__in=rows).order_by("position", "pk")) if rows else {}
    return tuple(_message(row, files.get(row.pk, ()), audience) for row in rows)


def beginnings(numbers: Collection[int], audience: Audience) -> list[tuple[int, str]]:
    """(number, the first BEGINNING characters) of the newest messages in these tickets, BEGINNINGS at most, newest
    first: for hits. One statement."""
    return _beginnings(audience).all(list(numbers))


def item_of(message: Message, audience: Audience) -> MessageItem:
    """One message that was just said; its files are asked for."""
    return _message(message, _FILES_OF_ONE.all(message.pk), audience)


def file_of(row: Attachment, audience: Audience) -> FileItem:
    return FileItem(
        pk=row.pk,
        name=row.name,
        size=row.size,
        content_type=row.content_type,
        preview_state=row.preview_state,
        scan=row.scan,
        scan_note=row.scan_note,
        ruling=ruling(row, agent=audience == Audience.AGENT),
    )


def message_at(ticket: Ticket, seq: int, audience: Audience) -> Message | None:
    """The row of one message, for who shows more of it than a conversation does."""
    return _seen_by(audience, ticket.messages.filter(seq=seq)).prefetch_related("attachments").first()


def opening_words(ticket: Ticket, audience: Audience) -> MessageItem | None:
    """What the request began with. Two statements."""
    first = _first_message(audience).first(ticket.pk)
    if first is None or first.seq != 1:
        return item_of(first, audience) if first else None
    return _message(first, _FILES_AT_OPENING.all(ticket.pk), audience)


def opening_questions(number: int, audience: Audience) -> list[BoundQuery]:
    """What `opening_words` will ask, for lib/prepared.ahead."""
    return [_first_message(audience).of(number), _FILES_AT_OPENING.of(number)]


def customer_words_before(ticket: Ticket, seq: int) -> Message | None:
    """What the customer said last before this: an answer quotes it."""
    return ticket.messages.filter(kind=Message.Kind.CUSTOMER, seq__lt=seq).order_by("-seq").first()


def last_answer(ticket: Ticket) -> Message | None:
    """What an agent told the customer last, of what is said since it was opened again."""
    reopened = last_event(ticket, "ticket.reopened")
    answers = ticket.messages.filter(kind=Message.Kind.REPLY, by__isnull=False, seq__gt=reopened.seq if reopened else 0)
    return answers.exclude(text="").order_by("-seq").first()


def last_event(ticket: Ticket, *names: str) -> Event | None:
    return ticket.events.filter(name__in=names).order_by("-seq").first()


def seq_before(ticket: Ticket, client_id: str) -> int:
    """The seq after which stands what was said under this client id; of one that is new, the ticket's last: a retry is
    answered with what the first try made."""
    said = ticket.messages.filter(client_id=client_id).values_list("seq", flat=True).first()
    return ticket.last_seq if said is None else said - 1


def page_with(ticket: Ticket, seq: int) -> int | None:
    """What `before` has to be for a page on which this seq stands; None: it stands on the newest."""
    return None if seq > ticket.last_seq - PAGE else seq + PAGE // 2


def unread(ticket: Ticket) -> int:
    """How much was said to the customer since they looked."""
    kinds = (Message.Kind.BOT, Message.Kind.REPLY)
    return ticket.messages.filter(kind__in=kinds, seq__gt=ticket.customer_seen_seq).count()


def _seen_by(audience: Audience, messages: "QuerySet[Message]") -> "QuerySet[Message]":
    return messages.exclude(kind__in=Message.AMONG_AGENTS) if audience == Audience.CUSTOMER else messages


@cache
def _events(customer: bool, most: int | None) -> Prepared[Event]:
    """The newest first, one more than `most`. Every message has the seq of an event of the same publicity."""

    def build(ticket: int, after: int, before: int) -> "QuerySet[Event]":
        rows = Event.objects.filter(ticket_id=ticket, seq__gt=after, seq__lt=before)
        rows = rows.filter(public=True) if customer else rows
        rows = rows.select_related("by").defer(*_NOT_OF_AUTHORS)
        return rows.order_by("-seq")[: None if most is None else most + 1]

    return Prepared(build, int, int, int)


@cache
def _messages(audience: Audience) -> Prepared[Message]:
    def build(ticket: int, after: int, before: int) -> "QuerySet[Message]":
        rows = _seen_by(audience, Message.objects.filter(ticket_id=ticket, seq__gt=after, seq__lt=before))
        rows = rows.select_related("by").defer(*_NOT_OF_AUTHORS, *(() if audience == Audience.AGENT else ("html",)))
        return rows.order_by("seq")

    return Prepared(build, int, int, int)


@cache
def _first_message(audience: Audience) -> Prepared[Message]:
    def build(ticket: int) -> "QuerySet[Message]":
        return _seen_by(audience, Message.objects.filter(ticket_id=ticket)).select_related("by").order_by("seq")[:1]

    return Prepared(build, int)


@cache
def _beginnings(audience: Audience) -> "Prepared[tuple[int, str]]":
    def build(numbers: list[int]) -> "QuerySet[Message, tuple[int, str]]":
        said = _seen_by(audience, Message.objects.filter(ticket_id__in=numbers)).order_by("-pk")
        return said.values_list("ticket_id", Left("text", BEGINNING))[:BEGINNINGS]

    return Prepared(build, list[int])


_FILES_OF_ONE = Prepared(lambda message: Attachment.objects.filter(message_id=message).order_by("position", "pk"), int)


def _files_at_opening(ticket: int) -> "QuerySet[Attachment]":
    # One message, looked up first: with a join PostgreSQL may walk through all files.
    opening = Message.objects.filter(ticket_id=ticket, seq=1).values("pk")[:1]
    return Attachment.objects.filter(message_id=Subquery(opening)).order_by("position", "pk")


_FILES_AT_OPENING = Prepared(_files_at_opening, int)
_FILES = Prepared(
    lambda ticket, after, before: Attachment.objects.filter(
        message__ticket_id=ticket, message__seq__gt=after, message__seq__lt=before
    ).order_by("position", "pk"),
    int,
    int,
    int,
)


def _by_message(files: Iterable[Attachment]) -> dict[int | None, list[Attachment]]:
    found: dict[int | None, list[Attachment]] = defaultdict(list)
    for file in files:
        found[file.message_id].append(file)
    return found


def _message(row: Message, files: Collection[Attachment], audience: Audience) -> MessageItem:
    return MessageItem(
        pk=row.pk,
        ticket_id=row.ticket_id,
        seq=row.seq,
        kind=row.kind,
        channel=row.channel,
        by_id=row.by_id,
        by_name=row.by.name if row.by else "",
        text=row.text,
        html=row.html if audience == Audience.AGENT else "",
        data=row.data,
        client_id=row.client_id,
        at=row.at,
        files=tuple(file_of(file, audience) for file in files),
    )


def _event(row: Event, audience: Audience) -> EventItem:
    return EventItem(
        pk=row.pk,
        seq=row.seq,
        name=row.name,
        by_id=row.by_id,
        by_name=row.by.name if row.by else "",
        at=row.at,
        public=row.public,
        particulars=row.particulars,
        audience=audience,
    )
