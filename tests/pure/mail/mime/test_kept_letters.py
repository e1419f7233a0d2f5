"""How many of the kept letters (tests/letters) are read right, by kind. docs/mail.md gives the numbers."""

import re
from pathlib import Path

import pytest

from camdesk.channels.mail.mime.parse import parse
from tests.letters import bounces, machines, measured_bounces, measured_machines, measured_replies, replies
from tests.letters.bounces import Kept

_MEASURED = (*measured_bounces.REPORTS, *measured_bounces.IN_WORDS, *measured_bounces.PEOPLE, *measured_bounces.SECOND)
BOUNCES = (*bounces.BOUNCES, *_MEASURED)
MACHINES = {**machines.MACHINES, **measured_machines.MACHINES, **measured_machines.SECOND}


@pytest.mark.parametrize("kept", BOUNCES, ids=lambda kept: kept.name)
def test_bounces(kept: Kept) -> None:
    read = parse(kept.raw)
    wanted = None if kept.recipient is None else (kept.recipient, kept.permanent)
    assert (read.bounce and (read.bounce.recipient, read.bounce.permanent)) == wanted, read.text
    assert (bounces.OUR_ID in read.returned) == kept.ours
    if wanted:
        assert read.automatic


@pytest.mark.parametrize("name", MACHINES)
def test_machines_and_people(name: str) -> None:
    raw, automatic = MACHINES[name]
    read = parse(raw)
    assert read.automatic == automatic
    assert read.bounce is None


def _kinds() -> dict[str, int]:
    return {
        "bounces": sum(kept.recipient is not None for kept in BOUNCES),
        "letters that only look like bounces": sum(kept.recipient is None for kept in BOUNCES),
        "machines and people": len(MACHINES),
        "answers": len(REPLIES),
        "letters passed on": 3 * len(replies.PASSED_ON) + len(replies.HEADS) + len(measured_replies.FORWARDS),
    }


def test_the_documentation_gives_these_numbers() -> None:
    """Every one of them is right, or a test above fails."""
    table = (
        (Path(__file__).parents[4] / "docs/mail.md").read_text().partition("| right / all |")[2].partition("\n\n")[0]
    )
    rows = re.findall(r"^\| ([a-z ]+) \| (\d+) / (\d+) \|$", table, re.M)
    assert {kind: (int(right), int(whole)) for kind, right, whole in rows} == {k: (n, n) for k, n in _kinds().items()}


REPLIES = {**replies.all_replies(), **measured_replies.all_replies()}


@pytest.mark.parametrize("name", REPLIES)
def test_replies(name: str) -> None:
    raw, own = REPLIES[name]
    read = parse(raw)
    assert read.reply_text == own
    assert (replies.ASKED in read.cut) == (replies.ASKED in read.text)


@pytest.mark.parametrize("name", replies.PASSED_ON)
@pytest.mark.parametrize("subject", ["Re: Camera", "Camera", "Fwd: Camera"])
def test_what_is_passed_on_stays_whole(name: str, subject: str) -> None:
    assert "K-4471" in parse(replies.answer(replies.PASSED_ON[name], subject=subject)).reply_text


@pytest.mark.parametrize("name", measured_replies.FORWARDS)
def test_what_a_measured_letter_passes_on_stays_whole(name: str) -> None:
    subject, text = measured_replies.FORWARDS[name]
    own = parse(measured_replies.answer(text, subject=subject)).reply_text
    assert [line.rstrip() for line in text.split("\n")] == own.split("\n")


def test_apple_passes_on_by_its_first_line_alone() -> None:
    _subject, text = measured_replies.FORWARDS["Apple"]
    assert "K-4471" in parse(measured_replies.answer(text)).reply_text


@pytest.mark.parametrize("name", measured_replies.INLINE)
def test_answers_within_the_old_letter_stay(name: str) -> None:
    text, words = measured_replies.INLINE[name]
    own = parse(measured_replies.answer(text)).reply_text
    assert [one for one in words if one not in own] == []


@pytest.mark.parametrize("name", replies.HEADS)
def test_outlook_passes_on_by_the_subject_alone(name: str) -> None:
    text = f"Посмотрите.\n\nС уважением,\nИрина\n\n{replies.HEADS[name]}\n\nНомер K-4471."
    assert parse(replies.answer(text, subject="FW: Camera")).reply_text == text


def test_a_first_letter_quotes_what_it_wants_to_show() -> None:
    text = "Приложение пишет:\n\n> Ошибка 0x80072EE7\n\nЧто делать?"
    assert parse(replies.answer(text, subject="Ошибка")).reply_text == text
    assert parse(replies.answer(text, subject="Ошибка", In_Reply_To="<a@b.example>")).reply_text != text


def test_nothing_is_lost_between_what_is_own_and_what_is_cut() -> None:
    for raw, _ in REPLIES.values():
        read = parse(raw)
        words = sorted(line.strip() for line in read.text.split("\n") if line.strip())
        parts = f"{read.reply_text}\n{read.cut}".split("\n")
        assert sorted(line.strip() for line in parts if line.strip()) == words
