"""How well the reader understands strangers: phrases nobody trains on (held_back.txt says how they came about)."""

from pathlib import Path

import pytest

from camdesk.bot.understanding.classify import Understanding, understand
from camdesk.bot.understanding.training import Course, train
from camdesk.bot.understanding.training_data import course_of
from camdesk.lib.text import terms
from camdesk.playbook.loading import load

ROOT = Path(__file__).parents[3]


def held_back() -> list[tuple[str, str]]:
    """(topic, phrase)"""
    lines = (Path(__file__).parent / "held_back.txt").read_text(encoding="utf-8").splitlines()
    kept = [line.split(": ", 1) for line in lines if line and not line.startswith("#")]
    return [(topic, text.strip()) for topic, texts in kept for text in texts.split("|")]


@pytest.fixture(scope="module")
def course() -> Course:
    playbook = load(ROOT / "playbook").playbook
    assert playbook is not None
    return course_of(playbook)


@pytest.fixture(scope="module")
def judged(course: Course) -> list[tuple[str, Understanding]]:
    model = train(course)
    return [(topic, understand(model, text)) for topic, text in held_back()]


def test_nobody_trains_on_them(course: Course) -> None:
    learnt = {tuple(sorted(set(terms(example.text)))) for example in course.examples if example.kind == "phrase"}
    spent = [text for topic, text in held_back() if topic != "-" and tuple(sorted(set(terms(text)))) in learnt]
    assert spent == [], "a phrase that the playbook says too shows nothing: take it out of held_back.txt"


def test_the_topic_is_found_mostly_and_offered_nearly_always(judged: list[tuple[str, Understanding]]) -> None:
    ours = [(topic, [name for name, _ in told.topics]) for topic, told in judged if topic != "-"]
    assert len(ours) >= 350
    assert sum(found[:1] == [topic] for topic, found in ours) >= 0.86 * len(ours)
    assert sum(topic in found[:3] for topic, found in ours) >= 0.96 * len(ours)


def test_a_wrong_topic_is_hardly_ever_opened(judged: list[tuple[str, Understanding]]) -> None:
    wrongly = [topic for topic, told in judged if told.decision == "open" and told.topics[0][0] != topic]
    assert len(wrongly) <= 0.02 * len(judged)
    assert sum(told.decision == "open" for _topic, told in judged) >= 0.6 * len(judged)
