# ruff: noqa: E501  (a table: one event a row)
"""Every event in every status: what is said, what is asked of the world, and where it leaves the conversation.

A row: the event, and for each of STATES in their order "status after: replies; effects" (timers and tracks left out).
"""

from dataclasses import replace
from typing import Any, get_args

import pytest

from camdesk.bot.engine import DialogueState
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
)
from camdesk.bot.engine.interpreter import MAX_QUIET
from camdesk.bot.engine.reducer import play
from camdesk.bot.engine.state import Status
from camdesk.playbook.document import Fact, Option, Text
from camdesk.playbook.flows import BUILT_IN, CallSpec, Flow, Handover, Step, Target

LED = Fact(
    "led",
    Text("Индикатор"),
    "choice",
    Text("Горит?"),
    options=(Option("on", Text("Горит")), Option("off", Text("Нет"))),
)
HEIGHT = Fact("height", Text("Высота"), "choice", Text("Высота?"), options=LED.options, scope="camera")
SLOTS = (LED, HEIGHT, *BUILT_IN)
CTX: dict[str, Any] = {"customer": {"cameras": [{"id": "1", "title": "Двор"}, {"id": "2", "title": "Вход"}]}}
FLOWS = {
    "f": Flow(
        "f",
        Text("Проба"),
        (
            Step("a", "ask", ask=("led",)),
            Step("c", "confirm", confirm=Text("Помогло?"), yes=Target("z"), no=Target("h")),
            Step("z", "resolve", rate=True),
            Step("h", "handover", handover=Handover()),
        ),
        topic="f",
        slots=SLOTS,
        remind=60,
        close=600,
    ),
    "w": Flow(
        "w", Text("Работы"), (Step("a", "wait", wait=60), Step("b", "ask", ask=("led",))), topic="w", slots=SLOTS
    ),
    "g": Flow("g", Text("Оплата"), (Step("b", "ask", ask=("led",)),), topic="g", slots=SLOTS),
}


def after(*events: AnyEvent, flows: dict[str, Flow] = FLOWS, ctx: dict[str, Any] = CTX) -> DialogueState:
    state = DialogueState()
    for event in events:
        state, _, _ = play(flows, state, event, ctx)
    return state


BEGUN = Began(topic="f")
ANSWER = Answered(value="on")
STATES: dict[Status, DialogueState] = {
    "new": DialogueState(),
    "active": after(BEGUN),
    "menu": after(BEGUN, TopicsAsked()),
    "left": after(BEGUN, TimerRang(name="close", token=1)),
    "done": after(BEGUN, ANSWER, SaidYes()),
    "handed": after(BEGUN, OperatorCalled()),
    "waiting": after(Began(topic="w")),
}

NOW = 7_777  # stands for the token of the wait that is
ROWS: list[tuple[AnyEvent, str, str, str, str, str, str, str]] = [
    # new, active, menu, left, done, handed, waiting
    (BEGUN, "active: ask;", "active: ask;", "active: ask;", "active: ask;", "active: confirm; reopen", "active: ask;", "active: ask; take_up"),
    (Began(topic="lost"), "new: invalid menu;", "active: invalid menu;", "menu: invalid menu;", "active: invalid menu;", "done: invalid menu;", "handed: invalid menu;", "active: invalid menu; take_up"),
    (Switched(topic="g"), "active: ask;", "active: ask;", "active: ask;", "active: ask;", "handed: handover; reopen handover", "active: ask;", "active: ask; take_up"),
    (ANSWER, "new: menu;", "active: confirm;", "active: ask;", "active: confirm;", "done: say;", "handed: say;", "active: ask; take_up"),
    (Answered(value="nonsense"), "new: menu;", "active: invalid ask;", "active: ask;", "active: invalid ask;", "done: say;", "handed: say;", "active: ask; take_up"),
    (Answered(value="5"), "new: menu;", "active: invalid ask;", "active: ask;", "active: invalid ask;", "done: say; rate", "handed: say;", "active: ask; take_up"),
    (SaidYes(), "new: menu;", "active: invalid ask;", "active: ask;", "active: invalid ask;", "done: say;", "handed: say;", "active: ask; take_up"),
    (SaidNo(), "new: menu;", "active: invalid ask;", "active: ask;", "active: invalid ask;", "handed: handover; reopen handover", "handed: say;", "active: ask; take_up"),
    (Skipped(), "new: menu;", "active: invalid ask;", "active: ask;", "active: invalid ask;", "done: say;", "handed: say;", "active: ask; take_up"),
    (WentBack(), "new: say menu;", "menu: say menu;", "active: ask;", "menu: say menu;", "active: confirm; reopen", "handed: say;", "menu: say menu; take_up"),
    (Restarted(), "new: menu;", "active: ask;", "active: ask;", "active: ask;", "active: ask; reopen", "handed: say;", "waiting: ; take_up wait"),
    (OperatorCalled(), "handed: handover; handover", "handed: handover; handover", "handed: handover; handover", "handed: handover; handover", "handed: handover; reopen handover", "handed: say;", "handed: handover; take_up handover"),
    (TopicsAsked(), "new: menu;", "menu: menu;", "menu: menu;", "menu: menu;", "done: menu;", "handed: say;", "menu: menu; take_up"),
    (WordsTyped(text="горит"), "new: ; understand", "active: confirm;", "menu: ; understand", "active: confirm;", "done: ; understand", "handed: ; understand", "active: ask; take_up"),
    (WordsTyped(text="за что списали деньги"), "new: ; understand", "active: ; understand", "menu: ; understand", "active: ; understand", "done: ; understand", "handed: ; understand", "active: ask; take_up"),
    (WordsTyped(text="назад"), "new: say menu;", "menu: say menu;", "active: ask;", "menu: say menu;", "active: confirm; reopen", "handed: say;", "menu: say menu; take_up"),
    (WordsTyped(), "new: invalid menu;", "active: invalid ask;", "menu: invalid ask;", "active: invalid ask;", "done: invalid;", "handed: invalid;", "active: ask; take_up"),
    (FilesSent(files=("f1",)), "new: say;", "active: say;", "menu: say;", "active: say;", "done: say;", "handed: say;", "active: ask say; take_up"),
    (FilesSent(), "new: invalid menu;", "active: invalid ask;", "menu: invalid ask;", "active: invalid ask;", "done: invalid;", "handed: invalid;", "active: ask invalid ask; take_up"),
    (ChangeAsked(fact="led"), "new: menu;", "active: ask;", "active: ask;", "active: ask;", "done: say;", "handed: say;", "active: ask; take_up"),
    (Understood(decision="open", topics=("g",)), "active: known ask;", "active: offer;", "active: known ask;", "active: known ask;", "handed: known handover; reopen handover", "handed: offer;", "active: known ask;"),
    (Understood(decision="likely", topics=("g",)), "new: offer;", "active: say ask;", "menu: offer;", "left: offer;", "done: offer;", "handed: say;", "waiting: offer;"),
    (Understood(decision="person"), "new: say;", "active: say ask;", "menu: invalid ask;", "left: invalid ask;", "done: invalid;", "handed: say;", "waiting: invalid menu;"),
    (CallAnswered(call="c9-9"), "new: ;", "active: ;", "menu: ;", "left: ;", "done: ;", "handed: ;", "waiting: ;"),
    (CallFailed(call="c9-9"), "new: ;", "active: ;", "menu: ;", "left: ;", "done: ;", "handed: ;", "waiting: ;"),
    (TimerRang(name="remind", token=NOW), "new: ;", "active: say ask;", "menu: ;", "left: ;", "done: ;", "handed: ;", "waiting: ;"),
    (TimerRang(name="close", token=NOW), "new: ;", "left: say;", "menu: ;", "left: ;", "done: ;", "handed: ;", "waiting: ;"),
    (TimerRang(name="look", token=NOW), "new: ;", "active: ;", "menu: ;", "left: ;", "done: ;", "handed: ;", "active: ask; take_up"),
    (TimerRang(name="call", call="c9-9"), "new: ;", "active: ;", "menu: ;", "left: ;", "done: ;", "handed: ;", "waiting: ;"),
]  # fmt: skip


def told(state: DialogueState, event: AnyEvent) -> str:
    found, replies, effects = play(FLOWS, state, event, CTX)
    asked = [one.kind for one in effects if one.kind not in ("timer", "track")]
    return f"{found.status}: {' '.join(one.kind for one in replies)}; {' '.join(asked)}".strip()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0].kind} {row[0]}"[:60])
def test_every_event_in_every_status(row: tuple[AnyEvent, str, str, str, str, str, str, str]) -> None:
    event, *expected = row
    found = []
    for state in STATES.values():
        given = replace(event, token=state.wait) if isinstance(event, TimerRang) and event.token == NOW else event
        found.append(told(state, given))
    assert dict(zip(STATES, found, strict=True)) == dict(zip(STATES, expected, strict=True))


def test_the_table_has_every_event_and_every_status() -> None:
    assert {type(row[0]) for row in ROWS} == set(get_args(AnyEvent))
    assert list(STATES) == ["new", "active", "menu", "left", "done", "handed", "waiting"]
    assert set(STATES) == set(get_args(Status))
    assert all(state.status == status for status, state in STATES.items())


# ------------------------------------------------------------------ what one event alone does not show


WRONG = Answered(value="nonsense")


def test_the_third_wrong_answer_in_a_row_calls_a_person() -> None:
    assert after(BEGUN, WRONG, WRONG).status == "active"
    assert after(BEGUN, WRONG, WRONG, WRONG).status == "handed"


def test_a_restart_forgets_the_wrong_answers() -> None:
    assert after(BEGUN, WRONG, WRONG, Restarted(), WRONG, WRONG).status == "active"


def test_a_press_that_answers_nothing_calls_nobody() -> None:
    """An empty message, files that are none: said, and not counted."""
    assert after(BEGUN, *[WordsTyped(), FilesSent()] * 3).status == "active"


def test_impatience_while_a_camera_is_looked_at_calls_nobody() -> None:
    looks = Step("p", "call", call=CallSpec("check", ("cameras",), 20, "diag"))
    waiting = {"f": replace(FLOWS["f"], steps=(looks, *FLOWS["f"].steps))}
    state = after(BEGUN, *[ANSWER, SaidYes(), Skipped()] * 2, flows=waiting)
    assert (state.status, state.frames[-1].phase, state.tries) == ("active", "call", 0)


def test_an_offered_topic_is_chosen_by_its_button() -> None:
    state = after(BEGUN, Understood(decision="open", topics=("g",)), Answered(value="g"))
    assert (state.frames[0].flow, state.offer) == ("g", ())


@pytest.mark.parametrize(("many", "told_so"), [(10, False), (11, True)])
def test_as_many_files_as_there_may_be_are_no_fault(many: int, told_so: bool) -> None:
    flows = {"f": replace(FLOWS["f"], steps=(Step("a", "ask", ask=("files", "led")),))}
    files = tuple(f"f{n}" for n in range(many))
    state, replies, _ = play(flows, after(BEGUN, flows=flows), FilesSent(files=files), CTX)
    assert len(state.facts["files"]) == 10
    assert ("invalid" in [one.kind for one in replies]) == told_so


def test_what_is_asked_anew_camera_by_camera_is_asked_of_each() -> None:
    anew = {
        "f": replace(FLOWS["f"], steps=(Step("n", "ask", ask=("cameras", "height"), again=True), *FLOWS["f"].steps))
    }
    begun = Began(topic="f", facts={"cameras": ["1", "2"], "height": "off"})
    both, each = Answered(value=["1", "2"]), Answered(value="*each*")
    state = after(begun, both, each, Answered(value="on"), flows=anew)
    assert state.question == "f.n.height@2"
    state = after(begun, both, each, Answered(value="on"), Answered(value="off"), flows=anew)
    assert (state.question, state.facts["height"]) == ("f.a.led", {"1": "on", "2": "off"})


def test_all_at_once_or_each_apart_is_a_right_answer() -> None:
    """After it wrong ones are counted from the first."""
    flows = {"f": replace(FLOWS["f"], steps=(Step("n", "ask", ask=("cameras", "height")), *FLOWS["f"].steps))}
    both, each = Answered(value=["1", "2"]), Answered(value="*each*")
    assert after(BEGUN, both, WRONG, WRONG, each, WRONG, WRONG, flows=flows).status == "active"
    assert after(BEGUN, both, WRONG, WRONG, each, WRONG, WRONG, WRONG, flows=flows).status == "handed"


NOBODYS: dict[str, Any] = {"customer": {"cameras": []}}


@pytest.mark.parametrize(("ctx", "asked"), [(CTX, "f.a.cameras"), (NOBODYS, "f.a.led")], ids=["some", "none"])
def test_who_has_no_camera_is_not_asked_which(ctx: dict[str, Any], asked: str) -> None:
    flows = {"f": replace(FLOWS["f"], steps=(Step("a", "ask", ask=("cameras", "led")),))}
    assert after(BEGUN, flows=flows, ctx=ctx).question == asked


@pytest.mark.parametrize(
    ("ctx", "fact", "said"),
    [
        (CTX, "cameras", ["ask"]),
        (NOBODYS, "cameras", ["invalid", "ask"]),
        (NOBODYS, "led", ["ask"]),
        (CTX, "height", ["ask"]),
    ],
)
def test_who_has_no_camera_can_choose_no_other(ctx: dict[str, Any], fact: str, said: list[str]) -> None:
    state = after(BEGUN, ANSWER, WentBack(), ctx=ctx)
    changed, replies, _ = play(FLOWS, state, ChangeAsked(fact=fact), ctx)
    assert [one.kind for one in replies] == said
    assert changed.question == ("f.a.led" if "invalid" in said else f"f.a.{fact}")


def test_back_from_an_offer_is_back_to_what_stood_before_it() -> None:
    offered = Understood(decision="likely", topics=("g",))
    for before, status, said in (
        ((), "new", ["menu"]),
        ((BEGUN, ANSWER, TopicsAsked()), "active", ["confirm"]),
    ):
        state, replies, _ = play(FLOWS, after(*before, offered), WentBack(), CTX)
        assert (state.status, state.offer, [one.kind for one in replies]) == (status, (), said)


def test_a_flow_that_never_stops_asking_ends_with_a_person() -> None:
    """The one bound there is: whoever answers its calls need not count."""
    looks = Step("p", "call", call=CallSpec("check", (), 20, "diag"), then=Target("q"))
    again = Step("q", "call", call=CallSpec("check", (), 20, "diag"), then=Target("p"))
    flows = {"f": replace(FLOWS["f"], steps=(looks, again))}
    state, _, effects = play(flows, None, BEGUN, CTX)
    answers = 0
    while calls := [one.call for one in effects if one.kind == "check"]:
        state, _, effects = play(flows, state, CallAnswered(call=calls[0], value={}), CTX)
        answers += 1
        assert answers <= MAX_QUIET
    assert (state.status, [one.kind for one in effects].count("handover")) == ("handed", 1)
