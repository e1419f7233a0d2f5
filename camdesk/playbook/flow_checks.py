"""Faults of a flow that can be seen without playing it. Each names the file and the line.

`warnings` are for the author and do not stop publishing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from camdesk.playbook.document import Fact, Playbook, Text
from camdesk.playbook.expressions import ExpressionError, expression
from camdesk.playbook.flow_paths import END, PERSON_END, RETURN_END, inputs_to_an_end, nexts, pauses, reachable
from camdesk.playbook.flow_reading import parse_flow
from camdesk.playbook.flows import (
    BUILT_IN,
    PERSON,
    RETIRED,
    RETURN,
    ROOTS,
    SUBSTITUTION,
    TOPIC_ARTICLE,
    TOPIC_FACTS,
    Flow,
    Step,
    Target,
    holes,
)
from camdesk.playbook.yaml_source import Node, Problem, problem_at

MAX_BUTTONS = 10
MAX_LINKS = 5  # flows inside flows
MAX_INPUTS = 12  # questions on the shortest way out

_UNKNOWN = {kind: f"unknown-{kind}" for kind in ("fact", "topic", "flow", "article", "team")} | {
    "facts": "unknown-fact",
    "teams": "unknown-team",
}
CALLS = frozenset({"check", "account", "add_to_request"})
_FAULT = re.compile(r"авари|сбо[йяею]|чин(им|ят)|outage|fault|repair|fixing", re.IGNORECASE)
_WAITS = re.compile(r"verdict == '(blocked|planned)'")


@dataclass(frozen=True)
class KnownNames:
    """What a flow may refer to. `facts`: id → the fact; `flows`: id → the parsed flow."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    articles: Collection[str] = ()
    topics: Collection[str] = ()
    teams: Collection[str] = ()
    calls: Collection[str] = CALLS


def check(flow: Flow, names: KnownNames, *, common: bool = False) -> list[Problem]:
    """All faults of `flow`, in the order of the file. common: it is the flow of topics without their own."""
    judge = _Judge(flow, names, common)
    judge.whole()
    return sorted(set(judge.problems))


def check_all(nodes: Mapping[str, Node], playbook: Playbook, unsure: Collection[str] = ()) -> list[Problem]:
    """All faults of all flow files. nodes: name of the file without .yaml → what was read from it.

    unsure: kinds ("fact", "topic x") whose files could not be read; names of that kind are not judged.
    """
    problems: list[Problem] = []
    flows: dict[str, Flow] = {}
    for name, node in nodes.items():
        flow = parse_flow(node, problems)
        if flow and flow.id != name:
            said = f"the file is {name}.yaml, the flow calls itself «{flow.id}»"
            problems.append(problem_at(node.mark_of("flow"), "bad-id", said))
        if flow:
            flows[name] = flow
    names = KnownNames(playbook.facts, flows, playbook.articles, playbook.topics, playbook.teams)
    common = playbook.common_flow
    found = [fault for name, flow in flows.items() for fault in check(flow, names, common=name == common)]
    blind = {_UNKNOWN.get(kind.split(" ")[0], "") for kind in unsure}
    if "unknown-fact" in blind:
        blind |= {"unknown-name", "unknown-substitution", "unknown-option"}
    return problems + [fault for fault in found if fault.code not in blind]


def condition_faults(source: str) -> list[str]:
    """What is wrong with a topic's `show_if`, which is judged before anything is asked."""
    if not source:
        return []
    try:
        names = expression(source).names
    except ExpressionError as error:
        return [str(error)]
    return [f"there is no «{name}» before the dialogue" for name in sorted(names) if not _general(name)]


def _general(dotted: str) -> bool:
    """Whether every flow may say `dotted`."""
    root, _, rest = dotted.partition(".")
    below = ROOTS.get(root, frozenset())
    return root in ROOTS and (below is None or not rest or rest in below)


def warnings(flow: Flow) -> list[Problem]:
    """What an author would want to know: slots that nobody asks for, languages that name different values."""
    judge = _Judge(flow, KnownNames())
    judge.doubts()
    return sorted(set(judge.problems))


class _Judge:
    def __init__(self, flow: Flow, names: KnownNames, common: bool = False) -> None:
        self.common = common
        self.flow = flow
        self.names = names
        self.slots = {**{fact.id: fact for fact in BUILT_IN}, **names.facts, **flow.slot}
        self.problems: list[Problem] = []

    def say(self, line: int, code: str, text: str) -> None:
        self.problems.append(Problem(self.flow.file, line or self.flow.line, code, text))

    def whole(self) -> None:
        flow = self.flow
        if flow.topic and flow.topic not in self.names.topics:
            self.say(flow.line, "unknown-topic", f"there is no topic «{flow.topic}»")
        if flow.part and flow.topic:
            self.say(flow.line, "bad-value", "a part is linked from other flows, it has no topic of its own")
        self.condition(flow.show_if, flow.line)
        for slot in flow.slots:
            self.own_slot(slot)
        for step in flow.steps:
            self.step(step)
        self.outages()
        self.explained()
        self.shape()
        self.links()

    # ---------------------------------------------------------------- slots

    def own_slot(self, slot: Fact) -> None:
        if slot.id in ROOTS or slot.id in self.flow.saved():
            self.say(self.flow.line, "taken-name", f"«{slot.id}» is the name of something else")

    def doubts(self) -> None:
        for slot in self.flow.slots:
            if slot.id not in self.flow.asked():
                self.say(self.flow.line, "unused-slot", f"the slot «{slot.id}» is never asked for")
        for step in self.flow.steps:
            for key, text in self.texts(step):
                ru, en = ({name for name, _ in SUBSTITUTION.findall(one)} for one in (text.ru, text.en))
                if text.en and ru != en:
                    said = f"step «{step.id}»: the Russian and the English text name different values"
                    self.say(step.lines.get(key, step.line), "unlike-translation", said)

    # ---------------------------------------------------------------- steps

    def step(self, step: Step) -> None:
        for name in step.ask:
            self.asked(step, name)
        if step.article == TOPIC_ARTICLE:
            self.only_common(step, "article", step.article)
        elif step.article and step.article not in self.names.articles:
            self.say(step.lines.get("article", step.line), "unknown-article", f"there is no article «{step.article}»")
        if step.call:
            self.call(step)
        if step.link:
            self.linked(step.link, step.lines.get("link", step.line))
        if step.handover:
            self.handover(step)
        if step.subscribe and not self.known(step.subscribe):
            self.say(
                step.lines.get("subscribe", step.line), "unknown-name", f"subscribe: there is no «{step.subscribe}»"
            )
        if step.kind == "branch" and not step.then and all(one.when for one in step.branch):
            self.say(step.line, "no-else", f"step «{step.id}»: a branch needs its «else»")
        self.condition(step.when, step.lines.get("when", step.line))
        for one in step.branch:
            self.condition(one.when, one.line or step.line)
        for target in step.targets():
            self.target(step, target)
        for key, text in self.texts(step):
            self.holes(text, step, step.lines.get(key, step.line))

    def asked(self, step: Step, name: str) -> None:
        slot, line = self.slots.get(name), step.lines.get("ask", step.line)
        if name == TOPIC_FACTS:
            self.only_common(step, "ask", name)
            return
        if slot is None:
            self.say(line, "unknown-fact", f"step «{step.id}» asks for «{name}», which is no fact and no slot")
        elif len(slot.options) > MAX_BUTTONS:
            count = len(slot.options)
            self.say(line, "too-many-buttons", f"«{name}» offers {count} answers; at most {MAX_BUTTONS}")

    def only_common(self, step: Step, key: str, name: str) -> None:
        if not self.common:
            self.say(step.lines.get(key, step.line), "bad-value", f"«{name}» means something in the common flow only")

    def call(self, step: Step) -> None:
        assert step.call
        if step.call.name not in self.names.calls:
            known = ", ".join(sorted(self.names.calls))
            text = f"there is no effect «{step.call.name}» to call; there are {known}"
            self.say(step.lines.get("call", step.line), "unknown-effect", text)
        for name in step.call.args:
            if not self.known(name):
                text = f"step «{step.id}» passes «{name}», which is nothing known"
                self.say(step.lines.get("args", step.line), "unknown-fact", text)
        if step.call.save in ROOTS or step.call.save in self.slots:
            text = f"save: «{step.call.save}» is the name of something else"
            self.say(step.lines.get("save", step.line), "taken-name", text)

    def handover(self, step: Step) -> None:
        assert step.handover
        line = step.lines.get("handover", step.line)
        if step.handover.team and step.handover.team not in self.names.teams:
            self.say(line, "unknown-team", f"there is no team «{step.handover.team}»")
        self.condition(step.handover.priority, line)
        self.recheck(step.handover.recheck, line)

    def target(self, step: Step, target: Target) -> None:
        line = target.line or step.line
        if target.link:
            self.linked(target.link, line)
        elif target.step not in self.flow.by_id and target.step not in (PERSON, RETURN):
            self.say(line, "unknown-step", f"step «{step.id}» goes to «{target.step}», which is not there")
        elif target.step == RETURN and not self.flow.part:
            self.say(line, "bad-value", "only a part (part: true) can «return»")
        self.recheck(target.recheck, line)

    def recheck(self, name: str, line: int) -> None:
        if not name:
            return
        step = self.flow.by_id.get(name)
        if step is None:
            self.say(line, "unknown-step", f"recheck: there is no step «{name}»")
        elif step.kind != "call":
            self.say(line, "bad-value", f"recheck: step «{name}» calls nothing")

    def linked(self, name: str, line: int) -> None:
        other = self.names.flows.get(name)
        if other is None and name != self.flow.id:
            self.say(line, "unknown-flow", f"there is no flow «{name}»")

    # ---------------------------------------------------------------- names

    def known(self, dotted: str) -> bool:
        root, _, rest = dotted.partition(".")
        if root in self.slots:
            return not rest
        if root in self.flow.saved():
            return True
        return _general(dotted)

    def condition(self, source: str, line: int) -> None:
        if not source:
            return
        compiled = expression(source)  # it was read before
        for name in sorted(compiled.names):
            if not self.known(name):
                self.say(line, "unknown-name", f"«{source}»: there is no «{name}»")
        for name, constant in sorted(compiled.compared, key=str):
            self.option(name, constant, source, line)

    def option(self, name: str, constant: Any, source: str, line: int) -> None:
        slot = self.slots.get(name)
        if slot and slot.options and slot.option(constant) is None:
            known = ", ".join(one.value for one in slot.options)
            self.say(line, "unknown-option", f"«{source}»: «{name}» is never «{constant}»; it is one of {known}")

    def texts(self, step: Step) -> Iterator[tuple[str, Text]]:
        """(key of the step, text)."""
        yield from (("say", step.say), ("text", step.text), ("confirm", step.confirm))
        if step.handover:
            yield from (("handover", step.handover.open), ("handover", step.handover.closed))

    def holes(self, text: Text, step: Step, line: int) -> None:
        for name in sorted(holes(text)):
            if not self.known(name):
                instead = RETIRED.get(name.partition(".")[0])
                hint = f": write {instead}" if instead else ""
                said = f"step «{step.id}»: «{{{name}}}» in the text is nothing known{hint}"
                self.say(line, "unknown-substitution", said)

    # ---------------------------------------------------------------- what its place cannot know

    def outages(self) -> None:
        """`outage_for` holds of planned works too: a step that speaks of a fault says `outage.kind`."""
        for step in self.flow.steps:
            said = " ".join(f"{text.ru} {text.en}" for _, text in self.texts(step))
            of_it = step.subscribe == "outage" or "outage_for(" in step.when or "{outage." in said
            if of_it and "outage.kind" not in step.when and _FAULT.search(SUBSTITUTION.sub("", said)):
                text = f"step «{step.id}» calls planned works a fault: ask «outage.kind», or link the part that does"
                self.say(step.line, "planned-as-fault", text)

    def explained(self) -> None:
        """What only waits is not solved: a suspended camera is a part's affair, planned works end with a question."""
        for step in self.flow.steps:
            for one in step.branch:
                found = _WAITS.search(one.when)
                target = self.flow.by_id.get(one.to.step)
                if not found or target is None or one.to.link:
                    continue
                if found[1] == "blocked" and not self.flow.part and self._closes(target):
                    text = f"step «{target.id}» closes as solved what is unpaid: link the part about suspension"
                    self.say(one.line or step.line, "unpaid-as-solved", text)
                if found[1] == "planned" and not target.confirm and self._ends(target):
                    text = f"step «{target.id}» closes as solved what only waits, without a question"
                    self.say(one.line or step.line, "waiting-as-solved", text)

    def _closes(self, step: Step) -> bool:
        """Whether a press of «Да» (or nothing at all) ends the dialogue as solved."""
        return self._ends(step) or bool(step.yes and self._resolves(step.yes.step))

    def _ends(self, step: Step) -> bool:
        return step.kind == "resolve" or bool(step.then and self._resolves(step.then.step))

    def _resolves(self, name: str) -> bool:
        return name in self.flow.by_id and self.flow.by_id[name].kind == "resolve"

    # ---------------------------------------------------------------- where it leads

    def shape(self) -> None:
        flow = self.flow
        seen = reachable(flow)
        for step in flow.steps:
            if step.id not in seen:
                self.say(step.line, "unreachable", f"no step leads to «{step.id}»")
        for step in flow.steps:
            if step.id in seen:
                self.leads(step)
        ends = {end for name in seen for end in nexts(flow, flow.by_id[name])}
        links = any(step.links() for step in flow.steps)
        if not flow.part and PERSON_END not in ends and not links:
            self.say(flow.line, "no-person", "no way to a person: the flow has no reachable «handover»")
        self.loops()
        least = inputs_to_an_end(flow)
        if least is not None and least > MAX_INPUTS:
            self.say(flow.line, "too-deep", f"even the shortest way out asks {least} times; at most {MAX_INPUTS}")

    def leads(self, step: Step) -> None:
        after = nexts(self.flow, step)
        if RETURN_END in after and not self.flow.part and not any(to.step == RETURN for to in step.targets()):
            self.say(step.line, "dead-end", f"nothing comes after step «{step.id}»: say where to go «then»")
        if not (reachable(self.flow, step) & {END, PERSON_END, RETURN_END}):
            self.say(step.line, "no-way-out", f"from step «{step.id}» no way leads to a person or to an end")

    def loops(self) -> None:
        """A circle without a question: the bot would talk to itself. Facts are asked once, so `ask` is no brake."""
        flow = self.flow
        quiet = {step.id: step for step in flow.steps if not pauses(step)}
        for step in quiet.values():
            todo, seen = [one for one in nexts(flow, step) if one in quiet], set()
            while todo:
                name = todo.pop()
                if name not in seen:
                    seen.add(name)
                    todo += [one for one in nexts(flow, quiet[name]) if one in quiet]
            if step.id in seen:
                self.say(step.line, "loop", f"step «{step.id}» comes back to itself without asking anything")

    def links(self) -> None:
        depth = _link_depth(self.flow, {**self.names.flows, self.flow.id: self.flow}, ())
        if depth is None:
            self.say(self.flow.line, "link-loop", "the flow links to itself, directly or through others")
        elif depth > MAX_LINKS:
            self.say(self.flow.line, "too-deep", f"flows are linked {depth} deep; at most {MAX_LINKS}")


def _link_depth(flow: Flow, flows: Mapping[str, Flow], above: tuple[str, ...]) -> int | None:
    if flow.id in above:
        return None
    if len(above) > MAX_LINKS + 1:
        return 0
    deepest = 0
    for name in {link for step in flow.steps for link in step.links()}:
        below = _link_depth(flows[name], flows, (*above, flow.id)) if name in flows else 0
        if below is None:
            return None
        deepest = max(deepest, below + 1)
    return deepest
