"""Events, replies and effects are values: each is in the documentation, and what is stored comes back as it was."""

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from camdesk.bot.engine.effects import _KINDS, BotEffect, SystemCall, Timer, Understand
from camdesk.bot.engine.events import AnyEvent, BotEvent
from camdesk.bot.engine.replies import AnyReply, BotReply

DOC = Path(__file__).parents[3] / "docs" / "engine.md"


def table_of(heading: str) -> list[list[set[str]]]:
    """The words in backticks, column by column, of each row."""
    table = DOC.read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    return [[set(re.findall(r"`(\w+)`", cell)) for cell in row] for row in rows]


def test_every_effect_has_a_name_and_its_line_in_the_documentation():
    told = set().union(*(row[0] for row in table_of("Effects")))

    named = {one.__name__ for one in (*_KINDS, SystemCall)}  # by name: a class with slots is made twice

    assert named == {one.__name__ for one in BotEffect.__subclasses__()}
    assert set(_KINDS.values()) <= told


def _below(base):
    return {one for child in base.__subclasses__() for one in (child, *_below(child))}


@pytest.mark.parametrize(
    ("heading", "base", "union"),
    [("Events", BotEvent, AnyEvent), ("Replies", BotReply, AnyReply)],
    ids=["events", "replies"],
)
def test_every_kind_has_its_class_and_its_line_in_the_documentation(heading, base, union):
    kinds, classes = (set().union(*(row[column] for row in table_of(heading))) for column in (0, 1))

    assert {one.kind for one in get_args(union)} == kinds
    assert {one.__name__ for one in get_args(union)} == classes == {one.__name__ for one in _below(base)}
    told = set().union(*(row[2] for row in table_of(heading)))
    assert {field.name for one in get_args(union) for field in fields(one)} - {"id", "known"} <= told


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
