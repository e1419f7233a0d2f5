"""What comes in: a press, words, the answer of a call, time that has passed. Values; docs/engine.md has the table.

As JSON (a recorded dialogue, an alarm, a page that carries its conversation) each is its `kind` and its fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, cast

from camdesk.bot.utterances.heard import Heard
from camdesk.playbook.encoding import decode, encode


@dataclass(frozen=True, slots=True, kw_only=True)
class BotEvent:
    """id: an event whose id was seen changes nothing; "" is never seen."""

    kind: ClassVar[str] = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Began(BotEvent):
    """A topic was chosen, from the beginning. topic: the id of a flow or a topic; facts: what an earlier page told."""

    kind: ClassVar[str] = "start"
    topic: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched(BotEvent):
    """Another topic in the midst of one. topic: the id of a flow or a topic."""

    kind: ClassVar[str] = "switch"
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(BotEvent):
    """A button, a picked camera, a filled field. question: the id of the one it belongs to; other: words beside
    «другое». value: whatever was sent; engine/answers.py judges it."""

    kind: ClassVar[str] = "answer"
    value: Any = None
    question: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidYes(BotEvent):
    kind: ClassVar[str] = "yes"
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidNo(BotEvent):
    """After the end: it is not solved."""

    kind: ClassVar[str] = "no"
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped(BotEvent):
    kind: ClassVar[str] = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class WentBack(BotEvent):
    kind: ClassVar[str] = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restarted(BotEvent):
    kind: ClassVar[str] = "restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorCalled(BotEvent):
    """«Позвать человека»."""

    kind: ClassVar[str] = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsAsked(BotEvent):
    """«Другая тема»."""

    kind: ClassVar[str] = "other_topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsTyped(BotEvent):
    """Words, perhaps with files: their ids. heard: what the words say (bot/heard_messages.py), for whoever plays
    the event; it is read anew, never stored."""

    kind: ClassVar[str] = "text"
    text: str = ""
    files: tuple[str, ...] = ()
    heard: Heard | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesSent(BotEvent):
    """files: ids."""

    kind: ClassVar[str] = "files"
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAsked(BotEvent):
    """«Изменить» beside something known or answered. fact: its id."""

    kind: ClassVar[str] = "change"
    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood(BotEvent):
    """The classifier's answer to `Understand`. decision "likely": the first topic stands out, though not enough to
    act; "none": the words are about nothing of ours. topics: ids of topics or flows, best first; several: the words are
    about each of them. token: of the effect, None where nothing can have happened meanwhile."""

    kind: ClassVar[str] = "understood"
    decision: Literal["open", "likely", "offer", "person", "none"] = "offer"
    topics: tuple[str, ...] = ()
    several: bool = False
    token: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(BotEvent):
    """The answer of a `SystemCall`: what conditions and texts of the flow see under the name it is saved by."""

    kind: ClassVar[str] = "result"
    call: str
    value: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFailed(BotEvent):
    kind: ClassVar[str] = "error"
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerRang(BotEvent):
    """name: of the `Timer`; with `call` for that of a call, with `token` for the others."""

    kind: ClassVar[str] = "timer"
    name: Literal["remind", "close", "call", "look"]
    token: int = 0
    call: str = ""


OfCustomer = (
    Began
    | Switched
    | Answered
    | SaidYes
    | SaidNo
    | Skipped
    | WentBack
    | Restarted
    | OperatorCalled
    | TopicsAsked
    | WordsTyped
    | FilesSent
    | ChangeAsked
)
AnyEvent = OfCustomer | Understood | CallAnswered | CallFailed | TimerRang


def to_json(event: BotEvent) -> dict[str, Any]:
    """{"kind": …} with the fields that are not at their default."""
    found: dict[str, Any] = encode(event, sparse=True)
    return found


def from_json(data: Any) -> AnyEvent:
    """The event of `to_json`. Raises ValueError."""
    return cast(AnyEvent, decode(cast(Any, AnyEvent), data))
