# ruff: noqa: E501  (strategies read better one a line)
"""Whatever happens in whatever flow: nothing is raised, nothing runs in circles, a person is always one button away.

`play` is `step` without its net, so a mistake of the engine is not hidden behind a hand-over.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from camdesk.bot.engine import DialogueState, give_up, step, stored_state
from camdesk.bot.engine import events as events_module
from camdesk.bot.engine import replies as replies_module
from camdesk.bot.engine.events import (
    Answered,
    AnyEvent,
    Began,
    CallAnswered,
    CallFailed,
    ChangeAsked,
    FilesSent,
    OperatorCalled,
    Restarted,
    SaidNo,
    SaidYes,
    Skipped,
    Switched,
    TimerRang,
    TopicsAsked,
    Understood,
    WentBack,
    WordsTyped,
)  # fmt: skip
from camdesk.bot.engine.reducer import Outcome, play
from camdesk.playbook.document import Fact, FactLimits, Option, Text
from camdesk.playbook.flow_checks import KnownNames, check
from camdesk.playbook.flow_reading import parse_flow
from camdesk.playbook.flows import BUILT_IN, Branch, CallSpec, Flow, Handover, Step, Target
from camdesk.playbook.yaml_source import parse_yaml

DOC = Path(__file__).parents[3] / "docs" / "flows.md"
MOST_BYTES = 64_000
NOW = 7_777  # stands for the token of the wait that is

OPTIONS = tuple(
    Option(value, Text(label, value)) for value, label in (("low", "Низко"), ("high", "Не низко"), ("x", "Иное"))
)
FACTS = {
    "power": Fact("power", Text("Питание"), "choice", Text("Горит?"), options=OPTIONS),
    "height": Fact("height", Text("Высота"), "choice", Text("Высота?"), options=OPTIONS, scope="camera"),
    "many": Fact("many", Text("Что"), "choices", Text("Что?"), options=OPTIONS, alone=("x",)),
    "number": Fact("number", Text("Сколько"), "number", Text("Сколько?"), limits=FactLimits(min=1, max=9)),
    "day": Fact("day", Text("Когда"), "date", Text("Когда?")),
    "sure": Fact("sure", Text("Точно"), "yesno", Text("Точно?")),
}
ASKABLE = [*FACTS, "cameras", "details", "files", "phone"]
CONDITIONS = [
    "power == 'low'",
    "diag.verdict == 'online'",
    "len(cameras) > 1",
    "has(height, 'x')",
    "outage_for(cameras)",
]

CTX: dict[str, Any] = {
    "lang": "ru",
    "today": "2026-05-09",
    "customer": {"name": "Анна", "rights": ["sound"], "cameras": [{"id": str(n), "title": f"Камера {n}"} for n in (1, 2, 3)]},
    "known": {"phone": {"value": "+79120000000", "source": "account"}},
    "known_cameras": {"1": {"height": {"value": "low", "source": "passport"}}},
    "outages": [{"id": 5, "title": "Авария", "cameras": ["2"]}],
}  # fmt: skip


def documented() -> Flow:
    source = re.findall(r"```yaml\n(.*?)```", DOC.read_text(encoding="utf-8"), re.S)[0]
    found = parse_flow(parse_yaml(source, "flows.md", []), [])
    assert found
    return found


DOCUMENTED = documented()
LED = DOCUMENTED.slot["led"]


@st.composite
def generated(draw: st.DrawFn) -> Flow:
    """Any flow of up to eight steps, sane or not."""
    ids = [f"s{n}" for n in range(draw(st.integers(1, 8)))]
    targets = st.sampled_from([*ids, "operator", "return", "lost"]).map(lambda name: Target(step=name))
    links = st.sampled_from(["part", "lost", "generated"]).map(lambda name: Target(link=name))
    target = st.one_of(targets, targets, targets, links, targets.map(lambda one: Target(one.step, recheck=ids[0])))
    maybe = st.none() | target
    branches = st.lists(st.builds(Branch, target, st.sampled_from(["", *CONDITIONS])), max_size=2).map(tuple)
    words = st.sampled_from([Text(), Text("Смотрим {diag.summary|пусто} {lang}", "Look {diag.summary|none} {lang}")])
    steps = []
    for name in ids:
        kind = draw(
            st.sampled_from(
                ["ask", "ask", "say", "branch", "confirm", "article", "call", "link", "handover", "resolve"]
            )
        )
        common = {
            "when": draw(st.sampled_from(["", "", *CONDITIONS])),
            "branch": draw(branches),
            "then": draw(maybe),
            "say": draw(words),
        }
        steps.append(Step(name, kind, **common, **draw(particulars(kind, target))))
    facts = tuple(FACTS.values())
    return Flow("generated", Text("Проба", "Probe"), tuple(steps), slots=facts, remind=60, close=600,
                on_close=draw(st.sampled_from(["leave", "operator"])))  # fmt: skip


def particulars(kind: str, target: Any) -> Any:
    article = st.fixed_dictionaries(
        {"article": st.just("help"), "confirm": st.sampled_from([Text(), Text("Помогло?")])}
    )
    return {
        "ask": st.fixed_dictionaries({
            "ask": st.lists(st.sampled_from(ASKABLE), min_size=1, max_size=3, unique=True).map(tuple),
            "optional": st.booleans(), "again": st.booleans(),
        }),
        "confirm": st.fixed_dictionaries({"confirm": st.just(Text("Да?")), "yes": target, "no": target}),
        "article": st.tuples(article, target, target).map(lambda three: {**three[0], "yes": three[1], "no": three[2]}),
        "call": st.fixed_dictionaries({
            "call": st.builds(CallSpec, st.just("check"), st.just(("cameras",)), st.just(20), st.just("diag"), st.none() | target),
        }),
        "link": st.fixed_dictionaries({"link": st.sampled_from(["part", "lost"])}),
        "handover": st.fixed_dictionaries({
            "handover": st.builds(Handover, priority=st.sampled_from(["", "'high' if len(cameras) > 1 else 'normal'"]),
                                  recheck=st.sampled_from(["", "s0"])),
        }),
    }.get(kind, st.just({}))  # fmt: skip


PART = Flow("part", Text("Часть"), (Step("p", "ask", ask=("sure",)),), part=True, slots=tuple(FACTS.values()))
WHOLE = Flow(
    "whole", Text("Другое", "Other"), (Step("w", "ask", ask=("details",)), Step("h", "handover", handover=Handover()))
)

junk = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2), st.floats(allow_nan=False),
)  # fmt: skip
likely = st.sampled_from(
    [
        "low",
        "high",
        "x",
        ["low"],
        ["1"],
        ["1", "2"],
        "2",
        "5",
        "2026-05-09",
        "8 912 345-67-89",
        "yes",
        True,
        "*each*",
        "не низко",
    ]
)
words = st.sampled_from(
    ["да", "нет", "назад", "оператор", "не низко", "2", "12.05.2026", "оплатил вчера", "пропустить", "x" * 5000, ""]
)
value = st.one_of(likely, likely, junk)
topics = st.sampled_from(["whole", "generated", "part", "lost"]) | st.text(max_size=5)
files = st.sampled_from([tuple(f"f{n}" for n in range(12)), ("f1",), ()])
answers_of_calls = st.just({"verdict": "online"}) | st.dictionaries(st.text(max_size=3), junk, max_size=2)
# What is about a call or a wait that is there ("awaited"), or about one that is long over.
call = st.sampled_from(["awaited", "c0-0"])
event = st.one_of(
    st.builds(Answered, value=value, question=st.sampled_from(["", "generated.s0.power", "a.b.c", "x"]), other=st.just("иное")),
    st.builds(WordsTyped, text=words | st.text(max_size=30), files=st.just(()) | files),
    st.sampled_from([SaidYes(), SaidNo(), Skipped(), WentBack(), Restarted(), OperatorCalled(), TopicsAsked()]),
    st.builds(FilesSent, files=files),
    st.builds(Began, topic=topics, facts=st.dictionaries(st.sampled_from(ASKABLE) | st.text(max_size=3), value, max_size=2)),
    st.builds(Switched, topic=topics),
    st.builds(ChangeAsked, fact=st.sampled_from(ASKABLE) | st.text(max_size=3)),
    st.builds(Understood, decision=st.sampled_from(["open", "offer", "person"]), topics=st.sampled_from([("whole",), ("whole", "generated", "lost"), ()])),
    st.builds(CallAnswered, call=call, value=answers_of_calls),
    st.builds(CallFailed, call=call),
    st.builds(TimerRang, name=st.sampled_from(["remind", "close", "call"]), call=call, token=st.sampled_from([-1, NOW])),
)  # fmt: skip
# Half of the time the customer does what they are asked, so that dialogues go deep.
apt = st.integers(0, 5)
button = st.sampled_from([WentBack(), Skipped(), SaidNo(), SaidYes()])
# Not `one_of`: it draws evenly from all alternatives below it, however they are nested.
move = st.tuples(st.integers(0, 9), event, apt, button).map(
    lambda four: four[2] if four[0] < 6 else four[3] if four[0] < 8 else four[1]
)
events = st.lists(move, min_size=4, max_size=25)

ANSWERS: dict[str, list[Any]] = {
    "choice": ["low", "high"], "choices": [["low", "high"], "x"], "number": [5], "date": ["2026-05-09"], "yesno": [True, "no"],
    "cameras": [["1"], ["1", "2", "3"]], "longtext": ["мигает"], "files": [["f1", "f2"]], "phone": ["89123456789"],
}  # fmt: skip


def fitting(state: DialogueState, pick: int) -> AnyEvent:
    """What a customer (or the system) would do now."""
    if not state.frames or state.status != "active":
        return Began(topic="generated")
    top = state.frames[-1]
    if top.phase == "ask":
        fact = {**FACTS, **{one.id: one for one in BUILT_IN}, "led": LED}[top.asking.fact]
        values = (
            ["*each*"]
            if top.asking.camera == "*all*" and pick == 0
            else ANSWERS[fact.type]
            if fact is not LED
            else ["off"]
        )
        return Answered(value=values[pick % len(values)])
    if top.phase == "confirm":
        return (SaidYes(), SaidNo())[pick % 2]
    if pick == 5:
        return CallFailed(call="awaited")
    return CallAnswered(call="awaited", value={"verdict": ("online", "offline")[pick % 2]})


def made(one: AnyEvent | int, state: DialogueState, number: int) -> AnyEvent:
    """The event with an id, and with the call or the wait it is about."""
    if isinstance(one, int):
        one = fitting(state, one)
    about: dict[str, Any] = {"id": f"e{number}"}
    if getattr(one, "call", "") == "awaited":
        about["call"] = next(iter(state.calls), "none")
    if getattr(one, "token", None) == NOW:
        about["token"] = state.wait
    return replace(one, **about)


def played(flow: Flow, many: list[AnyEvent | int]) -> list[tuple[AnyEvent, Outcome]]:
    """(event, what came of it) of the whole dialogue."""
    flows = {flow.id: flow, "part": PART, "whole": WHOLE}
    state = DialogueState()
    log = []
    for number, one in enumerate([Began(topic=flow.id), *many]):
        given = made(one, state, number)
        outcome = play(flows, state, given, CTX)
        log.append((given, outcome))
        state = outcome[0]
    return log


def through_json(data: Any) -> Any:
    return json.loads(json.dumps(data, ensure_ascii=False))


def holds(flow: Flow, many: list[AnyEvent | int]) -> None:
    flows = {flow.id: flow, "part": PART, "whole": WHOLE}
    log = played(flow, many)
    handovers = 0
    for done, (state, replies, effects) in log:
        stored = stored_state.to_json(state)
        assert len(json.dumps(stored, ensure_ascii=False).encode()) < MOST_BYTES
        assert stored_state.from_json(through_json(stored)) == state
        assert events_module.from_json(through_json(events_module.to_json(done))) == done
        assert [replies_module.from_json(through_json(replies_module.to_json(one))) for one in replies] == replies
        json.dumps([one.plain() for one in effects])
        assert len(replies) < 150
        handed = [one for one in effects if one.kind == "handover"]
        handovers = (0 if isinstance(done, Began | Switched) else handovers) + len(handed)
        assert handovers <= 1
        again = play(flows, state, done, CTX)
        assert again == (state, [], []), "an event that was seen changes nothing"
        final, _, made_effects = play(flows, state, OperatorCalled(), CTX)
        assert final.status == "handed"
        called = {one.kind for one in made_effects} & {"handover", "own_request"}
        assert state.status == "handed" or called or (state.taken and not state.frames)
    replayed = DialogueState()
    for done, (state, _, _) in log:
        replayed, _, _ = play(flows, stored_state.from_json(through_json(stored_state.to_json(replayed))), done, CTX)
        assert replayed == state


@settings(max_examples=120, deadline=None)
@given(generated(), events)
def test_any_events_in_any_flow(flow: Flow, many: list[AnyEvent | int]) -> None:
    holds(flow, many)


@settings(max_examples=80, deadline=None)
@given(events)
def test_any_events_in_the_documented_flow(many: list[AnyEvent | int]) -> None:
    holds(DOCUMENTED, many)


@settings(max_examples=120, deadline=None)
@given(generated(), st.lists(st.sampled_from([SaidYes(), SaidNo(), Skipped()]), min_size=60, max_size=60))
def test_who_only_presses_buttons_reaches_a_person_or_an_end(flow: Flow, presses: list[AnyEvent]) -> None:
    """In a flow without faults; `again` in a circle is the author's wish, so such flows are left out."""
    names = KnownNames(FACTS, {"part": PART, flow.id: flow}, {"help"})
    if check(flow, names) or any(one.again for one in flow.steps):
        return
    flows = {flow.id: flow, "part": PART}
    state, _, _ = play(flows, None, Began(topic=flow.id), CTX)
    for press in presses:
        if state.status in ("handed", "done"):
            return
        given: AnyEvent = CallFailed(call=next(iter(state.calls))) if state.calls else press
        state, _, _ = play(flows, state, given, CTX)
    circles = any(one.confirm for one in flow.steps)  # a customer may say «нет» for ever
    assert state.status in ("handed", "done") or circles


@settings(max_examples=200, deadline=None)
@given(event, junk)
def test_step_itself_takes_any_ctx(given: AnyEvent, ctx: Any) -> None:
    found, _, _ = step({"whole": WHOLE}, None, given, ctx)
    assert found.status in ("new", "menu", "active", "handed")


# What somebody or another release may have put where a state, an event, a reply is read.
keys = st.sampled_from([*(one.name for one in fields(DialogueState)), "schema", "kind", "topic", "value", "items"])
scalars = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["ask", "start", "active", "x"])
anything = st.recursive(
    scalars, lambda below: st.lists(below, max_size=3) | st.dictionaries(keys, below, max_size=4), max_leaves=12
)


@settings(max_examples=400, deadline=None)
@given(anything)
def test_what_cannot_be_read_is_refused_in_one_way(data: Any) -> None:
    for read in (events_module.from_json, replies_module.from_json):
        with suppress(ValueError):
            read(data)
    try:
        stored_state.from_json(data)
    except stored_state.InvalidState as error:
        state, replies, effects = give_up({"whole": WHOLE}, stored_state.salvaged(data), error, CTX)
        assert (state.status, state.unreadable, bool(replies)) == ("handed", data, True)
        assert [one.kind for one in effects].count("handover") == 1
        assert stored_state.from_json(through_json(stored_state.to_json(state))) == state
