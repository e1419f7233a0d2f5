"""What the documents count can be counted: topics, dialogues, what the bot settles alone."""

import re
from pathlib import Path

import pytest

from camdesk.bot.dialogues import DialogueReport, run
from camdesk.playbook.document import Playbook
from camdesk.playbook.flow_binding import flows_of
from camdesk.playbook.loading import load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    loaded = load(ROOT / "playbook").playbook
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def report(playbook: Playbook) -> DialogueReport:
    return run(ROOT / "playbook", playbook)


def said(file: str, pattern: str) -> list[int]:
    """The numbers where `pattern` has a group, in the order of the document."""
    found = re.findall(pattern, (ROOT / file).read_text(encoding="utf-8"))
    assert found, f"{file} says nothing like {pattern}"
    return [int(number.replace(",", "")) for one in found for number in ([one] if isinstance(one, str) else one)]


def test_topics_and_dialogues_of_the_readme(playbook: Playbook) -> None:
    assert set(said("README.md", r"(\d+) topics")) == {len(playbook.topics)}


def test_what_the_engine_is_measured_with(playbook: Playbook, report: DialogueReport) -> None:
    assert said("docs/performance.md", r"\((\d+) dialogues, (\d[\d,]*) turns") == [report.tests, report.turns]
    assert said("docs/performance.md", r"binding all flows of the playbook \((\d+) of them\)") == [
        len(flows_of(playbook))
    ]


def test_what_the_bot_settles_alone(report: DialogueReport) -> None:
    assert said("docs/performance.md", r"(\d+) of (\d+) topics") == [len(report.settled), report.topics]
