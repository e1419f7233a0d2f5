"""The playbook we ship: whole, in both languages where it must be, asking only what a topic needs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from camdesk.playbook.document import Playbook
from camdesk.playbook.facts import validate_facts
from camdesk.playbook.loading import load

SECTIONS = {
    "camera": 8, "picture": 11, "archive": 12, "connect": 9, "access": 10,
    "apps": 6, "billing": 11, "visit": 7, "legal": 5, "other": 4,
}  # fmt: skip
# How many topics each letter has named: a topic keeps its letter when it moves to another section.
REFS = {"A": 17, "B": 12, "C": 10, "D": 10, "E": 6, "F": 11, "G": 7, "H": 5, "I": 5}


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    loaded = load(Path(__file__).parents[3] / "playbook")
    assert [str(problem) for problem in loaded.problems] == []
    assert loaded.playbook is not None
    return loaded.playbook


@pytest.mark.seed("S9", "S10")
def test_ten_sections_and_eighty_three_topics(playbook: Playbook) -> None:
    assert {section.id: len(section.topics) for section in playbook.sections.values()} == SECTIONS
    refs = {f"{letter}{number}" for letter, count in REFS.items() for number in range(1, count + 1)}
    assert {topic.ref for topic in playbook.topics.values()} == refs


def test_the_commonest_question_comes_first_and_staff_topics_are_for_staff(playbook: Playbook) -> None:
    assert next(iter(playbook.sections.values())).topics[0] == "outage-here"
    staff = {topic.id for topic in playbook.topics.values() if topic.show_if == "customer.organisation"}
    assert staff == {"add-employee", "employee-cannot-see", "sms-limit", "closing-documents"}


JARGON = (
    "VMS",
    "PoE",
    "RTSP",
    "ONVIF",
    "PTZ",
    "firmware",
    "прошивк",
    "трансляц",
    "аналитик",
    "офлайн",
    "поток",
    "мост",
)


def test_no_title_of_the_menu_needs_a_technician(playbook: Playbook) -> None:
    named = [*playbook.sections.values(), *playbook.topics.values()]
    titles = [title for one in named for title in (one.title.ru, one.title.en)]
    assert [title for title in titles for word in JARGON if word.casefold() in title.casefold()] == []


def test_nobody_signed_in_is_asked_for_what_the_account_knows(playbook: Playbook) -> None:
    assert not {"account_number", "taxpayer"} & set(playbook.facts)


def test_topics_have_words_enough_to_be_understood(playbook: Playbook) -> None:
    assert {topic.id: len(topic.phrases) for topic in playbook.topics.values() if len(topic.phrases) < 25} == {}


def test_every_topic_is_whole_in_both_languages(playbook: Playbook) -> None:
    """An article, a dialogue, phrases and steps of its own, and whatever is said is said in English too."""
    wanting: dict[str, list[str]] = {}
    for topic in playbook.topics.values():
        flow = playbook.flows.get((topic.flow or playbook.common_flow).replace("_", "-"))
        article = playbook.articles[topic.article]
        lacks = {
            "dialogue": flow is None,
            "article": not (article.body.ru and article.body.en and article.title.en),
            "phrases": len(topic.phrases) < 25,
            "title": not topic.title.en,
            "symptom": not (topic.symptom.ru and topic.symptom.en),
            "steps": not topic.steps or not all(step.en for step in topic.steps),
        }
        if found := [name for name, missing in lacks.items() if missing]:
            wanting[topic.id] = found
    assert wanting == {}
    assert [name for name, flow in playbook.flows.items() if _unsaid(flow)] == [], "no English"


def _unsaid(read: object) -> list[str]:
    """Russian sentences that stand without their English."""
    if isinstance(read, dict):
        alone = [str(read["ru"])] if "ru" in read and not read.get("en") else []
        return alone + [text for value in read.values() for text in _unsaid(value)]
    return [text for value in read for text in _unsaid(value)] if isinstance(read, list) else []


@pytest.mark.seed("S27")
def test_when_nothing_fits_there_is_other(playbook: Playbook) -> None:
    other = playbook.topics[playbook.other_topic]
    assert (other.title.ru, other.ref, other.in_form) == ("Другое", "I5", True)


@pytest.mark.seed("S11")
def test_every_topic_leads_somewhere(playbook: Playbook) -> None:
    for topic in playbook.topics.values():
        assert topic.steps, topic.id
        assert topic.hand_over, topic.id
        assert all(step.en for step in topic.steps), topic.id
        assert playbook.articles[topic.article].body.ru, topic.id


@pytest.mark.seed("S30", "S31", "S32", "S33")
@pytest.mark.parametrize(
    "fact, options",
    [
        (
            "provider",
            "Ростелеком · Дом.ru (ЭР-Телеком) · МТС · Билайн · МегаФон · ТТК · Местный провайдер (укажите) · "
            "Мобильный интернет (SIM) · Сеть организации · Не знаю",
        ),
        ("internet", "Есть · Нет · Есть, но с перебоями · Не могу проверить"),
        (
            "height",
            "До 1,8 м (достану с пола) · 1,8–3 м (стремянка) · 3–5 м (лестница) · 5–8 м (подъёмник) · "
            "Выше 8 м (автовышка, альпинист) · Не знаю",
        ),
        (
            "supplier",
            "Оператор услуги · Куплена самостоятельно (RTSP) · Монтажная организация / интегратор · "
            "Застройщик, УК или ТСЖ · Не знаю",
        ),
    ],
)
def test_the_four_questions_about_a_camera(playbook: Playbook, fact: str, options: str) -> None:
    asked = playbook.facts[fact]
    assert (asked.type, asked.scope) == ("choices", "camera")
    assert asked.passport == ("" if fact == "internet" else fact)
    assert " · ".join(option.title.ru for option in asked.options) == options
    assert asked.alone == ("unknown",), "«Не знаю» goes with nothing else"


@pytest.mark.seed("S34")
def test_internet_cannot_be_there_and_not_there(playbook: Playbook) -> None:
    checked = validate_facts([playbook.facts["internet"]], {"internet": ["yes", "no"]})
    assert [found.values for found in checked.contradictions] == [("yes", "no")]


@pytest.mark.seed("S39")
def test_only_topics_about_a_camera_ask_about_the_camera(playbook: Playbook) -> None:
    about_camera = {"provider", "internet", "height", "supplier"}
    for topic in playbook.topics.values():
        if topic.kind in ("billing", "account", "legal", "app", "other"):
            assert not about_camera & set(topic.facts), topic.id
    for broken in ("A1", "A2", "A3"):
        topic = playbook.topic(broken)
        assert topic is not None
        assert about_camera <= set(topic.facts), broken
        assert topic.cameras == "required", broken


@pytest.mark.seed("S2")
def test_support_is_reached_by_phone_and_mail(playbook: Playbook) -> None:
    contacts = playbook.contacts
    assert contacts.phone_link.startswith("+7800")
    assert contacts.email.endswith("@example.org")
    assert "снимок экрана" in contacts.screenshot_advice.ru


def test_there_are_replies_for_every_day(playbook: Playbook) -> None:
    assert len(playbook.replies) >= 25
    assert all(reply.text.en for reply in playbook.replies)
    about_cameras = next(reply for reply in playbook.replies if reply.id == "solved")
    assert about_cameras.topics, "«камера снова в сети» is no answer to a question about money"
    visit = next(reply for reply in playbook.replies if reply.id == "visit-arranged")
    assert all(place in visit.text.ru for place in ("{visit_date}", "{from}", "{to}", "{address}"))


def test_a_wait_without_a_look_asks_of_what_was_waited_for(playbook: Playbook) -> None:
    """`come-back` looks at cameras and asks whether all works: that tells no sign-in and no payment."""
    looking = {name for name, flow in playbook.flows.items() if flow.get("part") or _calls_a_check(flow)}
    vague = {
        name for name, flow in playbook.flows.items() for step in flow["steps"] if _then_comes_back(step)
    } - looking
    assert vague == set()
    assert sum(_then_comes_back(step) for flow in playbook.flows.values() for step in flow["steps"]) >= 4


def _calls_a_check(flow: Mapping[str, Any]) -> bool:
    return any(step.get("call") == "check" for step in flow["steps"])


def _then_comes_back(step: Mapping[str, Any]) -> bool:
    return step.get("then") == {"link": "come-back"}
