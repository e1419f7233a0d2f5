"""The state of one conversation: a value, stored as JSON with a schema number of its own (engine/stored_state.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, Literal

MAX_HISTORY = 20
MAX_SEEN = 64
MAX_PATH = 100
MAX_NOTES = 20
MAX_NOTE = 2000
MAX_LOOSE_FILES = 50

Status = Literal["new", "active", "menu", "handed", "done", "left", "waiting"]
# What the dialogue does next; `walk` shows an instruction step by step, `linked` waits for the dialogue above it,
# `below` goes to the next step, `over` has said all it has, `close` looks once more before it is closed as solved.
Phase = Literal["enter", "leave", "below", "ask", "confirm", "walk", "call", "hold", "linked", "over", "close"]
# Those in which the customer is asked something.
ASKS: tuple[Phase, ...] = ("ask", "confirm", "walk")


@dataclass(frozen=True, slots=True)
class Asking:
    """An `ask` step at work.

    fact: what is asked now, "": nothing yet. camera: of that one; questions.ALL: of all at once; None: of no camera.
    only: the one fact a correction asks, "" in the ordinary way. skipped: facts passed over. each: facts that are asked
    camera by camera. anew: facts asked though they are known, done: of those the cameras that are answered.
    """

    fact: str = ""
    camera: str | None = None
    skipped: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()
    only: str = ""
    done: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, fact: str, camera: str | None) -> Asking:
        """The same step at its next question."""
        return Asking(fact, camera, self.skipped, self.each, self.anew, self.only, self.done)


@dataclass(frozen=True, slots=True)
class Frame:
    """One dialogue on the stack, at one of its steps. afterwards: the phase in which it goes on after a link; call: the
    id of the one it waits for; asking: where its step asks; at: which step of its instruction is shown, from 0."""

    flow: str
    step: str
    phase: Phase = "enter"
    afterwards: Phase = "below"
    call: str = ""
    asking: Asking | None = None
    at: int = 0

    def in_phase(self, phase: Phase) -> Frame:
        return Frame(self.flow, self.step, phase, self.afterwards, self.call, self.asking)

    def waits(self, call: str, phase: Phase) -> Frame:
        return Frame(self.flow, self.step, phase, self.afterwards, call, self.asking)

    def asks(self, asking: Asking) -> Frame:
        return Frame(self.flow, self.step, "ask", self.afterwards, self.call, asking)

    def walks(self, at: int) -> Frame:
        return Frame(self.flow, self.step, "walk", self.afterwards, self.call, None, at)

    @property
    def question(self) -> str:
        """Names the open question: flow.step.fact, with @camera when it is about one; flow.step of a confirmation,
        flow.step#2 of a step of its instruction. "" when nothing is asked."""
        if self.phase == "walk":
            return f"{self.flow}.{self.step}#{self.at + 1}"
        if self.phase == "confirm":
            return f"{self.flow}.{self.step}"
        asking = self.asking
        if self.phase != "ask" or asking is None or not asking.fact:
            return ""
        camera = f"@{asking.camera}" if asking.camera else ""
        return f"{self.flow}.{self.step}.{asking.fact}{camera}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where a conversation was before a move, for «Назад». undo: what the facts it overwrote were; None: not there."""

    frames: tuple[Frame, ...]
    undo: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AwaitedCall:
    """save: the name its answer is kept under, "" for none."""

    flow: str
    step: str
    save: str = ""
    background: bool = False


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """helped: None until the customer has said."""

    id: str
    helped: bool | None = None


@dataclass(frozen=True, slots=True)
class DialogueState:
    """Where one conversation stands.

    frames: the stack of dialogues, the last one is being played. facts: fact → value; of a camera's fact
    {camera: value}, "*" when no camera is chosen. vars: name → the answer of a call. calls: id → the call, while its
    answer is awaited. history: at most MAX_HISTORY. wait: counts the customer's moves, a timer of an earlier wait is
    stale. quiet: steps played since the customer's last move. turn: counts events, for ids of replies and calls.
    seen: ids of events. offer: flows that are offered. shown: facts told as known. turned: hand-overs tried.
    told: what was said unasked (engine/told.py). closing: whether it is asked to close the request. promised: whether
    the next reminder was agreed with the customer. rivals: flows that the words may have meant instead of the one
    begun; later: those they mean as well, which are taken up when this one is done. settled: this one is done, and the
    next of those is offered. doubted: they said that it works, and no camera was seen. declined: flows they said it is
    not about. announced: the `wait` in which a look was announced. lang: the language they write, "" while it is the
    page's.
    taken: flows of what people have already, "" for one of no flow; another matter is talked about beside it.
    how_to: the step of an instruction that was begun with, for they asked how to do it.
    unreadable: what was stored and could not be read, as it was.
    """

    status: Status = "new"
    frames: tuple[Frame, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    vars: Mapping[str, Any] = field(default_factory=dict)
    calls: Mapping[str, AwaitedCall] = field(default_factory=dict)
    history: tuple[Snapshot, ...] = ()
    tries: int = 0
    wait: int = 0
    quiet: int = 0
    turn: int = 0
    seen: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    articles: tuple[ReadArticle, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    offer: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()
    rating: Literal["asked"] | int | None = None
    unreadable: Any = None
    told: Mapping[str, Any] = field(default_factory=dict)
    closing: bool = False
    promised: bool = False
    rivals: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    settled: bool = False
    lang: str = ""
    doubted: bool = False
    declined: tuple[str, ...] = ()
    announced: int = -1
    taken: tuple[str, ...] = ()
    how_to: str = ""

    @property
    def question(self) -> str:
        """The id of the open question, "" when nothing is asked."""
        return self.frames[-1].question if self.frames else ""


@dataclass(slots=True)
class StateDraft:
    """The state while a turn makes the next one: the same fields, which may be set. What they hold is never changed in
    place, so a draft shares it with the state it was made of."""

    status: Status
    frames: tuple[Frame, ...]
    facts: Mapping[str, Any]
    vars: Mapping[str, Any]
    calls: Mapping[str, AwaitedCall]
    history: tuple[Snapshot, ...]
    tries: int
    wait: int
    quiet: int
    turn: int
    seen: tuple[str, ...]
    path: tuple[str, ...]
    articles: tuple[ReadArticle, ...]
    notes: tuple[str, ...]
    files: tuple[str, ...]
    offer: tuple[str, ...]
    shown: tuple[str, ...]
    turned: tuple[str, ...]
    rating: Literal["asked"] | int | None
    unreadable: Any
    told: Mapping[str, Any]
    closing: bool
    promised: bool
    rivals: tuple[str, ...]
    later: tuple[str, ...]
    settled: bool
    lang: str
    doubted: bool
    declined: tuple[str, ...]
    announced: int
    taken: tuple[str, ...]
    how_to: str

    @classmethod
    def of(cls, state: DialogueState) -> StateDraft:
        return cls(*_fields_of(state))

    def value(self) -> DialogueState:
        return DialogueState(*_fields_of(self))


_fields_of = attrgetter(*(one.name for one in fields(DialogueState)))
