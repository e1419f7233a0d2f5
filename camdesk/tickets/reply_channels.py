"""By which way an answer goes: what can work, why something cannot, and what is offered first.

`chat` means in the cabinet: the support panel and the page of the request show the same thread. Whatever the way, the
cabinet shows every answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from camdesk.people.models import Person
from camdesk.tickets.models import Event, Message, Ticket
from camdesk.tickets.models.ticket import Channel

WAYS = (Channel.MAIL, Channel.CHAT, Channel.PHONE)
_ABOUT_LETTERS = ("letter.bounced", "delivery.failed")
# What the customer used last: what is offered, the best first.
_OFFERED = {
    Channel.FORM: (Channel.MAIL, Channel.CHAT, Channel.PHONE),
    Channel.MAIL: (Channel.MAIL, Channel.CHAT, Channel.PHONE),
    Channel.CHAT: (Channel.CHAT, Channel.MAIL, Channel.PHONE),
    Channel.PHONE: (Channel.PHONE, Channel.MAIL, Channel.CHAT),
}


class CannotGo(Exception):
    """This way is closed. `why`: no_email, bounced, no_login, no_phone."""

    def __init__(self, way: str, why: str) -> None:
        super().__init__(f"{way}: {why}")
        self.way, self.why = way, why


@dataclass(frozen=True)
class KnownCustomer:
    """What is known of a ticket's customer. `last`: the channel they used last. `bounced`: letters to `email` came back
    for good since they last wrote from there; `doubtful`: one did not arrive, others may."""

    email: str = ""
    phone: str = ""
    login: bool = False
    last: str = Channel.FORM
    bounced: bool = False
    doubtful: bool = False


@dataclass(frozen=True)
class Way:
    """`target`: the address or number; `why`: "" when it can work, else as CannotGo says; `doubtful`: it may not."""

    channel: str
    target: str
    why: str
    doubtful: bool = False


def ways(known: KnownCustomer) -> tuple[Way, ...]:
    """All three, in the order they are shown. Pure."""
    no_letter = "no_email" if not known.email else "bounced" if known.bounced else ""
    return (
        Way(Channel.MAIL, known.email, no_letter, doubtful=bool(known.email) and (known.bounced or known.doubtful)),
        Way(Channel.CHAT, "", "" if known.login else "no_login"),
        Way(Channel.PHONE, known.phone, "" if known.phone else "no_phone"),
    )


def offered(known: KnownCustomer) -> str:
    """The way the customer used last, else the next best that works; `desk` when none does: the words are kept in the
    request and reach nobody. Pure."""
    open_ones = {way.channel for way in ways(known) if not way.why}
    order = _OFFERED.get(known.last, _OFFERED[Channel.FORM])
    return next((channel for channel in order if channel in open_ones), Channel.DESK)


def chosen(known: KnownCustomer, asked: str | None) -> str:
    """What the agent asked for; when they asked for nothing, the written way that is offered first: that somebody was
    told by phone is only true when somebody says so. Raises CannotGo. Pure."""
    if not asked:
        return offered(replace(known, phone=""))
    way = next((way for way in ways(known) if way.channel == asked), None)
    if way is None or way.why:
        raise CannotGo(asked, way.why if way else "unknown")
    return asked


def known_of(ticket: Ticket, said: Iterable[Message], events: Iterable[Event]) -> KnownCustomer:
    """From a ticket's messages and events, oldest first; its person and their user should be loaded."""
    theirs = [one for one in said if _by_customer(one)]
    wrote = max((one.seq for one in theirs if one.channel == Channel.MAIL), default=0)
    since = [event for event in events if event.seq > wrote and _about(event, ticket.contact_email)]
    return KnownCustomer(
        email=ticket.contact_email,
        phone=ticket.contact_phone or ticket.person.phone,
        login=has_login(ticket.person),
        last=theirs[-1].channel if theirs else ticket.channel,
        bounced=any(event.name == "letter.bounced" and event.particulars.get("permanent") for event in since),
        doubtful=bool(since),
    )


def known_now(ticket: Ticket) -> KnownCustomer:
    """Asks the database; for a deed on the locked ticket."""
    kinds = (Message.Kind.CUSTOMER, Message.Kind.CALL)
    said = Message.objects.filter(ticket=ticket, kind__in=kinds).defer("text", "html").order_by("seq")
    return known_of(ticket, said, Event.objects.filter(ticket=ticket, name__in=_ABOUT_LETTERS).order_by("seq"))


def has_login(person: Person) -> bool:
    user = getattr(person, "user", None)
    return user is not None and user.is_active


def _by_customer(message: Message) -> bool:
    if message.kind == Message.Kind.CALL:
        return message.data.get("direction") == "in"
    return message.kind == Message.Kind.CUSTOMER


def _about(event: Event, address: str) -> bool:
    return event.name in _ABOUT_LETTERS and str(event.particulars.get("to", "")).lower() == address.lower() != ""
