"""Which part of what was told unasked answers which fact, and which words name an option."""

from typing import Any

import pytest

from camdesk.bot.engine.told import flat_of, named, names_one, told_of, without
from camdesk.playbook.document import Fact, Option, Text


def fact(kind: str, *options: str, **more: Any) -> Fact:
    return Fact("f", Text("Ф"), kind, options=tuple(Option(one, Text(one)) for one in options), **more)


LAMP, HEIGHT = fact("choice", "lit", "dark", "blinking"), fact("choice", "up-to-1.8", "1.8-3", "over-8", "unknown")
TOLD: list[tuple[str, Fact, dict[str, Any], Any]] = [
    ("nothing", fact("text", heard="matter"), {}, None),
    ("one camera", fact("camera"), {"cameras": ["2"]}, ["2"]),
    ("two for one", fact("camera"), {"cameras": ["1", "2"]}, None),
    ("two for several", fact("cameras"), {"cameras": ["2", "1"]}, ["1", "2"]),
    ("another's", fact("cameras"), {"cameras": ["9"]}, None),
    ("no camera", fact("cameras"), {"light": "lit"}, None),
    ("a lamp", LAMP, {"light": "dark"}, "dark"),
    ("a lamp among ticks", fact("choices", "lit", "dark"), {"light": "lit"}, ["lit"]),
    ("another lamp", fact("choice", "lit", "red"), {"light": "lit"}, None),
    ("a state that is no option", LAMP, {"light": "gone"}, None),
    ("low", HEIGHT, {"metres": 1.8}, "up-to-1.8"),
    ("in the midst", HEIGHT, {"metres": 1.9}, "1.8-3"),
    ("at its end", HEIGHT, {"metres": 3}, "1.8-3"),
    ("between", HEIGHT, {"metres": 8}, None),
    ("high", HEIGHT, {"metres": 8.1}, "over-8"),
    ("a height for a lamp", LAMP, {"metres": 2}, None),
    ("a part that is heard", fact("text", heard="matter"), {"matter": "м"}, "м"),
    ("another part", fact("text", heard="matter"), {"place": "м"}, None),
    ("an empty part", fact("text", heard="matter"), {"matter": ""}, None),
    ("a telephone", fact("phone"), {"phone": "+7"}, "+7"),
    ("a day", fact("date"), {"day": "2026-03-17"}, "2026-03-17"),
    ("a time", fact("time"), {"since": "18:00"}, "18:00"),
    ("a text that hears nothing", fact("text"), {"matter": "м", "phone": "+7"}, None),
]


@pytest.mark.parametrize(("asked", "told", "value"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_what_was_told_answers(asked: Fact, told: dict[str, Any], value: Any) -> None:
    assert told_of(asked, told, ["1", "2"]) == value


WIRED = Fact(
    "by",
    Text("Кто"),
    "choice",
    passport="supplier",
    options=(
        Option("rt", Text("Ростелеком (бывший Дом.ру)"), also=("ростелеком", "рт")),
        Option("own", Text("Своя сеть"), also=("своя сеть", "сами ставили")),
        Option("other", Text("Другое"), also=("другое",)),
    ),
)
NAMED: list[tuple[str, str, str | None]] = [
    ("by its name", "подключена через Ростелеком", "rt"),
    ("not by what stands in brackets", "бывший Дом.ру", None),
    ("by how people say it", "мы сами ставили", "own"),
    ("with a word between", "сами её ставили", "own"),
    ("with many between", "сами мы тогда в тот год ставили", None),
    ("denied", "не ростелеком", None),
    ("without", "без ростелеком", None),
    ("denied elsewhere", "не работает, ростелеком", "rt"),
    ("too short a name", "рт", None),
    ("the longer name", "ростелеком и своя сеть", "own"),
    ("what everybody else says", "другое", None),
    ("half of a name", "ставили", None),
]


@pytest.mark.parametrize(("words", "value"), [row[1:] for row in NAMED], ids=[row[0] for row in NAMED])
def test_words_name_an_option(words: str, value: str | None) -> None:
    assert named(WIRED, words) == value


def test_one_word_alone_may_be_about_what_was_asked() -> None:
    assert [names_one(WIRED, words) for words in ("ростелеком", "сами ставили", "ставили")] == [None, "own", None]


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (
            fact("text"),
            {"phone": "+7", "light": "lit", "metres": 2, "cameras": ["1"], "day": "д", "words": "w", "matter": "m"},
        ),
        (LAMP, {"phone": "+7", "cameras": ["1"], "day": "д", "words": "w", "matter": "m"}),
        (
            fact("cameras"),
            {"phone": "+7", "light": "lit", "metres": 2, "cameras": ["2"], "day": "д2", "words": "w", "matter": "m"},
        ),
    ],
)
def test_an_answer_tells_of_nothing_else(asked: Fact, left: dict[str, Any]) -> None:
    told = {"phone": "+7", "light": "lit", "metres": 2, "cameras": ["2"], "day": "д2", "words": "w2", "matter": "m2"}
    assert without(told, asked, {"cameras": ["1"], "day": "д", "words": "w", "matter": "m"}) == left


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("живу в кв. 45, подъезд 2, звоните", "кв. 45, подъезд 2"),
        ("подъезд №3, квартира 12", "подъезд №3, квартира 12"),
        ("квартиры нет", ""),
        ("кв 12 числа", ""),
        ("кв. 12345", ""),
        (" " * 1001 + "кв. 4", ""),
    ],
)
def test_a_flat_is_told_as_it_was_written(text: str, flat: str) -> None:
    assert flat_of(text) == flat
