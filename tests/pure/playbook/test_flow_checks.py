"""Every fault an author can plant in a flow is named with its line, and a faultless flow has none."""
# ruff: noqa: E501  (one fault a row)

import pytest

from camdesk.playbook.document import Fact, Option, Text
from camdesk.playbook.flow_checks import KnownNames, check, condition_faults, warnings
from camdesk.playbook.flow_reading import flow_of, parse_flow
from camdesk.playbook.yaml_source import Problem, parse_yaml

MANY = tuple(Option(f"o{n}", Text(f"В{n}", f"O{n}")) for n in range(11))
TWO = (Option("on", Text("Да", "On")), Option("off", Text("Нет", "Off")))
FACTS = {
    "power": Fact("power", Text("Питание", "Power"), "choice", Text("Горит?", "On?"), options=TWO),
    "many": Fact("many", Text("Много", "Many"), "choice", Text("Что?", "What?"), options=MANY),
}


def faults(steps: str, head: str = "") -> list[tuple[int, str]]:
    """(line, code) of all faults; the steps begin on line 4."""
    return [(one.line, one.code) for one in problems_of(steps, head)]


def problems_of(steps: str, head: str) -> list[Problem]:
    text = f"flow: probe\ntitle: {{ru: Проба, en: Probe}}\n{head}steps:\n{steps}"
    problems: list = []
    flow = parse_flow(parse_yaml(text, "flows/probe.yaml", problems), problems)
    if flow:
        other = parse_flow(parse_yaml(OTHER, "flows/other.yaml", problems), problems)
        assert other
        names = KnownNames(FACTS, {"other": other, "probe": flow}, {"known"}, {"topic"}, {"team"})
        problems += check(flow, names) + warnings(flow)
    return sorted(problems)


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


SAID = [
    ("a topic that is not there", "  - {id: a, ask: power}\n" + END, "topic: lost\n", [(1, "there is no topic «lost»")]),
    ("a part with a topic", "  - {id: a, ask: power}\n" + END, "topic: topic\npart: true\n", [(1, "a part is linked from other flows, it has no topic of its own")]),
    ("a slot named as a root", "  - {id: a, ask: lang}\n" + END, "slots:\n  - {id: lang, title: {ru: А, en: A}, type: text, question: Что?}\n", [(1, "«lang» is the name of something else")]),
    ("a slot named as a saved answer", "  - {id: a, ask: s}\n  - {id: b, call: check, save: s}\n" + END, "slots:\n  - {id: s, title: {ru: А, en: A}, type: text, question: Что?}\n", [(1, "«s» is the name of something else"), (7, "save: «s» is the name of something else")]),
    ("a slot that nobody asks", "  - {id: a, ask: power}\n" + END, "slots:\n  - {id: s, title: {ru: А, en: A}, type: text, question: Что?}\n", [(1, "the slot «s» is never asked for")]),
    ("the topic's article elsewhere", "  - {id: a, article: topic-article}\n" + END, "", [(4, "«topic-article» means something in the common flow only")]),
    ("a branch to a flow that is not there", "  - id: a\n    ask: power\n    branch:\n      - {if: lang, to: {link: lost}}\n" + END, "", [(7, "there is no flow «lost»")]),
    ("a branch to a flow that is there", "  - id: a\n    ask: power\n    branch:\n      - {if: lang, to: {link: other}}\n" + END, "", []),
    ("recheck of nothing", "  - id: a\n    handover:\n      recheck: lost\n", "", [(5, "recheck: there is no step «lost»")]),
    ("recheck by a target", "  - {id: a, ask: power, then: {to: operator, recheck: a}}\n" + END, "", [(4, "recheck: step «a» calls nothing")]),
    ("recheck of a call", "  - {id: a, call: check}\n  - {id: b, ask: power, then: {to: operator, recheck: a}}\n" + END, "", []),
    ("a reminder after the end", "  - {id: a, ask: power}\n" + END, "timeouts: {remind: 2h, close: 1h}\n", [(3, "«remind» comes before «close»")]),
    ("a reminder at the end", "  - {id: a, ask: power}\n" + END, "timeouts: {remind: 1h, close: 1h}\n", [(3, "«remind» comes before «close»")]),
    ("an end nobody knows", "  - {id: a, ask: power}\n" + END, "timeouts: {remind: 1h, close: 2h, then: person}\n", [(3, "«then» is «person»; it can be leave, operator")]),
    ("an end with more", "  - {id: a, ask: power}\n" + END, "timeouts: {close: 2h, then: nobody, more: 1}\n", [(3, "«then» is «nobody»; it can be leave, operator"), (3, "unknown key «more» in timeouts")]),
    ("no steps", "  []\n", "", [(3, "the flow has no steps")]),
    ("steps that are none", "  - {id: a}\n", "", [(3, "the flow has no steps"), (4, "step «a» does nothing; it needs one of ask, say, branch, confirm, article, call, link, handover, resolve, wait")]),
    ("a step called return", "  - {id: return, ask: power}\n" + END, "", [(4, "«return» is a place to go to, not a step")]),
    ("yes without a question", "  - {id: a, article: known, yes: operator}\n" + END, "", [(4, "«yes:» and «no:» need the question «confirm:»")]),
    ("no without a question", "  - {id: a, article: known, no: operator}\n" + END, "", [(4, "«yes:» and «no:» need the question «confirm:»")]),
    ("a confirmation without yes", "  - {id: a, confirm: {ru: а, en: a}, no: operator}\n" + END, "", [(4, "a «confirm» needs both «yes:» and «no:»")]),
    ("handing over to a word", "  - {id: a, ask: power}\n  - {id: b, handover: team}\n", "", [(5, "«handover» must have keys and values")]),
    ("resolving as a word", "  - {id: a, ask: power, then: operator}\n  - {id: b, resolve: yes}\n" + END, "", [(5, "no step leads to «b»"), (5, "«resolve» must have keys and values")]),
    ("rating with more", "  - {id: a, ask: power, branch: [{if: lang, to: b}], then: operator}\n  - {id: b, resolve: {rate: true, stars: 5}}\n" + END, "", [(5, "unknown key «stars» in resolve")]),
    ("a branch to nowhere", "  - {id: a, ask: power, branch: [{if: lang}]}\n" + END, "", [(4, "a branch says where «to» go: {if: condition, to: step}")]),
    ("a branch without if", "  - {id: a, ask: power, branch: [{to: operator}]}\n" + END, "", [(4, "«if» is missing in branch")]),
    ("a branch with more", "  - {id: a, ask: power, branch: [{if: lang, to: operator, colour: red}]}\n" + END, "", [(4, "unknown key «colour» in branch")]),
    ("then as a list", "  - {id: a, ask: power, then: [operator]}\n" + END, "", [(4, "«then»: a step's id, or {to: step, recheck: call step}, or {link: flow}")]),
    ("then as a mapping of nothing", "  - {id: a, ask: power, then: {step: operator}}\n" + END, "", [(4, "«then»: a step's id, or {to: step, recheck: call step}, or {link: flow}")]),
    ("then to a step and a flow", "  - {id: a, ask: power, then: {to: operator, link: other}}\n" + END, "", [(4, "«then»: either «to» or «link»")]),
    ("then with more", "  - {id: a, ask: power, then: {to: operator, colour: red}}\n" + END, "", [(4, "unknown key «colour» in then")]),
    ("asking for nothing", "  - {id: a, ask: []}\n" + END, "", [(4, "«ask» is empty")]),
    ("asking for an empty word", "  - {id: a, ask: }\n" + END, "", [(4, "«ask» is empty in step «a»")]),
    ("a condition that is none", "  - {id: a, ask: power, when: 1 +}\n" + END, "", [(4, "«when»: not a condition: invalid syntax")]),
    ("a condition that is true", "  - {id: a, ask: power, when: true}\n" + END, "", []),
    ("a sentence without its English", "  - {id: a, ask: power, text: Что?}\n" + END, "", []),
    ("a time in words", "  - {id: a, wait: soon}\n" + END, "", [(4, "«wait» is «soon»; write a time such as 20s, 15m, 24h or 3d")]),
    ("a saved name of a root", "  - {id: a, call: check, save: lang}\n" + END, "", [(4, "save: «lang» is the name of something else")]),
    ("a priority over nothing", "  - {id: a, handover: {priority: lost == 1}}\n", "", [(4, "«lost == 1»: there is no «lost»")]),
    ("a name below a fact", "  - {id: a, ask: power, when: power.x}\n" + END, "", [(4, "«power.x»: there is no «power.x»")]),
    ("a name below a root that has none", "  - {id: a, ask: power, when: customer.lost}\n" + END, "", []),
    ("a flow shown if nothing", "  - {id: a, ask: power}\n" + END, "show_if: lost\n", [(1, "«lost»: there is no «lost»")]),
    ("an old name of a value", "  - {id: a, say: {ru: \"{ticket}\", en: \"{ticket}\"}}\n" + END, "", []),
    ("a check of two hours", "  - {id: a, call: check, timeout: 2h}\n" + END, "", [(4, "nobody waits longer than 120 s for a check")]),
    ("an unknown key of the flow", "  - {id: a, ask: power}\n" + END, "colour: red\n", [(3, "unknown key «colour» in the flow")]),
    ("a reminder before the end", "  - {id: a, ask: power}\n" + END, "timeouts: {remind: 1h, close: 2h, then: operator}\n", []),
    ("handing over, and no more", "  - {id: a, ask: power}\n  - {id: b, handover: no}\n", "", [(5, "«handover» must have keys and values")]),
    ("resolving without a rating", "  - {id: a, ask: power, branch: [{if: lang, to: b}], then: operator}\n  - {id: b, resolve: {rate: false}}\n" + END, "", []),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "head", "expected"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_a_fault_is_said_in_these_words(steps: str, head: str, expected: list) -> None:
    assert [(one.line, one.text) for one in problems_of(steps, head)] == expected


@pytest.mark.parametrize(("text", "place"), [("- a\n- b\n", "flows/probe.yaml:1"), ("", ":1")])
def test_what_is_no_flow_is_none(text: str, place: str) -> None:
    problems: list = []
    assert parse_flow(parse_yaml(text, "flows/probe.yaml", []), problems) is None
    assert [str(one) for one in problems] == [f"{place}: a flow begins with «flow: its-id»"]
    with pytest.raises(ValueError, match="not a flow"):
        flow_of({"flow": "probe"})


def linked(depth: int) -> list[tuple[int, str]]:
    """What is said of a flow that links to so many, each to the next."""
    flows = {}
    for number in range(depth, -1, -1):
        steps = f"  - {{id: a, link: f{number + 1}}}\n" if number < depth else ""
        text = f"flow: f{number}\ntitle: {{ru: Ч, en: P}}\npart: true\nsteps:\n{steps}  - {{id: b, ask: power}}\n"
        flow = parse_flow(parse_yaml(text, "flows/f.yaml", []), [])
        assert flow
        flows[f"f{number}"] = flow
    return [(one.line, one.text) for one in check(flows["f0"], KnownNames(FACTS, flows))]


def test_flows_are_linked_five_deep_and_no_deeper() -> None:
    assert linked(5) == []
    assert linked(6) == [(1, "flows are linked 6 deep; at most 5")]
    assert linked(7) == [(1, "flows are linked 7 deep; at most 5")]
    assert linked(40) == [(1, "flows are linked 7 deep; at most 5")]


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
