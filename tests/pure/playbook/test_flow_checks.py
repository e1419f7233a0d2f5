"""Every fault an author can plant in a flow is named with its line, and a faultless flow has none."""
# ruff: noqa: E501  (one fault a row)

import pytest

from camdesk.playbook.document import Fact, Option, Text
from camdesk.playbook.flow_checks import KnownNames, check, condition_faults, warnings
from camdesk.playbook.flow_reading import parse_flow
from camdesk.playbook.yaml_source import Problem, parse_yaml

MANY = tuple(Option(f"o{n}", Text(f"В{n}", f"O{n}")) for n in range(11))
TWO = (Option("on", Text("Да", "On")), Option("off", Text("Нет", "Off")))
FACTS = {
    "power": Fact("power", Text("Питание", "Power"), "choice", Text("Горит?", "On?"), options=TWO),
    "many": Fact("many", Text("Много", "Many"), "choice", Text("Что?", "What?"), options=MANY),
}


def faults(steps: str, head: str = "") -> list[tuple[int, str]]:
    """(line, code) of all faults; the steps begin on line 4."""
    text = f"flow: probe\ntitle: {{ru: Проба, en: Probe}}\n{head}steps:\n{steps}"
    problems: list = []
    flow = parse_flow(parse_yaml(text, "flows/probe.yaml", problems), problems)
    if flow:
        other = parse_flow(parse_yaml(OTHER, "flows/other.yaml", problems), problems)
        assert other
        names = KnownNames(FACTS, {"other": other, "probe": flow}, {"known"}, {"topic"}, {"team"})
        problems += check(flow, names) + warnings(flow)
    return [(one.line, one.code) for one in sorted(problems)]


OTHER = """flow: other
title: {ru: Часть, en: Part}
part: true
steps:
  - {id: a, ask: power}
"""
END = "  - {id: operator, handover: true}\n"

PLANTED = [
    ("a fact nobody defined", "  - {id: a, ask: nothing}\n" + END, [(4, "unknown-fact")]),
    ("an article that is not there", "  - {id: a, article: lost}\n" + END, [(4, "unknown-article")]),
    ("a team that is not there", "  - id: a\n    handover:\n      team: lost\n", [(5, "unknown-team")]),
    ("a flow that is not there", "  - {id: a, link: lost}\n" + END, [(4, "unknown-flow")]),
    ("an effect that is not there", "  - id: a\n    call: fly\n" + END, [(5, "unknown-effect")]),
    ("an argument that is nothing", "  - id: a\n    call: check\n    args: [x]\n" + END, [(6, "unknown-fact")]),
    ("a step that is not there", "  - id: a\n    say: {ru: а, en: a}\n    then: lost\n" + END, [(6, "unknown-step")]),
    ("recheck of no call", "  - id: a\n    handover:\n      recheck: a\n", [(5, "bad-value")]),
    ("a condition over nothing", "  - id: a\n    when: x == 1\n    ask: power\n" + END, [(5, "unknown-name")]),
    ("an answer a choice never has", "  - id: a\n    when: power == 'of'\n    ask: power\n" + END, [(5, "unknown-option")]),
    ("a condition with a call", "  - id: a\n    when: exec('x')\n    ask: power\n" + END, [(5, "bad-condition")]),
    ("a value nobody knows", '  - id: a\n    say: {ru: "{x}", en: "{x}"}\n' + END, [(5, "unknown-substitution")]),
    ("languages with different values", '  - id: a\n    say: {ru: "{lang}", en: x}\n' + END, [(5, "unlike-translation")]),
    ("a branch without else", "  - id: a\n    branch:\n      - {if: lang, to: b}\n  - {id: b, handover: true}\n", [(4, "no-else")]),
    ("else before if", "  - id: a\n    ask: power\n    branch:\n      - {else: operator}\n      - {if: lang, to: operator}\n" + END,
     [(8, "wrong-order")]),
    ("a step nothing leads to", "  - {id: a, ask: power, then: operator}\n  - {id: b, ask: power}\n" + END, [(5, "unreachable")]),
    ("nothing after the last step", "  - {id: a, ask: power, branch: [{if: lang, to: b}], then: c}\n"
     "  - {id: b, handover: true}\n  - {id: c, ask: many}\n", [(6, "dead-end"), (6, "too-many-buttons")]),
    ("no way to a person", "  - {id: a, ask: power}\n  - {id: b, resolve: true}\n", [(1, "no-person")]),
    ("a circle without an end", "  - id: a\n    ask: power\n    again: true\n    then: a\n  - {id: b, handover: true}\n",
     [(4, "no-way-out")]),
    ("talking to itself", "  - {id: a, call: check, branch: [{if: lang, to: a}]}\n" + END, [(4, "loop")]),
    ("eleven buttons", "  - {id: a, ask: many}\n" + END, [(4, "too-many-buttons")]),
    ("return where nobody waits", "  - {id: a, ask: power, then: return}\n" + END, [(4, "bad-value")]),
    ("a link to itself", "  - {id: a, link: probe}\n" + END, [(1, "link-loop")]),
    ("two steps of one name", "  - {id: a, ask: power}\n  - {id: a, ask: power}\n" + END, [(5, "duplicate-id")]),
    ("two things in a step", "  - {id: a, ask: power, article: known}\n" + END, [(4, "two-kinds"), (4, "unknown-key")]),
    ("a step that does nothing", "  - {id: a}\n" + END, [(4, "no-kind")]),
    ("an unknown key", "  - {id: a, ask: power, colour: red}\n" + END, [(4, "unknown-key")]),
    ("a confirmation without no", "  - {id: a, confirm: {ru: а, en: a}, yes: operator}\n" + END, [(4, "missing-key")]),
    ("a time nobody understands", "  - {id: a, call: check, timeout: 20}\n" + END, [(4, "bad-duration")]),
    ("a check for ever", "  - {id: a, call: check, timeout: 3h}\n" + END, [(4, "bad-value")]),
    ("an id in capitals", "  - {id: A, ask: power}\n" + END, [(4, "bad-id")]),
    ("the common flow's words elsewhere", "  - {id: a, ask: topic-facts}\n" + END, [(4, "bad-value")]),
    ("a saved answer named as a fact", "  - {id: a, call: check, save: power}\n" + END, [(4, "taken-name")]),
    ("news of nothing", "  - {id: a, say: {ru: а, en: a}, subscribe: x}\n" + END, [(4, "unknown-name")]),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "expected"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED])
def test_a_planted_fault_is_named_with_its_line(steps: str, expected: list) -> None:
    assert faults(steps) == expected


def test_a_faultless_flow_has_no_fault() -> None:
    assert faults("  - {id: a, ask: power}\n  - {id: b, link: other}\n" + END) == []


def test_thirteen_questions_are_too_many() -> None:
    steps = "".join(
        f"  - {{id: a{n}, confirm: {{ru: а, en: a}}, yes: b{n}, no: b{n}}}\n  - {{id: b{n}, ask: [power]}}\n"
        for n in range(7)
    )
    assert faults(steps + END) == [(1, "too-deep")]


def test_a_topic_judges_its_condition_before_anything_is_asked() -> None:
    assert condition_faults("customer.cameras and can('ptz')") == []
    assert condition_faults("power == 'on'") == ["there is no «power» before the dialogue"]
    assert condition_faults("1 +") != []


SUSPENSION = """
flow: sick
title: {ru: Камера, en: Camera}
steps:
  - id: outage
    when: WHEN
    say: {ru: "SAID", en: "{outage.title}"}
    subscribe: outage
  - id: probe
    call: check
    args: [cameras]
    save: diag
    branch:
      - {if: "diag.verdict == 'VERDICT'", to: told}
      - {else: operator}
  - id: told
    say: {ru: Подождите., en: Wait.}
    LAST
  - id: operator
    handover: true
  - id: solved
    resolve: true
"""


TELLING = """
flow: sick
title: {ru: Камера не в сети, en: Camera is offline}
steps:
  - id: told
    STEP
  - id: operator
    handover: true
"""


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("when: outage_for(cameras)\n    confirm: {ru: Это авария. Подождём?, en: An outage. Wait?}\n    yes: operator\n    no: operator", True),
        ("say: {ru: 'Чиним: {outage.title}.', en: 'Fixing: {outage.title}.'}", True),
        ("when: outage.kind != 'planned'\n    say: {ru: 'Чиним: {outage.title}.', en: 'Fixing: {outage.title}.'}", False),
        ("say: {ru: 'Передам, если это авария.', en: An engineer opens an outage.}", False),
    ],
)  # fmt: skip
def test_wherever_an_outage_is_told_of_planned_works_are_none(step: str, told: bool) -> None:
    problems: list[Problem] = []
    flow = parse_flow(parse_yaml(TELLING.replace("STEP", step), "flows/sick.yaml", problems), problems)
    assert flow is not None
    assert problems == []
    assert ("planned-as-fault" in {one.code for one in check(flow, KnownNames())}) == told


@pytest.mark.parametrize(
    ("when", "said", "verdict", "last", "code"),
    [
        ("outage_for(cameras)", "Мы знаем об этой аварии, чиним.", "x", "then: operator", "planned-as-fault"),
        ("outage_for(cameras) and outage.kind != 'planned'", "Мы знаем об этой аварии.", "x", "then: operator", ""),
        ("outage_for(cameras)", "Известный перерыв: {outage.title}.", "x", "then: operator", ""),
        ("open", "Час.", "blocked", "confirm: {ru: Всё понятно?, en: Clear?}\n    yes: solved\n    no: operator", "unpaid-as-solved"),
        ("open", "Час.", "blocked", "then: solved", "unpaid-as-solved"),
        ("open", "Час.", "blocked", "then: operator", ""),
        ("open", "Час.", "planned", "then: solved", "waiting-as-solved"),
        ("open", "Час.", "planned", "confirm: {ru: Подождём?, en: Wait?}\n    yes: solved\n    no: operator", ""),
    ],
)  # fmt: skip
def test_a_step_does_not_say_what_its_place_cannot_know(
    when: str, said: str, verdict: str, last: str, code: str
) -> None:
    text = SUSPENSION.replace("WHEN", when).replace("SAID", said).replace("VERDICT", verdict).replace("LAST", last)
    problems: list[Problem] = []
    flow = parse_flow(parse_yaml(text, "flows/sick.yaml", problems), problems)
    assert flow is not None
    assert problems == []
    found = {one.code for one in check(flow, KnownNames())}
    told = {"planned-as-fault", "unpaid-as-solved", "waiting-as-solved"} & found
    assert told == ({code} if code else set())
