"""One turn in the making: the state being changed, what is said, what is asked of the world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from camdesk.bot.engine.effects import BotEffect, Track
from camdesk.bot.engine.replies import AnyReply, OfferedTopic, Said, Sentence
from camdesk.bot.engine.scope import Ctx, FlowScope
from camdesk.bot.engine.state import (
    MAX_HISTORY,
    MAX_NOTE,
    MAX_NOTES,
    MAX_PATH,
    Asking,
    DialogueState,
    Frame,
    Snapshot,
    StateDraft,
)
from camdesk.bot.engine.words import said
from camdesk.playbook.document import Fact, Text
from camdesk.playbook.flows import Flow, Step

Flows = Mapping[str, Flow]


class Fault(Exception):
    """The dialogue cannot go on; the message is for the operator's log. The customer gets a person."""


class DialogueTurn:
    """`state` is this turn's own: its fields are set, what they hold is replaced, never changed in place."""

    def __init__(self, flows: Flows, state: DialogueState, ctx: Ctx) -> None:
        self.flows = flows
        self.state = StateDraft.of(state)
        self.ctx = ctx
        self.lang = "en" if str(state.lang or ctx.get("lang") or "ru")[:2] == "en" else "ru"
        self.replies: list[AnyReply] = []
        self.effects: list[BotEffect] = []
        self.marked = False
        self.told_before = state.told  # before the words of this turn
        self.postponed = False  # the customer has said when they will be back: no other timers
        self._scope = FlowScope(None, self.state, ctx, self.lang)

    # ---------------------------------------------------------------- where we are

    @property
    def frame(self) -> Frame:
        try:
            return self.state.frames[-1]
        except IndexError:
            raise Fault("no dialogue is being played") from None

    @frame.setter
    def frame(self, frame: Frame) -> None:
        self.state.frames = (*self.state.frames[:-1], frame)

    @property
    def asking(self) -> Asking:
        """Of the `ask` step being played."""
        found = self.frame.asking
        if found is None:
            raise Fault(f"step {self.frame.step} of flow {self.frame.flow} asks nothing")
        return found

    @property
    def flow(self) -> Flow:
        name = self.frame.flow
        try:
            return self.flows[name]
        except KeyError:
            raise Fault(f"there is no flow {name}") from None

    @property
    def step(self) -> Step:
        flow, name = self.flow, self.state.frames[-1].step
        try:
            return flow.by_id[name]
        except KeyError:
            raise Fault(f"flow {flow.id} has no step {name}") from None

    @property
    def fact(self) -> Fact:
        """The one that is asked now."""
        return self.flow.slot[self.asking.fact]

    @property
    def scope(self) -> FlowScope:
        """Of the flow being played, as the state is at every moment."""
        flow = self.flows.get(self.state.frames[-1].flow) if self.state.frames else None
        if self._scope.flow is not flow or self._scope.lang != self.lang:
            self._scope = FlowScope(flow, self.state, self.ctx, self.lang)
        return self._scope

    @property
    def question(self) -> str:
        """The id of the open question, "" when nothing is asked."""
        return self.state.frames[-1].question if self.state.frames else ""

    # ---------------------------------------------------------------- saying and asking the world

    @property
    def reply_id(self) -> str:
        """Of the next reply; the same whenever the same events are replayed."""
        return f"{self.state.turn}.{len(self.replies) + 1}"

    def reply(self, reply: AnyReply) -> None:
        self.replies.append(reply)

    def say(self, text: Text) -> None:
        if text:
            self.reply(Said(self.reply_id, self.scope.fill(text)))

    def own(self, key: str, *values: object, kind: type[Sentence] = Said) -> None:
        """The bot's own sentence `key`."""
        self.reply(kind(self.reply_id, said(key, self.lang, *values)))

    def effect(self, kind: type[BotEffect], **data: Any) -> None:
        """Asked of the world, at the flow and the step being played."""
        if self.state.frames:
            frame = self.state.frames[-1]
            data.setdefault("flow", frame.flow)
            data.setdefault("step", frame.step)
        self.effects.append(kind(**data))

    def track(self, what: str, why: str = "") -> None:
        """For the counts per step: enter, invalid, unexpected, resolved, handed, left, reopened."""
        self.effect(Track, what=what, why=why)

    # ---------------------------------------------------------------- remembering

    def mark(self) -> None:
        """Remembers where we are, once a turn, so that «Назад» leads here."""
        if self.marked or not self.state.frames:
            return
        self.marked = True
        self.state.history = (*self.state.history[-MAX_HISTORY + 1 :], Snapshot(self.state.frames))

    def set_fact(self, fact: Fact, value: Any, camera: str | None = None) -> None:
        """Stores an answer. camera: of that one; None: of all chosen ones, when the fact belongs to cameras."""
        old = self.state.facts.get(fact.id)
        if fact.scope == "camera":
            cameras = [camera] if camera else self.scope.chosen() or ["*"]
            value = {**(old if isinstance(old, dict) else {}), **dict.fromkeys(cameras, value)}
        self.keep(fact.id, value)

    def keep(self, name: str, value: Any) -> None:
        """Under a fact's name; what stood there before this turn is remembered for «Назад»."""
        facts, history = self.state.facts, self.state.history
        if self.marked and history and name not in history[-1].undo:
            newest = Snapshot(history[-1].frames, {**history[-1].undo, name: facts.get(name)})
            self.state.history = (*history[:-1], newest)
        self.state.facts = {**facts, name: value}

    def note(self, text: str) -> None:
        """Keeps a remark for the person who may read it."""
        self.state.notes = (*self.state.notes[-MAX_NOTES + 1 :], text[:MAX_NOTE])

    def passed(self, step: Step) -> None:
        name = f"{self.frame.flow}.{step.id}"
        self.state.path = (*self.state.path[-MAX_PATH + 1 :], name)
        self.track("enter")


def offered_topic(turn: DialogueTurn, flow: str) -> OfferedTopic:
    found = turn.flows[flow]
    return OfferedTopic(flow, found.topic, found.title.get(turn.lang))
