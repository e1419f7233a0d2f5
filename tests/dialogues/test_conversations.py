"""Scripted people reach a solution, a person or a kept request, with the real reader and without being annoyed."""

from pathlib import Path
from statistics import median

import pytest

from camdesk.bot.conversations.played import KEPT, PERSON, SOLUTION, Played
from camdesk.bot.conversations.report import ConversationReport, describe, run
from camdesk.bot.conversations.scripts import scripts
from camdesk.bot.understanding.current import model_of
from camdesk.playbook.loading import load

WORST = 4  # messages and taps of a dead camera
PLAYBOOK = Path(__file__).parents[2] / "playbook"
KINDS = {
    "angry", "short", "typos", "transliteration", "wrong layout", "two problems", "later", "elderly", "lawyer", "child",
    "English", "night", "photo", "several cameras", "emergency", "duplicate", "off-topic", "other language",
    "voice", "emoji",
}  # fmt: skip


@pytest.fixture(scope="module")
def report() -> ConversationReport:
    playbook = load(PLAYBOOK).playbook
    assert playbook is not None
    return run(PLAYBOOK, playbook, model_of(playbook))


def test_every_conversation_ends_where_and_as_soon_as_it_should(report: ConversationReport) -> None:
    assert report.failures == [], "\n".join(describe(report))


def test_they_are_sixty_and_of_every_kind(report: ConversationReport) -> None:
    assert len(report.played) >= 60
    assert {one.script.kind for one in report.played} >= KINDS


def test_who_wants_a_person_or_is_in_danger_needs_one_message(report: ConversationReport) -> None:
    first = [one for one in report.played if one.script.kind in ("person", "emergency")]
    assert {(one.end, one.moves) for one in first} == {(PERSON, 1)}


def test_a_dead_camera_takes_four_messages_and_taps(report: ConversationReport) -> None:
    moves = [one.moves for one in report.played if dead(one)]
    assert (median(moves) <= 3, max(moves) <= WORST) == (True, True), sorted(moves)


def dead(one: Played) -> bool:
    """A camera that is off the net, and was brought back or is waited for."""
    return one.end in (SOLUTION, KEPT) and one.script.check.get("verdict") == "offline"


def test_nobody_is_left_with_the_list_of_everything(report: ConversationReport) -> None:
    assert not [one.script.name for one in report.played if any("(список тем)" in line for line in one.lines)]


def test_a_script_that_is_none_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "conversations").mkdir()
    text = "- conversation: a\n  kind: short\n- {conversation: b, flies: true}\n"
    (tmp_path / "conversations" / "some.yaml").write_text(text, encoding="utf-8")
    problems: list[object] = []
    assert list(scripts(tmp_path, problems)) == []  # type: ignore[arg-type]
    assert [str(one).split(": ")[0] for one in problems] == ["conversations/some.yaml:1", "conversations/some.yaml:3"]
