"""Pictures alone say something too."""

from datetime import UTC, datetime

import pytest

from camdesk.bot.utterances.emoji import in_words
from camdesk.bot.utterances.heard import SpeechAct
from camdesk.bot.utterances.reader import hear

NOW = datetime(2026, 3, 17, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("👍", SpeechAct.YES),
        ("👍🏽", SpeechAct.YES),
        ("❌", SpeechAct.NO),
        ("👎👎", SpeechAct.NO),
        ("🙏", SpeechAct.THANKS),
        ("👋", SpeechAct.GREETING),
        ("😡😡😡", SpeechAct.UPSET),
        ("🤷‍♀️", SpeechAct.DONT_KNOW),
        ("📷❌", SpeechAct.FAILS),
        ("двор 💀", SpeechAct.FAILS),
        ("двор ❌", SpeechAct.FAILS),
    ],
)
def test_they_are_heard(text: str, act: SpeechAct) -> None:
    assert act in hear(text, now=NOW).acts


def test_what_means_nothing_says_nothing() -> None:
    assert in_words("🍉🍉") == ""
    assert hear("🍉", now=NOW).acts == frozenset()
    assert hear("🍉" * 100_000, now=NOW).rest == ""
