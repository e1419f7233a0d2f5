"""Whole messages as people write them, with the playbook's own dialogues: what they answer, and what they do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from camdesk.bot.engine import DialogueState
from camdesk.bot.engine.effects import BotEffect, SystemCall
from camdesk.bot.engine.events import (
    AnyEvent,
    Began,
    CallAnswered,
    FilesSent,
    SaidNo,
    SaidYes,
    Understood,
    WordsTyped,
)
from camdesk.bot.engine.reducer import Outcome, play
from camdesk.bot.engine.replies import AnyReply, FactAsked, TopicsOffered
from camdesk.playbook.flow_binding import flows_of
from camdesk.playbook.flows import Flow
from camdesk.playbook.loading import load
from tests.pure.engine.heard_by import heard

PLAYBOOK = Path(__file__).parents[3] / "playbook"
CAMERAS = [{"id": "1", "title": "Двор", "address": "Мира, 4"}, {"id": "2", "title": "Вход", "address": "Мира, 4"}]


def _number(text: str) -> str:
    if not text.strip(" +-()0123456789"):
        return f"+7{''.join(one for one in text if one.isdigit())[-10:]}"
    raise ValueError


CTX: dict[str, Any] = {
    "phone_reader": _number,
    "lang": "ru",
    "open": True,
    "promised": "сегодня до 18:00",
    "known": {"phone": {"value": "+79120000000", "source": "account"}},
    "customer": {"phone": "+79120000000", "cameras": CAMERAS},
}


@pytest.fixture(scope="module")
def flows() -> dict[str, Flow]:
    found = load(PLAYBOOK).playbook
    assert found is not None
    return flows_of(found)


def words(text: str) -> WordsTyped:
    return WordsTyped(text=text)


def talk(flows: dict[str, Flow], *moves: AnyEvent, verdict: str = "offline") -> Outcome:
    """What the last move brings; looks find this verdict."""
    outcome: Outcome = (DialogueState(), [], [])
    for one in moves:
        waiting: list[AnyEvent] = [heard(one, CTX) if isinstance(one, WordsTyped) else one]
        replies: list[AnyReply] = []
        effects: list[BotEffect] = []
        state = outcome[0]
        while waiting:
            state, said, asked = play(flows, state, waiting.pop(0), CTX)
            replies, effects = [*replies, *said], [*effects, *asked]
            for effect in asked:
                if isinstance(effect, SystemCall) and effect.name == "check":
                    seen = dict.fromkeys(effect.args["cameras"], verdict)
                    value = {"verdict": verdict, "cameras": seen, "neighbours": 0}
                    waiting.append(CallAnswered(call=effect.call, value=value))
        outcome = (state, replies, effects)
    return outcome


def said(outcome: Outcome) -> str:
    return " / ".join(getattr(one, "text", "") for one in outcome[1])


OFFLINE = (words("двор не работает"), Understood(topics=("camera-offline",), decision="open"))


@pytest.mark.parametrize(
    "text",
    ["не видно там никакого индикатора", "деточка, я на второй этаж не полезу", "не знаю, я в этом не разбираюсь"],
)
def test_who_is_at_a_loss_gets_a_person_and_no_form(flows: dict[str, Flow], text: str) -> None:
    outcome = talk(flows, *OFFLINE, words(text))
    assert (outcome[0].status, [one for one in outcome[1] if isinstance(one, FactAsked)]) == ("handed", [])


def test_who_knows_is_asked_what_serves_the_person(flows: dict[str, Flow]) -> None:
    assert isinstance(talk(flows, *OFFLINE, words("не горит"), SaidNo())[1][-1], FactAsked)


@pytest.mark.parametrize(
    "text", ["ничего я не буду перезагружать, пришлите мастера", "да, перезвоните 8 912 345-67-89"]
)
def test_who_wants_somebody_in_the_midst_of_it_gets_one(flows: dict[str, Flow], text: str) -> None:
    assert talk(flows, *OFFLINE, words(text))[0].status == "handed"


@pytest.mark.parametrize(
    "text", ["роутер не трогали, свет есть", "высота метра 3", "с телефона по вайфаю", "Keenetic Start"]
)
def test_what_answers_another_question_is_kept_and_offers_nothing(flows: dict[str, Flow], text: str) -> None:
    other = Understood(topics=("network-changed",), decision="open")
    state, replies, effects = talk(flows, *OFFLINE, words(text))
    if "understand" in [one.kind for one in effects]:
        state, replies, _effects = play(flows, state, other, CTX)
    assert not [one for one in replies if isinstance(one, TopicsOffered)]
    assert state.frames[-1].question.startswith("camera-offline.light.power_led")


def test_a_socket_that_works_is_no_camera_that_does(flows: dict[str, Flow]) -> None:
    outcome = talk(flows, *OFFLINE, words("не горит"), words("блок проверил, розетка работает"))
    assert outcome[0].status == "active"
    assert "resolve" not in [one.kind for one in outcome[2]]


def test_a_question_when_is_answered_with_the_promise(flows: dict[str, Flow]) -> None:
    assert "ответим сегодня до 18:00" in said(talk(flows, *OFFLINE, words("а когда?")))


def test_a_matter_begun_with_another_is_gone_on_with_afterwards(flows: dict[str, Flow]) -> None:
    asked = (*OFFLINE, words("кстати, как скачать запись за вчера"))
    offered = talk(flows, *asked, Understood(topics=("watch-archive",), decision="likely"))
    assert "отдельный вопрос" in said(offered)
    begun = talk(flows, *asked, Understood(topics=("watch-archive",), decision="likely"), SaidYes())
    assert (begun[0].frames[0].flow, begun[0].later) == ("watch-archive", ("camera-offline",))


HOW_TO = (words("как посмотреть, что было вчера"), Understood(topics=("watch-archive",), decision="likely"))


def test_a_likely_way_is_shown_at_once(flows: dict[str, Flow]) -> None:
    assert "выберите день" in said(talk(flows, *HOW_TO))


def test_another_way_of_the_same_is_shown_when_it_is_asked_for(flows: dict[str, Flow]) -> None:
    assert "«Скачать»" in said(talk(flows, *HOW_TO, words("а скачать можно?")))


@pytest.mark.parametrize("text", ["нашла", "спасибо", "нашёл, спасибо"])
def test_whoever_has_found_it_says_so_in_the_questions_words(flows: dict[str, Flow], text: str) -> None:
    assert talk(flows, *HOW_TO, words(text))[0].status == "done"


def test_an_article_is_the_answer_to_who_asks_how_and_the_dialogue_begins_when_it_is_not(
    flows: dict[str, Flow],
) -> None:
    asked = (words("как настроить зум на камере двор"), Understood(topics=("no-sound",), decision="open"))
    shown = talk(flows, *asked)
    assert (shown[2][-1].kind, "check" in [one.kind for one in shown[2]]) != ("check", True)
    assert shown[0].frames[-1].phase in ("walk", "confirm")
    assert "check" in [one.kind for one in talk(flows, *asked, SaidNo())[2]]


def test_who_asked_how_and_thanks_has_found_it_whatever_step_is_shown(flows: dict[str, Flow]) -> None:
    asked = (words("как убрать звук с камеры двор"), Understood(topics=("no-sound",), decision="open"))
    assert talk(flows, *asked, words("нашла, спасибо"))[0].status == "done"


def test_what_is_begun_is_not_said_to_be_kept_for_later(flows: dict[str, Flow]) -> None:
    both = Understood(topics=("payment-failed", "interruption-alert"), several=True)
    remark = Understood(topics=("payment-failed",), decision="offer")
    outcome = talk(flows, words("я заплатил, почему меня не предупредили"), both, words("переводом из банка"), remark)
    assert said(outcome).count("тоже вижу") == 1


def test_a_file_that_was_sent_is_not_asked_for(flows: dict[str, Flow]) -> None:
    files = FilesSent(files=("f1",))
    outcome = talk(flows, words("вот договор"), files, Began(topic="formal-claim"))
    assert "files" not in [one.fact for one in outcome[1] if isinstance(one, FactAsked)]
    assert outcome[0].files == ("f1",)


def test_of_a_fault_beside_another_matter_the_fault_is_no_third_one(flows: dict[str, Flow]) -> None:
    both = words("Двор не работает 5 дней. Верните деньги")
    read = Understood(topics=("archive-too-short", "downtime-refund"), several=True)
    state = talk(flows, both, read)[0]
    assert (state.frames[0].flow, state.later) == ("camera-offline", ("downtime-refund",))
