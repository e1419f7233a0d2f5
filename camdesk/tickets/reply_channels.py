"""By which way an answer goes: what can work, why something cannot, and what is offered first. Each channel says so of
itself (tickets/channels.py). Whatever the way, the cabinet shows every answer."""

from collections.abc import Iterable
from dataclasses import dataclass

from camdesk.people.models import Person
from camdesk.tickets import channels
from camdesk.tickets.channels import KnownCustomer
from camdesk.tickets.models import Event, Message, Ticket
from camdesk.tickets.thread import EventItem, MessageItem

_ABOUT_LETTERS = ("letter.bounced", "delivery.failed")


class CannotGo(Exception):
    """This way is closed. `why`: "unknown", "no_files", or one of the obstacles of the channel `way`."""

    def __init__(self, way: str, why: str) -> None:
        super().__init__(f"{way}: {why}")
        self.way, self.why = way, why


@dataclass(frozen=True)
class Way:
    """`channel`: its name; `target`: the address or number; `why`: "" when it can work, else as CannotGo says;
    `doubtful`: it may not arrive."""

    channel: str
    target: str
    why: str
    doubtful: bool = False


def ways(known: KnownCustomer) -> tuple[Way, ...]:
    """All there are, in the order they are shown. Pure."""
    found = ((name, answers.reach(known)) for name, answers in channels.answerable().items())
    return tuple(Way(name, reach.target, reach.why, reach.doubtful) for name, reach in found)


def offered(known: KnownCustomer, *, spoken: bool = True) -> str:
    """The way the customer used last, else the next best that works; `desk` when none does: the words are kept in the
    request and reach nobody. `spoken`: also by what somebody has to say. Pure."""
    answers = channels.answerable()
    open_ones = [way.channel for way in ways(known) if not way.why and (spoken or not answers[way.channel].spoken)]
    return known.last if known.last in open_ones else next(iter(open_ones), channels.DESK.name)


def chosen(known: KnownCustomer, asked: str | None, *, files: bool = False) -> Way:
    """What the agent asked for; when they asked for nothing, the written way that is offered first: that somebody was
    told by phone is only true when somebody says so. `files`: some go with it. Raises CannotGo. Pure."""
    by_name = {way.channel: way for way in ways(known)}
    best = asked or offered(known, spoken=False)
    way = by_name.get(best) if asked else by_name.get(best) or Way(best, "", "")
    if way is None or way.why:
        raise CannotGo(best, way.why if way else "unknown")
    if files and best in by_name and not _carries_files(best):
        raise CannotGo(best, "no_files")
    return way


def _carries_files(name: str) -> bool:
    """Themselves, or what is sent there says that they wait in the cabinet (channels/answer_files.py)."""
    channel = channels.get(name)
    return channel.deliver is not None or (channel.answers is not None and channel.answers.files)


def known_of(
    ticket: Ticket, said: Iterable[Message | MessageItem], events: Iterable[Event | EventItem]
) -> KnownCustomer:
    """From a ticket's messages and events, oldest first; its person and their user should be loaded."""
    theirs = [one for one in said if _by_customer(one)]
    wrote = max((one.seq for one in theirs if one.channel == "mail"), default=0)
    since = [event for event in events if event.seq > wrote and _about(event, ticket.contact_email)]
    return KnownCustomer(
        email=ticket.contact_email,
        phone=ticket.contact_phone or ticket.person.phone,
        login=has_login(ticket.person),
        last=theirs[-1].channel if theirs else ticket.channel,
        bounced=any(event.name == "letter.bounced" and event.particulars.get("permanent") for event in since),
        doubtful=bool(since),
        addresses={ticket.channel: ticket.contact_address} if ticket.contact_address else {},
    )


def known_now(ticket: Ticket) -> KnownCustomer:
    """Asks the database; for a deed on the locked ticket."""
    kinds = (Message.Kind.CUSTOMER, Message.Kind.CALL)
    said = Message.objects.filter(ticket=ticket, kind__in=kinds).defer("text", "html").order_by("seq")
    return known_of(ticket, said, Event.objects.filter(ticket=ticket, name__in=_ABOUT_LETTERS).order_by("seq"))


def has_login(person: Person) -> bool:
    user = getattr(person, "user", None)
    return user is not None and user.is_active


def _by_customer(message: Message | MessageItem) -> bool:
    if message.kind == Message.Kind.CALL:
        return bool(message.data.get("direction") == "in")
    return message.kind == Message.Kind.CUSTOMER


def _about(event: Event | EventItem, address: str) -> bool:
    return event.name in _ABOUT_LETTERS and str(event.particulars.get("to", "")).lower() == address.lower() != ""
