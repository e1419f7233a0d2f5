"""What the engine asks of the world: values. What the shell does with each is in docs/engine.md.

`Understand` and `OwnRequest` are stored too (in the alarm that rings when they were not carried out): here is how.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from camdesk.bot.engine.state import ReadArticle
from camdesk.playbook.encoding import decode, encode


@dataclass(frozen=True, slots=True, kw_only=True)
class BotEffect:
    """flow, step: where the dialogue was when it asked."""

    flow: str = ""
    step: str = ""

    @property
    def kind(self) -> str:
        """Its name in docs/engine.md and in recorded dialogues."""
        return _KINDS[type(self)]

    def plain(self) -> dict[str, Any]:
        """Its kind and fields, as JSON has them."""
        return {"kind": self.kind, **encode(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemCall(BotEffect):
    """A question to the system: `name` is that of a check. Answered by a `result` or an `error` of the same `call`.
    timeout: seconds."""

    name: str
    call: str
    args: Mapping[str, Any] = field(default_factory=dict)
    timeout: float
    background: bool = False

    @property
    def kind(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer(BotEffect):
    """after: seconds. A later one of the same name (and call) replaces it. token: which silence it is of."""

    name: Literal["remind", "close", "call", "look"]
    after: float
    token: int = 0
    call: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understand(BotEffect):
    """Words that answer no question: what they are about comes back as `understood`, with the same token. matter: the
    same without the names of the person's own cameras, where it has any (`Heard.matter`)."""

    text: str
    matter: str = ""
    question: str = ""
    token: int = 0

    @classmethod
    def stored(cls, value: Mapping[str, Any]) -> Understand:
        """From what `plain` gave, whatever release wrote it. Raises ValueError."""
        return decode(cls, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRequest(BotEffect):
    """Another matter becomes a request of its own, once for each topic and its cameras. words: what they wrote; data:
    what was found out about it, where it was talked about."""

    topic: str
    words: str
    data: Collected = field(default_factory=lambda: Collected())

    @classmethod
    def stored(cls, value: Mapping[str, Any]) -> OwnRequest:
        """As `Understand.stored`."""
        return decode(cls, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe(BotEffect):
    """The customer wants news of what they were told. value: of the fact `to`, the outage."""

    to: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView(BotEffect):
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleHelped(BotEffect):
    article: str
    helped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Track(BotEffect):
    """For the counts per step. what: enter, invalid, unexpected, failed, left, waits, resolved, handed, reopened,
    fault."""

    what: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What the dialogue has found out. facts: answers and what is known; sources: where each is from; checks: name →
    the answer of a call; path: the steps gone through; notes: words that answered nothing; files: ids of those that no
    question asked for; heard: what was told unasked, in words («камера Двор»)."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    cameras: tuple[str, ...] = ()
    checks: Mapping[str, Any] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    articles: tuple[ReadArticle, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPerson(BotEffect):
    """To a person, with everything collected."""

    topic: str = ""
    team: str = ""
    priority: str = "normal"
    reason: str = ""
    data: Collected = field(default_factory=Collected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(BotEffect):
    """Solved by the dialogue itself."""

    topic: str = ""
    data: Collected = field(default_factory=Collected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(BotEffect):
    """The customer says that what people have is settled, and wants it closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent(BotEffect):
    """What people have has become an emergency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTicket(BotEffect):
    """stars: 1 to 5."""

    stars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(BotEffect):
    """Nothing can be done for so many seconds: the move is the customer's until then. Not solved. seen: the verdict of
    a look that says so, where the customer says that it is."""

    seconds: float
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeUp(BotEffect):
    """The wait is over, or the customer came back before: the move is the bot's again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(BotEffect):
    """What was solved is not."""


_KINDS: Mapping[type[BotEffect], str] = {
    Timer: "timer",
    Understand: "understand",
    OwnRequest: "own_request",
    Subscribe: "subscribe",
    ArticleView: "article_view",
    ArticleHelped: "article_helped",
    Track: "track",
    ToPerson: "handover",
    Resolve: "resolve",
    RateTicket: "rate",
    Reopen: "reopen",
    Withdrawn: "withdrawn",
    Urgent: "urgent",
    Wait: "wait",
    TakeUp: "take_up",
}

OfTheWorld = SystemCall | Understand | OwnRequest
"""What is carried out after the commit: a call that our own tables cannot answer, words, another request."""
