"""Effects are values: each is in the documentation, and the one that is stored comes back as it was."""

import json
import re
from pathlib import Path

import pytest

from camdesk.bot.engine.effects import _KINDS, BotEffect, SystemCall, Timer, Understand

DOC = Path(__file__).parents[3] / "docs" / "engine.md"


def test_every_effect_has_a_name_and_its_line_in_the_documentation():
    table = DOC.read_text().split("## Effects")[1].split("\n## ")[0]
    told = set(re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines() if "|" in line)))

    named = {one.__name__ for one in (*_KINDS, SystemCall)}  # by name: a class with slots is made twice

    assert named == {one.__name__ for one in BotEffect.__subclasses__()}
    assert set(_KINDS.values()) <= told


def test_words_to_understand_come_back_from_the_alarm_as_they_were():
    asked = Understand(text="за что списали деньги", question="f.ask.led", token=7, flow="f", step="ask")

    assert Understand.stored(json.loads(json.dumps(asked.plain()))) == asked


@pytest.mark.parametrize("other", [{}, {"kind": "understand"}, {"kind": "understand", "later": [1]}])
def test_what_another_release_stored_is_read_too(other):
    assert Understand.stored({"text": "денег", **other}) == Understand(text="денег")


def test_effects_cannot_be_changed_and_are_equal_by_value():
    timer = Timer(name="remind", after=60, token=1)

    assert timer == Timer(name="remind", after=60, token=1)
    with pytest.raises(AttributeError):
        timer.after = 1  # type: ignore[misc]  # what the test is about
