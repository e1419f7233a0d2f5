"""«Понятно» ends a talk, not a fault: nothing is closed by it, and no question takes it for a yes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from camdesk.bot.engine import DialogueState
from camdesk.bot.engine.effects import Resolve, Timer
from camdesk.bot.engine.events import AnyEvent, Began, SaidYes, WordsTyped
from camdesk.bot.engine.reducer import Outcome, play
from camdesk.bot.engine.replies import Confirmation, FactAsked, InstructionStep, Said
from camdesk.bot.utterances.reader import hear
from camdesk.playbook.document import Fact, Text
from camdesk.playbook.flows import Flow, Handover, Step, Target

NOW = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
DO = tuple(Text(f"Сделайте {name}, и ещё {'раз ' * 40}.", f"Do {name}.") for name in "абв")
ASK = Step("a", ask=("where",), kind="ask")
WALK = Step("g", "article", article="guide", instruction=DO, confirm=Text("Помогло?"), yes=Target("s"), no=Target("h"))
WORKS = Step("c", "confirm", confirm=Text("Камера вернулась?"), yes=Target("s"), no=Target("h"))
ENDS = (Step("h", "handover", handover=Handover()), Step("s", "resolve"))


def talk(step: Step, *said: AnyEvent | str) -> list[Outcome]:
    """What each of them gave, after the beginning."""
    flow = Flow(
        "f", Text("Проба"), (step, *ENDS), topic="f", slots=(Fact("where", Text("Где она висит?"), type="text"),)
    )
    outcomes: list[Outcome] = [play({"f": flow}, DialogueState(), Began(topic="f"), {"lang": "ru"})]
    for one in said:
        event: Any = WordsTyped(text=one, heard=hear(one, now=NOW)) if isinstance(one, str) else one
        outcomes.append(play({"f": flow}, outcomes[-1][0], event, {"lang": "ru"}))
    return outcomes[1:]


@pytest.mark.parametrize("words", ["понятно", "Ок, понятно", "ясно", "хорошо, поняла вас", "got it"])
def test_whether_it_works_stays_open_for_a_day(words: str) -> None:
    [(state, replies, effects)] = talk(WORKS, words)
    assert (state.status, state.frames[-1].phase) == ("active", "confirm")
    assert "не закрываю" in replies[0].text or "leaving this open" in replies[0].text
    assert not [one for one in effects if isinstance(one, Resolve)]
    assert {(one.name, one.after) for one in effects if isinstance(one, Timer)} >= {("remind", 86400.0)}


def test_yes_is_yes_whatever_stands_beside_it() -> None:
    [(state, _replies, _effects)] = talk(WORKS, "да, понятно")
    assert state.status == "done"


def test_a_step_is_done_when_it_is_understood() -> None:
    [(_state, replies, _effects)] = talk(WALK, "понятно")
    assert isinstance(replies[-1], InstructionStep)
    assert replies[-1].number == 2


def test_a_question_is_asked_again() -> None:
    [(_state, replies, _effects)] = talk(ASK, "понятно")
    assert isinstance(replies[-1], FactAsked)


def test_after_the_end_nothing_begins_anew() -> None:
    (_done, (state, replies, _effects)) = talk(WORKS, SaidYes(), "понятно")
    assert state.status == "done"
    assert [type(one) for one in replies] == [Said]
    assert not any(isinstance(one, Confirmation) for one in replies)


@pytest.mark.parametrize(
    ("words", "works"),
    [
        ("спасибо, всё заработало", True),
        ("спасибо, всё заработало, а то не показывала", True),
        ("на складе нет картинки, на кассах всё ок", False),
        ("Камера перестала показывать, помогите разобраться", False),
    ],
)
def test_what_they_come_with_is_not_good_news(words: str, works: bool) -> None:
    """Nothing was asked yet: who says at once what fails beside what works has come with a fault."""
    _state, replies, _effects = play(
        {}, DialogueState(), WordsTyped(text=words, heard=hear(words, now=NOW)), {"lang": "ru"}
    )
    assert any("всё работает" in getattr(one, "text", "") for one in replies) is works


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("теперь работает", True),
        ("не показывала, а сейчас появилась", True),
        ("тут нет картинки, на кассах всё ок", False),
    ],
)
def test_nor_is_it_within_a_question(words: str, asked: bool) -> None:
    [(state, replies, _effects)] = talk(ASK, words)
    assert state.closing is asked
    assert any(isinstance(one, Confirmation) for one in replies) is asked
