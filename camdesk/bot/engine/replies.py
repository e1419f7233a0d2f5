"""What the bot says: values. docs/engine.md has the table.

They are stored with the message they make (`Message.data`), and the newest question with its conversation
(`Session.asked`): as JSON each is its `kind` and its fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, cast

from camdesk.playbook.encoding import decode, encode


@dataclass(frozen=True, slots=True)
class BotReply:
    """id: the same whenever the same events are replayed."""

    kind: ClassVar[str] = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Said(BotReply):
    kind: ClassVar[str] = "say"
    text: str = ""


@dataclass(frozen=True, slots=True)
class AnswerRefused(BotReply):
    """What is wrong with an answer; the question follows again."""

    kind: ClassVar[str] = "invalid"
    text: str = ""


@dataclass(frozen=True, slots=True)
class AnswerOption:
    """other: with a field for words of one's own."""

    value: str
    label: str
    other: bool = False


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A fact that is known, as it is shown instead of being asked. source: account, passport, status, only, known;
    camera and about: of which one, where it is a camera's."""

    fact: str
    title: str
    value: Any = None
    text: str = ""
    source: str = ""
    camera: str | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class KnownShown(BotReply):
    """Each item with «изменить»."""

    kind: ClassVar[str] = "known"
    items: tuple[KnownItem, ...] = ()


@dataclass(frozen=True, slots=True)
class FactAsked(BotReply):
    """question: its id; input: the fact's type; max: of characters or files. Of a camera's fact: camera (None with
    `about`: all chosen), about, each: the button that asks of each one by one. ticked: cameras that are chosen
    beforehand. known: what was told with it, once it
    is stored."""

    kind: ClassVar[str] = "ask"
    text: str = ""
    question: str = ""
    fact: str = ""
    input: str = ""
    optional: bool = False
    hint: str = ""
    options: tuple[AnswerOption, ...] = ()
    max: int | None = None
    camera: str | None = None
    about: str = ""
    each: AnswerOption | None = None
    ticked: tuple[str, ...] = ()
    known: tuple[KnownItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirmation(BotReply):
    """yes, no: the labels."""

    kind: ClassVar[str] = "confirm"
    text: str = ""
    question: str = ""
    yes: str = ""
    no: str = ""
    known: tuple[KnownItem, ...] = ()


@dataclass(frozen=True, slots=True)
class InstructionStep(Confirmation):
    """One step of an instruction: `yes` is «Готово», `no` «Не получилось», `rest` shows all that is left. text: its
    words alone; markdown: as it is written, with its picture; number: from 1, `of` so many."""

    kind: ClassVar[str] = "step"
    rest: str = ""
    markdown: str = ""
    number: int = 1
    of: int = 1


@dataclass(frozen=True, slots=True)
class ArticleShown(BotReply):
    """article: its id."""

    kind: ClassVar[str] = "article"
    article: str = ""


@dataclass(frozen=True, slots=True)
class OfferedTopic:
    flow: str
    topic: str
    title: str


@dataclass(frozen=True, slots=True)
class TopicsOffered(BotReply):
    """What the words may be about. sure: one topic, by yes or no; begun: in the midst of another."""

    kind: ClassVar[str] = "offer"
    text: str = ""
    topics: tuple[OfferedTopic, ...] = ()
    sure: bool = False
    begun: bool = False


@dataclass(frozen=True, slots=True)
class TopicMenu(BotReply):
    """The list of sections and topics; the shell has it."""

    kind: ClassVar[str] = "menu"


@dataclass(frozen=True, slots=True)
class HandedOver(BotReply):
    kind: ClassVar[str] = "handover"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Resolved(BotReply):
    kind: ClassVar[str] = "resolved"


@dataclass(frozen=True, slots=True)
class RatingAsked(BotReply):
    """Answered by one to five."""

    kind: ClassVar[str] = "rate"
    text: str = ""


Sentence = Said | AnswerRefused | HandedOver | RatingAsked  # nothing but words
Put = FactAsked | Confirmation | InstructionStep  # a question of the flow
AnyReply = Sentence | Put | KnownShown | ArticleShown | TopicsOffered | TopicMenu | Resolved


def to_json(reply: BotReply) -> dict[str, Any]:
    """{"kind": …} with the fields that are not at their default."""
    found: dict[str, Any] = encode(reply, sparse=True)
    return found


def from_json(data: Any) -> AnyReply:
    """The reply of `to_json`, whatever release wrote it. Raises ValueError."""
    return cast(AnyReply, decode(cast(Any, AnyReply), data))
