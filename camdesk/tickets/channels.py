"""The channels, by which words come in and answers go out: what one is, and the table of all there are.

A channel says of itself what it is called and how it looks, whether this customer can be answered there, and how what
is said leaves. It stands in a folder of its own (camdesk/channels/<name>/channel.py) or in an app of its own, and
registers itself when Django starts (AppConfig.ready). Whoever shows channels, offers a choice of them or reads a name
from outside asks here; nobody else keeps a list of their names. docs/channels.md shows how to write one.

The table stands on this floor and the channels above it: a request names its channel, and must be shown and answered
without knowing who brought it.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from camdesk.tickets.models import Delivery, Message, Ticket

LONGEST_NAME = 20  # characters; the columns that hold one are as long


@dataclass(frozen=True)
class Sent:
    """It left the building. `remote_id`: what the other side calls it, "" where it does not say. `caught`: it did not
    leave, but is kept here to be read, because nothing is set to send it with."""

    remote_id: str = ""
    caught: bool = False


class TransportError(Exception):
    """It did not leave. `permanent`: trying again will not help, and the request says so; else it is tried again.
    `reason`: in words for people, without secrets."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason, self.permanent = reason, permanent


class ServiceAway(Exception):
    """Who is needed for every delivery of a channel is not there: it counts against none of them."""


@dataclass(frozen=True)
class Line:
    """What a batch of deliveries leaves by. `send`: one of them, at this moment; raises TransportError, ServiceAway.
    `ready`: called before each, raises ServiceAway."""

    send: "Callable[[Delivery, datetime], Sent]"
    ready: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class IncomingMessage:
    """One thing that somebody said, as their channel reads it. `key`: unique within the channel for ever; `sender`:
    what the service calls them, an id it vouches for, never a name they chose; `name`: that one, for people to read.
    `press`: of one of the bot's buttons, with its `question`, as the channel was given them (bot/sessions/buttons.py);
    `text`: the words otherwise."""

    key: str
    sender: str
    name: str = ""
    text: str = ""
    press: str = ""
    question: str = ""
    language: str = "ru"


class NotAnUpdate(ValueError):
    """A service said something that its channel cannot read; what it said is kept. English."""


@dataclass(frozen=True)
class Reception:
    """How a channel hears its service, which calls /hooks/<name>/. `verify(headers, body)`: whether the service said
    so; what it did not say is not kept. `read(body)`: pure; () for what is not for us; raises NotAnUpdate."""

    verify: Callable[[Mapping[str, str], bytes], bool]
    read: Callable[[bytes], tuple[IncomingMessage, ...]]


@dataclass(frozen=True)
class KnownCustomer:
    """What is known of a ticket's customer. `last`: the channel they used last. `bounced`: letters to `email` came back
    for good since they last wrote from there; `doubtful`: one did not arrive, others may. `addresses`: {channel: what
    they are called there}, where that is neither an e-mail address nor a number."""

    email: str = ""
    phone: str = ""
    login: bool = False
    last: str = ""
    bounced: bool = False
    doubtful: bool = False
    addresses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reach:
    """Whether and how somebody is reached. `target`: the address or number; `why`: "" when it can work, else a key of
    `Answers.obstacles`; `doubtful`: it may not arrive."""

    target: str = ""
    why: str = ""
    doubtful: bool = False


@dataclass(frozen=True)
class Answers:
    """How an answer goes by a channel. Words may be translated lazily.

    `offered`: on the button, «Письмом»; `offered_to`: the same with %(address)s; `given`: of an answer that was given,
    «письмом». `reach`: pure. `obstacles`: {why it cannot: in words}. `queue`: writes what must leave, in the deed's
    transaction, on the locked ticket; `target` is what `reach` said. `hint`: what happens, in a sentence. `spoken`:
    somebody has to say it: only chosen, never assumed. `files`: what is attached reaches them too; a `deliver` finds it
    as `files` in the payload (channels/answer_files.py). `rank`: of the ways not used last the lowest is offered first.
    """

    offered: Any
    given: Any
    icon: str
    reach: Callable[[KnownCustomer], Reach]
    queue: "Callable[[Message, Ticket, str, datetime], None]"
    obstacles: Mapping[str, Any] = field(default_factory=dict)
    offered_to: Any = ""
    hint: Callable[[], str] | None = None
    spoken: bool = False
    files: bool = False
    rank: int = 50


@dataclass(frozen=True)
class Channel:
    """One way in or out. `name`: kept in rows, at most 20 of a-z 0-9 -. `label`: «письмо»; `opened`: as in «Обращение
    создано … письмом»; `icon`: of docs/pages.md.

    `signed_in`: only a customer with a login writes there: how often is counted. `buttons`: it shows the bot's buttons
    and brings presses, so the bot may be talked to there. `taken_by_agents`: an agent writes down what came by it, as
    they say it: «позвонил»; "" where words come by themselves. `reception`: how it hears a service that calls us.
    `answers`: None where nobody can be answered.
    `deliver`: sends one delivery, or raises TransportError or ServiceAway; called by the worker, outside transactions.
    `transport`: instead, where one line serves many. `gather`: before each batch, makes one of what belongs together.
    """

    name: str
    label: Any
    icon: str
    opened: Any
    signed_in: bool = False
    buttons: bool = False
    taken_by_agents: Any = ""
    reception: Reception | None = None
    answers: Answers | None = None
    deliver: "Callable[[Delivery], Sent] | None" = None
    transport: Callable[[], AbstractContextManager[Line]] | None = None
    gather: Callable[[datetime], object] | None = None


def in_the_request(message: "Message", ticket: "Ticket", target: str, now: datetime) -> None:
    """A `queue` for what needs no transport: the words stand in the request, and in the customer's cabinet."""


DESK = Channel(
    name="desk",
    label=_("сотрудник"),
    icon="headset",
    opened=_("сотрудником"),
    taken_by_agents=_("пришёл или передал через сотрудника"),
)
"""Said among agents, or brought by one: the only channel that is nobody's folder."""

_TABLE: dict[str, Channel] = {DESK.name: DESK}


def register(channel: Channel) -> Channel:
    """When its module is imported, from AppConfig.ready. Returns it. Raises ValueError for a name that cannot be kept,
    or is another channel's."""
    plain = channel.name.replace("-", "")
    if len(channel.name) > LONGEST_NAME or not (plain.isascii() and plain.isalnum() and plain == plain.lower()):
        raise ValueError(f"a channel is named by at most {LONGEST_NAME} of a-z 0-9 -, not {channel.name!r}")
    if _TABLE.setdefault(channel.name, channel) != channel:
        raise ValueError(f"there are two channels named {channel.name!r}")
    return channel


def registered() -> tuple[Channel, ...]:
    """All, in the order of their names."""
    return tuple(_TABLE[name] for name in sorted(_TABLE))


def get(name: str) -> Channel:
    """The channel of this name. Rows outlive apps: one that is not installed any more is shown by its bare name."""
    return _TABLE.get(name) or Channel(name=name, label=name or "?", icon="inbox", opened="")


def taken_by_agents() -> tuple[Channel, ...]:
    """Those whose words an agent writes down."""
    return tuple(channel for channel in registered() if channel.taken_by_agents)


def answerable() -> dict[str, Answers]:
    """{name: how an answer goes there}, in the order they are offered."""
    found = [(channel.answers.rank, name, channel.answers) for name, channel in _TABLE.items() if channel.answers]
    return {name: answers for _rank, name, answers in sorted(found, key=lambda one: one[:2])}
