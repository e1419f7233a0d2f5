"""Plays the dialogue tests of a playbook (docs/flows.md) and tells which steps no test has visited.

    report = run(Path("playbook"))
    report.failures, report.unvisited, report.ok

Reads files and nothing else: no database, no clock, no network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from camdesk.bot.engine import DialogueState, events, reducer
from camdesk.bot.engine.answers import file_ids
from camdesk.bot.engine.effects import BotEffect, Resolve, ToPerson, Track
from camdesk.bot.engine.events import AnyEvent
from camdesk.bot.engine.replies import AnyReply, KnownShown
from camdesk.bot.heard_messages import heard_in
from camdesk.bot.solvable_topics import settled_alone
from camdesk.bot.understanding.lexicon import Synonyms
from camdesk.bot.utterances.cameras import Synonyms as Replace
from camdesk.playbook.document import Playbook
from camdesk.playbook.flow_binding import flows_of
from camdesk.playbook.flow_reading import parse_flow
from camdesk.playbook.flows import Flow
from camdesk.playbook.loading import load
from camdesk.playbook.yaml_source import Items, Mark, Node, Problem, parse_yaml, plain, problem_at, read_yaml

# The customer's clock in a dialogue test: a Tuesday.
NOON = datetime(2026, 3, 17, 12, 30)  # noqa: DTZ001  of nowhere in particular
KINDS = ("happy", "corrections", "gives_up", "handover", "outage_known", "hours")
MORE_KINDS = ("heard",)  # where a flow has something of it to show
BUTTONS = ("yes", "no", "skip", "back", "restart", "operator", "other_topic")
EXPECTATIONS = frozenset(
    {
        "bot",
        "bot~",
        "ask",
        "confirm",
        "step",
        "article",
        "menu",
        "effect",
        "known",
        "handover",
        "resolved",
        "not",
        "invalid",
    }
)
TEST_KEYS = frozenset({"test", "flow", "lang", "ctx", "start", "turns"})
_EVENTS = (*BUTTONS, "answer", "text", "files", "change", "understood", "switch", "result", "error", "timer", "rate")


@dataclass(frozen=True, slots=True)
class StepPlace:
    """A step of a flow, and where it is written."""

    flow: str
    step: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.flow}.{self.step}"


@dataclass
class DialogueReport:
    """What came of all tests. `failures` name the file and line of the turn; `unvisited` are steps without a test."""

    tests: int = 0
    turns: int = 0
    failures: list[Problem] = field(default_factory=list)
    steps: set[StepPlace] = field(default_factory=set)
    visited: set[StepPlace] = field(default_factory=set)
    kinds: dict[str, set[str]] = field(default_factory=dict)
    solved: set[str] = field(default_factory=set)  # flows that ended well without a person
    topics: int = 0
    settled: set[str] = field(default_factory=set)  # topics whose dialogue can do so

    @property
    def unvisited(self) -> list[StepPlace]:
        return sorted(self.steps - self.visited, key=lambda one: (one.file, one.line))

    @property
    def ok(self) -> bool:
        return not self.failures and not self.unvisited

    def coverage(self) -> float:
        """Visited steps of all steps, 0 to 1."""
        return len(self.visited) / len(self.steps) if self.steps else 1.0


def run(directory: Path, playbook: Playbook | None = None) -> DialogueReport:
    """Plays every test below `directory`/dialogues with the flows of the playbook in `directory`.

    A playbook with faults is not played: its faults are the failures.
    """
    report = DialogueReport()
    if playbook is None:
        loaded = load(directory)
        if loaded.playbook is None:
            report.failures = list(loaded.problems)
            return report
        playbook = loaded.playbook
    flows, synonyms = flows_of(playbook), Synonyms(playbook.lexicon.synonyms).replace
    places = _places(directory, report)
    for path in sorted((directory / "dialogues").rglob("*.yaml")):
        _file(path, path.relative_to(directory).as_posix(), flows, places, report, synonyms)
    report.topics, report.settled = len(playbook.topics), settled_alone(playbook, flows, report.solved)
    return report


def play(text: str, flows: Mapping[str, Flow], file: str = "test.yaml") -> DialogueReport:
    """Plays the tests written in `text`, for those who have no directory."""
    report = DialogueReport()
    pairs = [(flow, step) for flow in flows.values() for step in flow.steps]
    places = {(flow.id, step.id): StepPlace(flow.id, step.id, flow.file, step.line) for flow, step in pairs}
    report.steps = set(places.values())
    for node in _tests(parse_yaml(text, file, report.failures)):
        _test(node, flows, places, report)
    return report


@dataclass(frozen=True, slots=True)
class RecordedDialogue:
    """What a customer and the system would send in one dialogue test."""

    ctx: Mapping[str, Any]
    events: tuple[AnyEvent, ...]


def recorded(directory: Path, playbook: Playbook) -> list[RecordedDialogue]:
    """Every dialogue test, for measuring."""
    report, flows = DialogueReport(), flows_of(playbook)
    found = []
    for path in sorted((directory / "dialogues").rglob("*.yaml")):
        for node in _tests(read_yaml(path, path.name, report.failures)):
            if node.get("flow") in flows:
                test = _Playing(node, flows, {}, report)
                test.play()
                found.append(RecordedDialogue(test.ctx, tuple(test.log)))
    return found


def _places(directory: Path, report: DialogueReport) -> dict[tuple[str, str], StepPlace]:
    """Steps as their files have them, with lines: the published shape has none."""
    found = {}
    for path in sorted((directory / "flows").glob("*.yaml")):
        file = path.relative_to(directory).as_posix()
        flow = parse_flow(read_yaml(path, file, report.failures), report.failures)
        for step in flow.steps if flow else ():
            found[flow.id if flow else "", step.id] = StepPlace(flow.id if flow else "", step.id, file, step.line)
    report.steps = set(found.values())
    return found


def _file(
    path: Path, file: str, flows: Mapping[str, Flow], places: Any, report: DialogueReport, synonyms: Replace
) -> None:
    if path.stem not in (*KINDS, *MORE_KINDS):
        text = f"dialogue tests are of the kinds {', '.join(KINDS)}"
        report.failures.append(Problem(file, 1, "bad-value", text))
    for node in _tests(read_yaml(path, file, report.failures)):
        report.kinds.setdefault(str(node.get("flow")), set()).add(path.stem)
        _test(node, flows, places, report, synonyms)


def _tests(data: Any) -> Iterator[Node]:
    items = data if isinstance(data, Items) else [data]
    yield from (one for one in items if isinstance(one, Node))


def _test(
    node: Node, flows: Mapping[str, Flow], places: Any, report: DialogueReport, synonyms: Replace | None = None
) -> None:
    report.tests += 1
    test = _Playing(node, flows, places, report, synonyms)
    unknown = set(node) - TEST_KEYS
    if unknown or node.get("flow") not in flows:
        text = f"unknown keys {sorted(unknown)}" if unknown else f"there is no flow «{node.get('flow')}»"
        test.fail(node.mark, text)
        return
    test.play()


class _Playing:
    """One test: the state so far and the last answer of the engine."""

    def __init__(
        self,
        node: Node,
        flows: Mapping[str, Flow],
        places: Any,
        report: DialogueReport,
        synonyms: Replace | None = None,
    ) -> None:
        self.node = node
        self.flows = flows
        self.places = places
        self.report = report
        self.ctx = {"lang": node.get("lang") or "ru", "open": True, **(plain(node.get("ctx")) or {})}
        self.state = DialogueState()
        self.replies: list[AnyReply] = []
        self.effects: list[BotEffect] = []
        self.log: list[AnyEvent] = []
        self.synonyms = synonyms

    def fail(self, mark: Mark, text: str) -> None:
        name = self.node.get("test") or self.node.get("flow")
        self.report.failures.append(problem_at(mark, "dialogue", f"«{name}»: {text}"))

    def play(self) -> None:
        before = len(self.report.failures)
        self.send(events.Began(id="e1", topic=self.node["flow"]))
        start = self.node.get("start")
        if isinstance(start, Node):
            self.expect(start, start.mark)
        turns = self.node.get("turns")
        for turn in turns if isinstance(turns, Items) else ():
            if len(self.report.failures) > before:
                return  # what follows a failed turn says nothing new
            if isinstance(turn, Node):
                self.turn(turn)

    def turn(self, turn: Node) -> None:
        self.report.turns += 1
        keys = [key for key in turn if key in _EVENTS]
        unknown = [key for key in turn if key not in _EVENTS and key not in EXPECTATIONS]
        if len(keys) != 1 or unknown:
            self.fail(turn.mark, f"a turn has one event and expectations, found {', '.join(keys + unknown) or 'none'}")
            return
        try:
            event = self.event(keys[0], plain(turn[keys[0]]))
        except ValueError as error:
            self.fail(turn.mark, str(error))
            return
        self.send(event)
        self.expect(turn, turn.mark)

    def event(self, key: str, value: Any) -> AnyEvent:
        """Raises ValueError for a value that `key` cannot have."""
        return events.from_json({"id": f"e{len(self.log) + 1}", **self._fields(key, value)})

    def _fields(self, key: str, value: Any) -> dict[str, Any]:
        if key == "result":
            return {"kind": key, "call": self.waiting(), "value": value}
        if key == "error":
            return {"kind": key, "call": self.waiting()}
        if key == "timer":
            return {
                "kind": key,
                "name": value,
                "call": self.waiting() if value == "call" else "",
                "token": self.state.wait,
            }
        if key == "understood":
            topics = value if isinstance(value, list) else [value]
            return {"kind": key, "decision": "open" if len(topics) == 1 else "offer", "topics": topics}
        if key == "files":
            return {"kind": key, "files": file_ids(value)}
        if key in ("answer", "rate"):
            return {"kind": "answer", "value": value}
        names = {"text": "text", "change": "fact", "switch": "topic"}
        return {"kind": key, names[key]: value} if key in names else {"kind": key}

    def waiting(self) -> str:
        """The call the dialogue waits for; the newest, when several do."""
        return next(reversed(list(self.state.calls)), "")

    def send(self, event: AnyEvent) -> None:
        self.log.append(event)
        if isinstance(event, events.WordsTyped):
            event = heard_in(event, self.ctx, now=NOON, synonyms=self.synonyms)
        self.state, self.replies, self.effects = reducer.play(self.flows, self.state, event, self.ctx)
        for effect in self.effects:
            if isinstance(effect, Track) and effect.what == "enter":
                self.visit(effect.flow, effect.step)
            if isinstance(effect, Resolve):
                self.report.solved.add(self.node["flow"])

    def visit(self, flow: str, step: str) -> None:
        place = self.places.get((flow, step)) or self.places.get((flow.split(".")[0], step))
        if place:
            self.report.visited.add(place)

    # ---------------------------------------------------------------- expectations

    def expect(self, wanted: Node, mark: Mark) -> None:
        for key in wanted:
            if key == "not" and isinstance(wanted[key], Node):
                for inner, value in wanted[key].items():
                    if not self.wrong(inner, plain(value)):
                        self.fail(wanted.mark_of(key), f"not expected: {inner}: {value}; {self.heard()}")
            elif key in EXPECTATIONS:
                wrong = self.wrong(key, plain(wanted[key]))
                if wrong:
                    self.fail(wanted.mark_of(key), f"{wrong}; {self.heard()}")

    def wrong(self, key: str, value: Any) -> str:
        """What is wrong with one expectation, "" when it is met."""
        if key in ("bot", "bot~"):
            said = "\n".join(getattr(one, "text", "") for one in self.replies)
            met = value in said if key == "bot" else bool(re.search(value, said, re.IGNORECASE | re.DOTALL))
            return "" if met else f"expected to hear «{value}»"
        if key == "effect":
            return self._effect(value)
        if key == "handover":
            return self._handover(value)
        found = self._shown(key)
        if value is True:
            return "" if found else f"expected {key}"
        return "" if value in found else f"expected {key}: {value}"

    def _shown(self, key: str) -> list[Any]:
        names = {"ask": "fact", "article": "article", "invalid": "text"}
        if key == "known":
            return [item.fact for one in self.replies if isinstance(one, KnownShown) for item in one.items]
        return [getattr(one, names.get(key, "id"), None) for one in self.replies if one.kind == key]

    def _effect(self, value: Any) -> str:
        wanted = value if isinstance(value, Mapping) else {str(value): {}}
        for kind, fields in wanted.items():
            found = [one.plain() for one in self.effects if one.kind == kind]
            if not any(_holds({**one, **one.get("args", {})}, fields or {}) for one in found):
                return f"expected the effect {kind} {fields or ''}"
        return ""

    def _handover(self, value: Any) -> str:
        found = next((one.plain() for one in self.effects if isinstance(one, ToPerson)), None)
        if found is None:
            return "expected a hand-over"
        return "" if value is True or _holds({**found["data"], **found}, value) else f"handed over with {_short(found)}"

    def heard(self) -> str:
        said = [f"{one.kind} {_gist(one)}".strip() for one in self.replies]
        did = [one.kind for one in self.effects if one.kind not in ("track", "timer")]
        return f"the bot: {' | '.join(said)[:400] or 'nothing'}; effects: {', '.join(did) or 'none'}"


def _gist(reply: AnyReply) -> str:
    return next((str(found) for name in ("fact", "article", "text") if (found := getattr(reply, name, ""))), "")


def _holds(found: Any, wanted: Any) -> bool:
    """Whether `found` has at least what is wanted."""
    if isinstance(wanted, Mapping):
        has = isinstance(found, Mapping) and wanted.keys() <= found.keys()
        return has and all(_holds(found[key], one) for key, one in wanted.items())
    return bool(found == wanted)


def _short(found: Mapping[str, Any]) -> str:
    data = found["data"]
    keys = ("topic", "team", "priority", "reason")
    return f"{ {key: found[key] for key in keys} } {data['facts']}"[:500]


def describe(report: DialogueReport) -> Iterator[str]:
    """The report as lines for people."""
    yield from (str(one) for one in report.failures)
    yield from (f"{one} is visited by no test" for one in report.unvisited)
    share = f"{report.coverage():.0%} of {len(report.steps)} steps"
    yield f"{report.tests} dialogues, {report.turns} turns, {len(report.failures)} failures, visited {share}"
    if report.topics:
        alone = len(report.settled)
        yield f"{alone} of {report.topics} topics ({alone / report.topics:.0%}) can be settled without a person"
