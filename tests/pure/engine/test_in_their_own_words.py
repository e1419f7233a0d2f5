"""What a dialogue would ask is taken from what people have told already, in their own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from camdesk.bot.engine import told
from camdesk.bot.utterances.overheard import overhear
from camdesk.playbook.document import Fact, Playbook, Text
from camdesk.playbook.flow_binding import flows_of
from camdesk.playbook.loading import load

PLAYBOOK = Path(__file__).parents[3] / "playbook"
# Who says one of these has told nothing.
NO_ANSWER = {"unknown", "other", "else", "unclear"}


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    found = load(PLAYBOOK).playbook
    assert found is not None
    return found


TOLD = [
    ("technician-complaint", "complaint_of", "ваш монтажник просверлил стену насквозь и уехал", "damage"),
    ("technician-complaint", "complaint_of", "мастер так и не приехал, ждали весь день", "manners"),
    ("technician-complaint", "complaint_of", "он взял наличными две тысячи", "money"),
    ("technician-complaint", "complaint_of", "мастер был вчера", None),
    ("intercom", "intercom_fault", "домофон не открывает с телефона", ["door"]),
    ("payment-failed", "pay_need", "оплатила, а деньги не дошли", "missing"),
    ("stutter-artefacts", "medium", "на среднем тоже тормозит", "same"),
    ("blurred-picture", "blur", "вход запотел изнутри", "inside"),
    ("blurred-picture", "blur", "мутная какая-то", None),
    ("wifi-setup", "wifi_trouble", "камера не видит вайфай", "network"),
    ("stolen-damaged", "damage", "ночью перерезали провод", "cable"),
    ("camera-turned", "what_happened", "подростки отвернули камеру", "moved"),
    ("camera-offline", "power_led", "калитка не работает, свет есть, интернет есть", None),
    ("camera-offline", "power_led", "лампочка не горит", "dark"),
    ("cannot-sign-in", "sign_in_trouble", "забыла пароль от кабинета", "forgotten"),
]


@pytest.mark.parametrize(("flow", "fact", "words", "value"), TOLD)
def test_what_was_told_answers(playbook: Playbook, flow: str, fact: str, words: str, value: object) -> None:
    found = [one for one in flows_of(playbook)[flow].slot.values() if one.id == fact]
    assert found, sorted(flows_of(playbook)[flow].slot)
    assert told.told_of(found[0], told.kept({}, overhear(words)), ()) == value


def test_every_option_of_a_deciding_question_is_known_by_other_words(playbook: Playbook) -> None:
    """Of every dialogue's own questions: an option that only its title names is met by hardly anybody who types."""
    missing = [
        f"{flow.id}.{fact.id}: {option.value}"
        for flow in flows_of(playbook).values()
        for fact in flow.slots
        if fact.type in ("choice", "choices") and fact.id not in playbook.facts
        for option in fact.options
        if len(option.also) < 2 and option.value not in NO_ANSWER
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("words", "flat"),
    [
        ("квартира 45, подъезд 2", "квартира 45, подъезд 2"),
        ("подъезд 2 кв 45 не открывает", "подъезд 2 кв 45"),
        ("живу в кв. 14", "кв. 14"),
        ("подъезд 2 не работает", None),
        ("квартал 5", None),
        ("съезжаю с квартиры 25 числа", None),
    ],
)
def test_a_flat_is_heard(words: str, flat: str | None) -> None:
    entrance = Fact("entrance", Text("Подъезд и квартира"), "text", heard="flat")
    assert told.told_of(entrance, told.kept({}, overhear(words)), ()) == flat
