"""One turn in the making: the state being changed, what is said, what is asked of the world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from camdesk.bot.engine.effects import BotEffect, Track
from camdesk.bot.engine.scope import Ctx, FlowScope
from camdesk.bot.engine.state import MAX_HISTORY, MAX_NOTE, MAX_NOTES, MAX_PATH, State
from camdesk.bot.engine.words import said
from camdesk.playbook.document import Fact, Text
from camdesk.playbook.flows import Flow, Step

Flows = Mapping[str, Flow]
Reply = dict[str, Any]


class Fault(Exception):
    """The dialogue cannot go on; the message is for the operator's log. The customer gets a person."""


class DialogueTurn:
    def __init__(self, flows: Flows, state: State, ctx: Ctx) -> None:
        self.flows = flows
        self.state = state
        self.ctx = ctx
        self.lang = "en" if str(ctx.get("lang") or "ru")[:2] == "en" else "ru"
        self.replies: list[Reply] = []
        self.effects: list[BotEffect] = []
        self.marked = False

    # ---------------------------------------------------------------- where we are

    @property
    def frame(self) -> dict[str, Any]:
        if not self.state["frames"]:
            raise Fault("no dialogue is being played")
        found: dict[str, Any] = self.state["frames"][-1]
        return found

    @property
    def flow(self) -> Flow:
        name = self.frame["flow"]
        if name not in self.flows:
            raise Fault(f"there is no flow {name}")
        return self.flows[name]

    @property
    def step(self) -> Step:
        found = self.flow.by_id.get(self.frame["step"])
        if found is None:
            raise Fault(f"flow {self.frame['flow']} has no step {self.frame['step']}")
        return found

    @property
    def scope(self) -> FlowScope:
        flow = self.flows.get(self.state["frames"][-1]["flow"]) if self.state["frames"] else None
        return FlowScope(flow, self.state, self.ctx, self.lang)

    # ---------------------------------------------------------------- saying and asking the world

    def reply(self, kind: str, **data: Any) -> None:
        """A reply; its id is the same whenever the same events are replayed."""
        self.replies.append({"kind": kind, "id": f"{self.state['turn']}.{len(self.replies) + 1}", **data})

    def say(self, text: Text) -> None:
        if text:
            self.reply("say", text=self.scope.fill(text))

    def own(self, key: str, *values: object, kind: str = "say") -> None:
        """The bot's own sentence `key`."""
        self.reply(kind, text=said(key, self.lang, *values))

    def effect(self, kind: type[BotEffect], **data: Any) -> None:
        """Asked of the world, at the flow and the step being played."""
        frame = self.state["frames"][-1] if self.state["frames"] else {"flow": "", "step": ""}
        self.effects.append(kind(**{"flow": frame["flow"], "step": frame["step"], **data}))

    def track(self, what: str, why: str = "") -> None:
        """For the counts per step: enter, invalid, unexpected, resolved, handed, left, reopened."""
        self.effect(Track, what=what, why=why)

    # ---------------------------------------------------------------- remembering

    def mark(self) -> None:
        """Remembers where we are, once a turn, so that «Назад» leads here."""
        if self.marked or not self.state["frames"]:
            return
        self.marked = True
        snapshot = {"frames": [dict(one) for one in self.state["frames"]], "undo": {}}
        self.state["history"] = [*self.state["history"][-MAX_HISTORY + 1 :], snapshot]

    def set_fact(self, fact: Fact, value: Any, camera: str | None = None) -> None:
        """Stores an answer. camera: of that one; None: of all chosen ones, when the fact belongs to cameras."""
        facts = self.state["facts"]
        old = facts.get(fact.id)
        if fact.scope == "camera":
            cameras = [camera] if camera else self.scope.chosen() or ["*"]
            value = {**(old if isinstance(old, dict) else {}), **dict.fromkeys(cameras, value)}
        self.remember(fact.id, old)
        facts[fact.id] = value

    def remember(self, name: str, old: Any) -> None:
        """What a fact was before this turn, for «Назад»."""
        if self.marked and self.state["history"]:
            snapshot = self.state["history"][-1]
            if name not in snapshot["undo"]:
                self.state["history"][-1] = {**snapshot, "undo": {**snapshot["undo"], name: old}}

    def note(self, text: str) -> None:
        """Keeps a remark for the person who may read it."""
        self.state["notes"] = [*self.state["notes"][-MAX_NOTES + 1 :], text[:MAX_NOTE]]

    def passed(self, step: Step) -> None:
        name = f"{self.frame['flow']}.{step.id}"
        self.state["path"] = [*self.state["path"][-MAX_PATH + 1 :], name]
        self.track("enter")
