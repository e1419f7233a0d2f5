"""Solved means works: what a look says against it keeps the request open."""

from __future__ import annotations

from typing import Any

import pytest

from camdesk.bot.engine import DialogueState, stored_state
from camdesk.bot.engine.effects import Resolve, SystemCall, ToPerson, Wait
from camdesk.bot.engine.events import (
    Answered,
    AnyEvent,
    Began,
    CallAnswered,
    CallFailed,
    FilesSent,
    SaidYes,
    TimerRang,
    WordsTyped,
)
from camdesk.bot.engine.final_look import SEEN, _names, contradicts
from camdesk.bot.engine.reducer import Outcome, play
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.playbook.document import Text
from camdesk.playbook.flows import CallSpec, Flow, Handover, Step, Target

FLOW = Flow(
    "f",
    Text("Проба", "Probe"),
    (
        Step("c", "ask", ask=("cameras",)),
        Step("p", "call", call=CallSpec("check", ("cameras",), save="diag")),
        Step("q", "confirm", confirm=Text("Показывает?", "Back?"), yes=Target("s"), no=Target("h")),
        Step("h", "handover", handover=Handover()),
        Step("s", "resolve", say=Text("Отлично!", "Great!"), rate=True),
    ),
    topic="f",
)
CTX: dict[str, Any] = {"customer": {"cameras": [{"id": "1", "title": "Двор"}, {"id": "2", "title": "Вход"}]}}
VERDICTS = [  # of a look: whether it speaks against «заработало»
    ("online", False),
    ("unstable", False),
    ("planned", False),
    ("unknown", False),
    ("", False),
    ("offline", True),
    ("blocked", True),
]


class Talk:
    """A conversation about the first camera; what is awaited is answered by `seen`."""

    def __init__(self, first: str) -> None:
        self.outcome: Outcome = (DialogueState(), [], [])
        self.send(Began(topic="f"), Answered(value=["1"]))
        self.look(first)

    def send(self, *given: AnyEvent) -> Talk:
        for event in given:
            stored = stored_state.from_json(stored_state.to_json(self.outcome[0]))
            self.outcome = play({"f": FLOW}, stored, event, CTX)
        return self

    def look(self, verdict: str) -> Talk:
        call = next(one for one in self.outcome[2] if isinstance(one, SystemCall)).call
        if verdict == "failed":
            return self.send(CallFailed(call=call))
        return self.send(CallAnswered(call=call, value={"verdict": verdict, "cameras": {"1": verdict, "2": "offline"}}))

    @property
    def ends(self) -> list[type]:
        return [type(one) for one in self.outcome[2] if isinstance(one, Resolve | ToPerson | Wait)]

    @property
    def said(self) -> str:
        return " ".join(getattr(one, "text", "") for one in self.outcome[1])


@pytest.mark.parametrize(("verdict", "against"), VERDICTS)
def test_which_looks_contradict(verdict: str, against: bool) -> None:
    assert contradicts({"cameras": {"1": verdict}}, ["1"]) is against
    assert not contradicts({"cameras": {"1": verdict}}, ["2"]), "another camera's trouble says nothing"
    assert not contradicts(None, ["1"])


@pytest.mark.parametrize(("verdict", "against"), VERDICTS)
def test_what_the_flow_saw_calls_for_another_look(verdict: str, against: bool) -> None:
    talk = Talk(verdict).send(SaidYes())
    assert ("Отлично!" in talk.said) is not against
    assert talk.ends == ([] if against else [Resolve])
    assert any(isinstance(one, SystemCall) for one in talk.outcome[2]) is against


@pytest.mark.parametrize(("verdict", "against"), [*VERDICTS, ("failed", False)])
@pytest.mark.parametrize("word", [SaidYes(), WordsTyped(text="заработало")])
def test_the_last_look_decides(verdict: str, against: bool, word: AnyEvent) -> None:
    talk = Talk("offline").send(word).look(verdict)
    assert talk.ends == ([Wait] if against else [Resolve])
    assert ("«Двор» пока не работает" in talk.said) is against
    assert ("Отлично!" in talk.said) is not against
    waits = [one.seen for one in talk.outcome[2] if isinstance(one, Wait)]
    assert waits == ([verdict] if against else []), "what was seen is kept with the wait"


@pytest.mark.parametrize(("verdict", "end"), [("online", Resolve), ("unknown", Resolve), ("offline", ToPerson)])
def test_after_a_while_it_is_looked_at_by_itself(verdict: str, end: type) -> None:
    talk = Talk("offline").send(SaidYes()).look("offline")
    talk.send(TimerRang(name="look", token=talk.outcome[0].wait))
    assert talk.look(verdict).ends == [end]


@pytest.mark.parametrize("words", ["спасибо", "всё работает"])
def test_a_word_that_it_works_is_looked_at_anew(words: str) -> None:
    talk = Talk("offline").send(SaidYes()).look("offline").send(WordsTyped(text=words))
    assert talk.look("online").ends == [Resolve]


@pytest.mark.parametrize(
    "event", [WordsTyped(text="нет, опять пропала"), WordsTyped(text="экран чёрный"), FilesSent(files=("f1",))]
)
def test_a_word_that_it_does_not_work_is_for_a_person(event: AnyEvent) -> None:
    talk = Talk("offline").send(SaidYes()).look("offline").send(event)
    assert talk.ends == [ToPerson]
    assert talk.outcome[0].status == "handed"


@pytest.mark.parametrize(
    ("dead", "named"),
    [("1", "«К1»"), ("13", "«К1», «К3»"), ("123", "«К1», «К2», «К3»"), ("1234", "«К1», «К2», «К3» и ещё 1")],
)
def test_of_many_dead_cameras_some_are_named(dead: str, named: str) -> None:
    cameras = {one: "offline" if one in dead else "online" for one in "1234"}
    ctx = {"customer": {"cameras": [{"id": one, "title": f"К{one}"} for one in "1234"]}}
    turn = DialogueTurn({"f": FLOW}, DialogueState(vars={SEEN: {"cameras": cameras}}), ctx)
    assert _names(turn, "1234") == named
