"""A person has the request, and the bot still hears: what is urgent, what is new, that it works."""

from __future__ import annotations

from typing import Any

import pytest

from camdesk.bot.engine import DialogueState
from camdesk.bot.engine.effects import OwnRequest, Timer, ToPerson, Understand, Urgent, Wait, Withdrawn
from camdesk.bot.engine.events import (
    AnyEvent,
    Began,
    FilesSent,
    OperatorCalled,
    SaidNo,
    SaidYes,
    Switched,
    Understood,
    WordsTyped,
)
from camdesk.bot.engine.reducer import Outcome, play
from camdesk.bot.engine.replies import Confirmation, TopicsOffered
from camdesk.playbook.document import Text
from camdesk.playbook.flows import About, Flow, Handover, Step, Target
from tests.pure.engine.heard_by import heard

HANDED = (Began(topic="a"), OperatorCalled())
CTX = {"lang": "ru", "awaited": "сегодня до 18:30", "contacts": {"phone": "+7 800"}}


def _flow(name: str) -> Flow:
    works = Step("c", "confirm", confirm=Text("Помогло?"), yes=Target("s"), no=Target("h"))
    ends = (Step("h", "handover", handover=Handover()), Step("s", "resolve"), Step("w", "wait", wait=60))
    return Flow(name, Text(f"Тема {name}"), (works, *ends), topic=f"{name}-topic", about=About(kind="billing"))


FLOWS = {name: _flow(name) for name in ("a", "b", "c")}


def talk(*moves: AnyEvent, **ctx: Any) -> Outcome:
    outcome: Outcome = (DialogueState(), [], [])
    for one in moves:
        now = {**CTX, **(ctx if one not in HANDED else {})}
        outcome = play(FLOWS, outcome[0], heard(one, now) if isinstance(one, WordsTyped) else one, now)
    return outcome


def words(text: str) -> WordsTyped:
    return WordsTyped(text=text)


def said(outcome: Outcome) -> str:
    return " / ".join(getattr(one, "text", "") for one in outcome[1])


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("когда ответят?", "сегодня до 18:30"),
        ("ну что там", "сегодня до 18:30"),
        ("долго ждать?", "сегодня до 18:30"),
        ("позовите человека", "сегодня до 18:30"),
        ("вы бот?", "Это бот поддержки"),
        ("спасибо", "Пожалуйста"),
        ("понятно", "Хорошо. Ответ придёт сюда"),
        ("понял, жду", "Хорошо. Ответ придёт сюда"),
        ("спасибо, открыли", "Пожалуйста"),
        ("вы издеваетесь", "Понимаем"),
        ("бабушка упала, человеку плохо", "112"),
        ("уже не надо", "Закрыть обращение"),
        ("всё заработало", "Закрыть обращение"),
    ],
)
def test_what_needs_no_person_is_answered(text: str, answer: str) -> None:
    state, _replies, effects = outcome = talk(*HANDED, words(text))
    assert answer in said(outcome)
    assert (state.status, [one for one in effects if isinstance(one, ToPerson)]) == ("handed", [])


@pytest.mark.parametrize(
    "event", [words("роутер у нас кинетик"), FilesSent(files=("f",)), words("вот ещё серийник 445")]
)
def test_whatever_else_is_for_the_person_and_acknowledged_with_the_time_once(event: AnyEvent) -> None:
    not_new = Understood(topics=("a-topic",), decision="open")
    moves = (event, not_new) if isinstance(event, WordsTyped) else (event,)
    assert said(talk(*HANDED, *moves)) == "Добавил к обращению: сотрудник увидит. Ответим сегодня до 18:30."
    assert said(talk(*HANDED, *moves, *moves)) == "Добавил к обращению: сотрудник увидит."


def test_in_an_emergency_the_telephone_comes_first_and_the_request_is_urgent() -> None:
    outcome = talk(*HANDED, words("дым из щитка, горим"))
    assert "+7 800" in outcome[1][0].text  # type: ignore[union-attr]
    assert [type(one) for one in outcome[2]] == [Urgent]


def test_an_agent_who_answers_is_not_talked_over_but_in_an_emergency() -> None:
    for text in ("когда ответят?", "спасибо", "а ещё вопрос, как скачать запись"):
        outcome = talk(*HANDED, words(text), agent=True)
        assert (outcome[1], outcome[2]) == ([], [])
    assert "112" in said(talk(*HANDED, words("горим, пожар"), agent=True))


def test_while_another_matter_is_talked_about_an_agent_begins_to_answer() -> None:
    outcome = talk(*HANDED, Switched(topic="b"), words("не помогло"))
    assert [type(one) for one in outcome[2] if not hasattr(one, "what")] == [OwnRequest]
    state = talk(*HANDED, Switched(topic="b"))[0]
    after = play(FLOWS, state, heard(words("не помогло"), CTX), {**CTX, "agent": True})
    assert (after[1], after[2]) == ([], [])


@pytest.mark.parametrize(
    ("text", "decision", "begun", "offered"),
    [
        ("а как скачать запись?", "open", ["b"], False),
        ("как мне скачать запись", "likely", ["b"], False),
        ("и ещё списали лишнее", "likely", ["b"], False),
        ("списали лишнее", "open", [], True),
        ("списали лишнее", "likely", [], False),
        ("как мне скачать запись", "offer", [], False),
    ],
)
def test_another_matter_is_taken_up_or_asked_about(text: str, decision: Any, begun: list[str], offered: bool) -> None:
    state, replies, _effects = talk(*HANDED, words(text), Understood(topics=("b-topic", "a-topic"), decision=decision))
    assert [one.flow for one in state.frames if state.status == "active"] == begun
    assert any(isinstance(one, TopicsOffered) for one in replies) is offered
    assert state.taken == ("a",)


def test_what_is_offered_is_taken_up_by_a_yes_and_kept_for_the_person_by_a_no() -> None:
    offer = (*HANDED, words("списали лишнее"), Understood(topics=("b-topic",), decision="open"))
    assert talk(*offer, SaidYes())[0].frames[0].flow == "b"
    assert talk(*offer, words("да"))[0].frames[0].flow == "b"
    state, _replies, _effects = no = talk(*offer, SaidNo())
    assert (state.status, state.offer) == ("handed", ())
    assert "Добавил" in said(no)


def test_of_two_new_matters_the_second_is_kept() -> None:
    several = Understood(topics=("b-topic", "c-topic"), several=True)
    state = talk(*HANDED, words("списали лишнее. и дайте договор"), several)[0]
    assert (state.frames[0].flow, state.later) == ("b", ("c",))


def test_the_other_matter_goes_to_a_person_as_a_request_of_its_own() -> None:
    state, _replies, effects = outcome = talk(*HANDED, words("кстати, списали лишнее"), *_B, SaidNo())
    [own] = [one for one in effects if isinstance(one, OwnRequest)]
    assert (own.topic, own.words) == ("b-topic", "кстати, списали лишнее")
    assert "b.c" in own.data.path
    assert (state.status, state.taken, state.frames) == ("handed", ("a", "b"), ())
    assert not [one for one in effects if isinstance(one, ToPerson | Timer)]
    assert "отдельное обращение" in said(outcome)


_B = (Understood(topics=("b-topic",), decision="open"),)


def test_the_other_matter_is_solved_and_the_first_is_still_the_persons() -> None:
    state, _replies, effects = outcome = talk(*HANDED, words("кстати, списали лишнее"), *_B, SaidYes())
    assert (state.status, state.taken) == ("handed", ("a",))
    assert not [one for one in effects if one.kind in ("resolve", "handover", "own_request")]
    assert "По первому вопросу сотрудник ответит сегодня до 18:30" in said(outcome)


def test_the_answers_of_the_first_matter_are_none_of_the_second() -> None:
    state = talk(*HANDED, Switched(topic="b"))[0]
    assert (state.facts, state.vars, state.history) == ({}, {}, ())


def test_nothing_is_waited_for_beside_what_a_person_has() -> None:
    waits = Flow("w", Text("Тема w"), (Step("w", "wait", wait=60),), topic="w-topic")
    state = play(FLOWS, talk(*HANDED)[0], Switched(topic="w"), CTX)[0]
    state, _replies, effects = play({**FLOWS, "w": waits}, talk(*HANDED)[0], Switched(topic="w"), CTX)
    assert (state.status, [one.kind for one in effects if isinstance(one, Wait | OwnRequest)]) == (
        "handed",
        ["own_request"],
    )


def test_what_has_settled_itself_is_closed_on_their_word() -> None:
    asked = talk(*HANDED, words("уже не надо, сама включилась"))
    assert isinstance(asked[1][-1], Confirmation)
    state, _replies, effects = talk(*HANDED, words("уже не надо"), words("да"))
    assert (state.status, [type(one) for one in effects]) == ("done", [Withdrawn])
    state, _replies, effects = talk(*HANDED, words("уже не надо"), SaidNo(question="close"))
    assert (state.status, effects) == ("handed", [])
    assert talk(*HANDED, words("уже не надо"), SaidYes(question="close"), SaidNo())[0].status == "handed"


def test_words_are_understood_and_an_answer_that_comes_too_late_is_none() -> None:
    outcome = talk(*HANDED, words("у меня ещё вопрос про оплату"))
    [asked] = [one for one in outcome[2] if isinstance(one, Understand)]
    late = Understood(topics=("b-topic",), decision="open", token=asked.token - 1)
    assert play(FLOWS, outcome[0], late, CTX)[1] == []
