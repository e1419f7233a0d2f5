"""Makes a `Flow` from the YAML of its file, and names every fault of it with its line.

Only the shape is judged here (keys, types, conditions that can be compiled); whether names exist and whether the
dialogue leads anywhere is `flow_checks`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from camdesk.playbook.document import Fact, Text
from camdesk.playbook.expressions import ExpressionError, expression
from camdesk.playbook.fields import NAME, Fields
from camdesk.playbook.flows import KINDS, PERSON, RETURN, Branch, CallSpec, Flow, Handover, Step, Target
from camdesk.playbook.schema import Places, fact_of
from camdesk.playbook.yaml_source import Items, Mark, Node, Problem, problem_at

_DURATION = re.compile(r"([1-9][0-9]{0,4})(s|m|h|d)\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
MAX_CALL = 120  # seconds a customer may be kept waiting for a check
MAX_TEXT = 2000
MAX_BUTTON = 120

# The first of these keys that a step has is its kind; `article` may carry a `confirm`, everything may carry a `say`.
_DECIDES = ("ask", "article", "confirm", "call", "link", "handover", "resolve", "wait", "branch", "say")
_ALONE = ("ask", "article", "call", "link", "handover", "resolve", "wait")


def parse_flow(node: Any, problems: list[Problem], warnings: list[Problem] | None = None) -> Flow | None:
    """The flow of one file; None when it has no id or no steps. Every fault is appended to `problems`.

    `warnings` gets what does not stop publishing (a sentence without its English).
    """
    if not isinstance(node, Node):
        mark = node.mark if isinstance(node, Items) else Mark("", 1)
        problems.append(problem_at(mark, "wrong-type", "a flow begins with «flow: its-id»"))
        return None
    return _Reader(problems, warnings if warnings is not None else []).flow(node)


def flow_of(data: Mapping[str, Any]) -> Flow:
    """The flow of a published version, whose plain data was checked before. Raises ValueError when it is none."""
    flow = parse_flow(_marked(data), [])
    if flow is None:
        raise ValueError("not a flow")
    return flow


def _marked(data: Any) -> Any:
    """Plain data as nodes, on line 1 of no file."""
    mark = Mark("", 1)
    if isinstance(data, Mapping):
        node = Node(mark)
        for key, value in data.items():
            node.put(key, _marked(value), mark)
        return node
    if isinstance(data, (list, tuple)):
        items = Items(mark)
        for value in data:
            items.put(_marked(value), mark)
        return items
    return data


class _Reader:
    def __init__(self, problems: list[Problem], warnings: list[Problem]) -> None:
        self.problems = problems
        self.warnings = warnings

    # ---------------------------------------------------------------- flow

    def flow(self, node: Node) -> Flow | None:
        fields = Fields(node, "the flow", self.problems)
        name = fields.identifier("flow")
        title = fields.text("title", required=True, translated=True, max_chars=MAX_BUTTON)
        slots = tuple(self.slot(one) for one in fields.nodes("slots", "slot"))
        remind, close, on_close = self.timeouts(fields)
        flow = Flow(
            id=name,
            title=title,
            steps=self.steps(fields),
            topic=fields.identifier("topic", required=False),
            show_if=self.condition(fields, "show_if"),
            part=fields.flag("part", False),
            slots=slots,
            remind=remind,
            close=close,
            on_close=on_close,
            file=node.mark.file,
            line=node.mark.line,
        )
        fields.done()
        return flow if name and flow.steps else None

    def timeouts(self, fields: Fields) -> tuple[int, int, str]:
        given = fields.node_of("timeouts", "timeouts")
        if given is None:
            return 0, 0, "leave"
        remind, close = self.duration(given, "remind"), self.duration(given, "close")
        then = given.one_of("then", ("leave", PERSON), default="leave")
        if remind and close and remind >= close:
            given.say("remind", "bad-value", "«remind» comes before «close»")
        given.done()
        return remind, close, then

    def slot(self, fields: Fields) -> Fact:
        """A slot is written like a fact of facts.yaml."""
        return fact_of(fields, Places())

    # ---------------------------------------------------------------- steps

    def steps(self, fields: Fields) -> tuple[Step, ...]:
        found: dict[str, Step] = {}
        for inner in fields.nodes("steps", "step", required=True):
            step = self.step(inner)
            if step is None:
                continue
            if step.id in found:
                text = f"the step «{step.id}» is already on line {found[step.id].line}"
                inner.say("id", "duplicate-id", text)
            else:
                found[step.id] = step
        if not found and fields.node.get("steps") is not None:
            fields.say("steps", "missing-key", "the flow has no steps")
        return tuple(found.values())

    def step(self, fields: Fields) -> Step | None:
        name = fields.identifier("id")
        fields.what = f"step «{name}»"
        if name == RETURN:
            fields.say("id", "bad-id", "«return» is a place to go to, not a step")
        kind = self.kind(fields)
        if not name or not kind:
            return None
        step = Step(
            id=name,
            kind=kind,
            when=self.condition(fields, "when"),
            say=self.text(fields, "say"),
            subscribe=fields.identifier("subscribe", NAME, required=False),
            branch=self.branches(fields),
            then=self.target(fields, "then"),
            line=fields.node.mark.line,
            lines={key: fields.mark(key).line for key in fields.node},
            **self.particulars(kind, fields),
        )
        fields.done()
        return step

    def kind(self, fields: Fields) -> str:
        alone = [key for key in _ALONE if key in fields.node]
        if len(alone) > 1:
            text = f"{fields.what} does two things: {' and '.join(alone)}; make it two steps"
            fields.say_at(fields.node.mark, "two-kinds", text)
        found = next((key for key in _DECIDES if key in fields.node), "")
        if not found:
            text = f"{fields.what} does nothing; it needs one of {', '.join(KINDS)}"
            fields.say_at(fields.node.mark, "no-kind", text)
        return found

    def particulars(self, kind: str, fields: Fields) -> dict[str, Any]:
        makers: dict[str, Callable[[Fields], dict[str, Any]]] = {
            "ask": self.question,
            "article": self.confirmation,
            "confirm": self.confirmation,
            "call": lambda fields: {"call": self.call(fields)},
            "link": lambda fields: {"link": fields.identifier("link")},
            "handover": lambda fields: {"handover": self.handover(fields)},
            "resolve": lambda fields: {"rate": self.rate(fields)},
            "wait": lambda fields: {"wait": self.duration(fields, "wait") or 0},
        }
        make = makers.get(kind)
        return make(fields) if make else {}

    def question(self, fields: Fields) -> dict[str, Any]:
        return {
            "ask": self.names(fields, "ask"),
            "text": self.text(fields, "text"),
            "optional": fields.flag("optional", False),
            "again": fields.flag("again", False),
        }

    def confirmation(self, fields: Fields) -> dict[str, Any]:
        found = {
            "article": fields.identifier("article", required=False),
            "confirm": self.text(fields, "confirm"),
            "yes": self.target(fields, "yes"),
            "no": self.target(fields, "no"),
        }
        if found["confirm"] and not (found["yes"] and found["no"]):
            fields.say("confirm", "missing-key", "a «confirm» needs both «yes:» and «no:»")
        if (found["yes"] or found["no"]) and not found["confirm"]:
            fields.say("yes" if found["yes"] else "no", "missing-key", "«yes:» and «no:» need the question «confirm:»")
        return found

    def call(self, fields: Fields) -> CallSpec:
        timeout = self.duration(fields, "timeout") or 20
        if timeout > MAX_CALL:
            fields.say("timeout", "bad-value", f"nobody waits longer than {MAX_CALL} s for a check")
        return CallSpec(
            name=fields.identifier("call"),
            args=self.names(fields, "args"),
            timeout=timeout,
            save=fields.identifier("save", NAME, required=False),
            on_error=self.target(fields, "on_error"),
        )

    def handover(self, fields: Fields) -> Handover:
        if fields.node["handover"] is True:
            fields.raw("handover")
            return Handover()
        given = fields.node_of("handover", "handover", required=True)
        if given is None:
            return Handover()
        found = Handover(
            team=given.identifier("team", required=False),
            priority=self.condition(given, "priority"),
            open=self.text(given, "open"),
            closed=self.text(given, "closed"),
            recheck=given.identifier("recheck", required=False),
        )
        given.done()
        return found

    def rate(self, fields: Fields) -> bool:
        if fields.node["resolve"] is True:
            fields.raw("resolve")
            return False
        given = fields.node_of("resolve", "resolve", required=True)
        if given is None:
            return False
        rate = given.flag("rate", False)
        given.done()
        return rate

    # ---------------------------------------------------------------- targets and branches

    def branches(self, fields: Fields) -> tuple[Branch, ...]:
        found: list[Branch] = []
        for inner in fields.nodes("branch", "branch"):
            if found and found[-1].when == "":
                inner.say_at(inner.node.mark, "wrong-order", "«else» comes last: nothing after it is ever seen")
            one = self.one_branch(inner)
            if one:
                found.append(one)
        return tuple(found)

    def one_branch(self, fields: Fields) -> Branch | None:
        if "else" in fields.node:
            when, to = "", self.target(fields, "else")
        else:
            fields.raw("if", required=True)
            when, to = self.condition(fields, "if") or "false", self.target(fields, "to")
            if to is None and "to" not in fields.node:
                fields.say_at(fields.node.mark, "missing-key", "a branch says where «to» go: {if: condition, to: step}")
        fields.done()
        return Branch(to, when, fields.node.mark.line) if to else None

    def target(self, fields: Fields, key: str) -> Target | None:
        given, line = fields.raw(key), fields.mark(key).line
        if given is None:
            return None
        if isinstance(given, str) and given:
            return Target(step=given, line=line)
        inner = fields.node_of(key, key) if isinstance(given, Node) and {"to", "link"} & given.keys() else None
        if inner is None:
            form = "a step's id, or {to: step, recheck: call step}, or {link: flow}"
            fields.say(key, "wrong-type", f"«{key}»: {form}")
            return None
        step, link = inner.identifier("to", required=False), inner.identifier("link", required=False)
        if step and link:
            inner.say("link", "two-kinds", f"«{key}»: either «to» or «link»")
        found = Target(step, "" if step else link, inner.identifier("recheck", required=False), line)
        inner.done()
        return found

    # ---------------------------------------------------------------- single values

    def names(self, fields: Fields, key: str) -> tuple[str, ...]:
        if isinstance(fields.node.get(key), Items):
            names = fields.words(key)
        else:
            word = fields.word(key, required=key == "ask")
            names = (word,) if word else ()
        if not names and isinstance(fields.node.get(key), Items) and key == "ask":
            fields.say(key, "missing-key", f"«{key}» is empty")
        return names

    def text(self, fields: Fields, key: str) -> Text:
        found = fields.text(key, max_chars=MAX_TEXT)
        if found.ru and not found.en:
            mark = fields.mark(key)
            self.warnings.append(problem_at(mark, "no-translation", f"«{key}» of {fields.what} has no English text"))
        return found

    def duration(self, fields: Fields, key: str) -> int:
        written = fields.word(key)
        match = _DURATION.match(written)
        if match:
            return int(match[1]) * _SECONDS[match[2]]
        if written:
            fields.say(key, "bad-duration", f"«{key}» is «{written}»; write a time such as 20s, 15m, 24h or 3d")
        return 0

    def condition(self, fields: Fields, key: str) -> str:
        given = fields.node.get(key)
        written = str(given).lower() if isinstance(given, bool) else fields.word(key, max_chars=2000)
        fields.raw(key)
        if not written:
            return ""
        try:
            return expression(written).source
        except ExpressionError as error:
            fields.say(key, "bad-condition", f"«{key}»: {error}")
        return ""
