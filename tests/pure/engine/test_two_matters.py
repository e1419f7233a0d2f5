"""Two matters in one message: none is lost, whatever becomes of the other."""

from __future__ import annotations

import pytest

from camdesk.bot.engine import DialogueState
from camdesk.bot.engine.effects import OwnRequest, Resolve, ToPerson
from camdesk.bot.engine.events import (
    AnyEvent,
    OperatorCalled,
    SaidNo,
    SaidYes,
    Switched,
    Understood,
    WordsTyped,
)
from camdesk.bot.engine.reducer import Outcome, play
from camdesk.bot.engine.replies import TopicsOffered
from camdesk.playbook.document import Text
from camdesk.playbook.flows import Flow, Handover, Step, Target

WORDS = "двор рябит. И за что списали триста рублей?"


def _flow(name: str) -> Flow:
    works = Step("c", "confirm", confirm=Text("Помогло?"), yes=Target("s"), no=Target("h"))
    ends = (Step("h", "handover", handover=Handover()), Step("s", "resolve"))
    return Flow(name, Text(f"Тема {name}"), (works, *ends), topic=f"{name}-topic")


FLOWS = {name: _flow(name) for name in ("a", "b", "c")}
FIRST = (WordsTyped(text=WORDS), Understood(topics=("a-topic", "b-topic"), several=True))


def talk(*events: AnyEvent) -> list[Outcome]:
    outcomes: list[Outcome] = []
    state = DialogueState()
    for event in events:
        outcomes.append(play(FLOWS, state, event, {"lang": "ru"}))
        state = outcomes[-1][0]
    return outcomes


def test_both_are_offered() -> None:
    [offer] = [one for one in talk(*FIRST)[-1][1] if isinstance(one, TopicsOffered)]
    assert [one.flow for one in offer.topics] == ["a", "b"]


@pytest.mark.parametrize(
    ("moves", "handed", "own"),
    [
        ((Switched(topic="a"), SaidNo()), "a-topic", ["b-topic"]),
        ((Switched(topic="b"), SaidNo()), "b-topic", ["a-topic"]),
        ((Switched(topic="a"), OperatorCalled()), "a-topic", ["b-topic"]),
        ((OperatorCalled(),), "a-topic", ["b-topic"]),  # neither was begun
        ((Switched(topic="a"), SaidYes(), SaidYes(), SaidNo()), "b-topic", []),  # the first is solved
        ((Switched(topic="c"), SaidNo()), "c-topic", ["a-topic", "b-topic"]),
    ],
)
def test_what_is_not_handed_over_becomes_a_request_of_its_own(
    moves: tuple[AnyEvent, ...], handed: str, own: list[str]
) -> None:
    state, replies, effects = talk(*FIRST, *moves)[-1]
    assert [one.topic for one in effects if isinstance(one, ToPerson)] == [handed]
    asked = [one for one in effects if isinstance(one, OwnRequest)]
    assert [one.topic for one in asked] == own
    assert all(WORDS in one.words for one in asked), "people read what was written"
    said = " ".join(getattr(one, "text", "") for one in replies)
    assert all(f"«Тема {one[0]}»" in said for one in own)
    assert state.later == ()


def test_the_second_is_taken_up_when_the_first_is_solved() -> None:
    state, replies, effects = talk(*FIRST, Switched(topic="a"), SaidYes())[-1]
    assert state.offer == ("b",)
    assert isinstance(replies[-1], TopicsOffered)
    assert not [one for one in effects if isinstance(one, Resolve | OwnRequest)]
