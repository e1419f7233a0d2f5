"""The playbook's reader understands people who did not write the playbook."""

from pathlib import Path

import pytest

from camdesk.bot.understanding.classify import Understanding, understand
from camdesk.bot.understanding.current import model_of
from camdesk.bot.understanding.decision import NONE
from camdesk.playbook.loading import load
from camdesk_bench.understanding import said_in

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def judged() -> list[tuple[str, Understanding]]:
    playbook = load(ROOT / "playbook").playbook
    assert playbook is not None
    model = model_of(playbook)
    return [(topic, understand(model, text)) for topic, text in said_in(Path(__file__).parent / "said.txt")]


def test_seven_in_eight_find_their_topic_and_nearly_all_see_it_offered(judged: list[tuple[str, Understanding]]) -> None:
    ours = [(topic, [name for name, _ in told.topics]) for topic, told in judged if topic != NONE]
    assert sum(found[:1] == [topic] for topic, found in ours) >= 0.875 * len(ours)
    assert sum(topic in found[:3] for topic, found in ours) >= 0.95 * len(ours)


def test_what_is_opened_is_right_nine_times_in_ten(judged: list[tuple[str, Understanding]]) -> None:
    opened = [(topic, told.topics[0][0]) for topic, told in judged if told.decision == "open"]
    assert sum(topic == found for topic, found in opened) >= 0.9 * len(opened)
    assert len(opened) >= 0.6 * len(judged)


def test_what_is_not_ours_is_hardly_ever_opened(judged: list[tuple[str, Understanding]]) -> None:
    strangers = [told.decision for topic, told in judged if topic == NONE]
    assert strangers.count("open") <= 2
    assert strangers.count("person") >= 0.7 * len(strangers)
