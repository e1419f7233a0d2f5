"""Words that are written as they sound."""

from datetime import UTC, datetime

import pytest

from camdesk.bot.utterances.by_ear import heard_as
from camdesk.bot.utterances.cameras import NamedCamera
from camdesk.bot.utterances.heard import Light, SpeechAct
from camdesk.bot.utterances.reader import hear

NOW = datetime(2026, 3, 17, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "heard"),
    [
        ("паказывает", "показывает"),
        ("лампачка", "лампочка"),
        ("памагите", "помогите"),
        ("пажалуста", "пожалуйста"),
        ("здраствуйте", "здравствуйте"),
        ("видна", "видна"),  # a form, and no slip
        ("работает", "работает"),
        ("но", "но"),
        ("gate", "gate"),
        ("", ""),
    ],
)
def test_what_sounds_like_a_common_word_is_it(word: str, heard: str) -> None:
    assert heard_as(word) == heard


def test_a_message_by_ear_is_heard() -> None:
    cameras = (NamedCamera("1", "Двор"), NamedCamera("2", "Вход"))
    heard = hear("камира на двар нечего не паказывает", now=NOW, cameras=cameras)
    assert (heard.cameras, SpeechAct.FAILS in heard.acts) == (("1",), True)
    assert hear("лампачка гарит зелёненькая", now=NOW).lights == (Light("green", "lit"),)
