"""Answers to facts: what is taken, what is refused in words, what contradicts itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from camdesk.playbook.document import Fact, FactLimits, Option, Text
from camdesk.playbook.facts import in_words, validate_facts

INTERNET = Fact(
    "internet",
    Text("Доступ в интернет"),
    "choices",
    options=(
        Option("yes", Text("Есть", "Yes")),
        Option("no", Text("Нет", "No")),
        Option("flaky", Text("С перебоями")),
        Option("unknown", Text("Не могу проверить")),
    ),
    scope="camera",
    alone=("unknown",),
    contradictions=(("yes", "no"),),
)
HEIGHT = Fact(
    "height",
    Text("Высота"),
    "choices",
    options=(Option("low", Text("Низко")), Option("high", Text("Высоко"))),
    scope="camera",
    one_value=True,
)
PROVIDER = Fact(
    "provider",
    Text("Провайдер"),
    "choices",
    options=(Option("domru", Text("Дом.ru")), Option("local", Text("Местный провайдер"), other_text=True)),
)


def fact(kind: str, **more: Any) -> Fact:
    return Fact("f", Text("Вопрос"), kind, **more)


BOUNDS = FactLimits(max_chars=5, min=1, max=10, max_files=2)


@pytest.mark.parametrize(
    "case, asked, given, clean",
    [
        ("blanks around a text go", fact("text"), "  да  ", "да"),
        ("a text of blanks is no answer", fact("text"), "   ", None),
        ("a line break in a line becomes a space", fact("text"), "а\nб", "а б"),
        ("a long text keeps its lines", fact("longtext"), "а\nб", "а\nб"),
        ("control and bidi characters go", fact("text"), "а\x00б" + "\u202e" + "в", "абв"),
        ("a number is a text too", fact("text"), 12, "12"),
        ("digits with spaces are a number", fact("number"), "1 000", 1000),
        ("zero is an answer", fact("number"), 0, 0),
        ("a phone is spelled one way", fact("phone"), "8 (912) 345-67-89", "+79123456789"),
        ("yes is yes", fact("yesno"), "yes", True),
        ("false is an answer", fact("yesno"), False, False),
        ("a date stays a date", fact("date"), "2026-05-09", "2026-05-09"),
        ("seconds of a time go", fact("time"), "14:30:00", "14:30"),
        ("files come once each", fact("files"), ["a", "b", "a"], ["a", "b"]),
        ("one camera need not be a list", fact("camera"), "c1", ["c1"]),
        ("one tick need not be a list", PROVIDER, "domru", ["domru"]),
        ("ticks come in the order of the options", INTERNET, ["flaky", "yes"], ["yes", "flaky"]),
        ("a title serves as well as a value", PROVIDER, "дом.ru", ["domru"]),
        ("nothing ticked is no answer", INTERNET, [], None),
        ("empty strings of a form are no answer", INTERNET, ["", ""], None),
        ("an empty string is neither yes nor no", fact("yesno"), "", None),
        ("nothing is neither yes nor no", fact("yesno"), None, None),
        ("no is no", fact("yesno"), "no", False),
        ("a blank is no phone", fact("phone"), " ", None),
        ("a blank is no number", fact("number"), " ", None),
        ("nothing is no number", fact("number"), None, None),
        ("the least is enough", fact("number", limits=BOUNDS), 1, 1),
        ("the most is not too much", fact("number", limits=BOUNDS), "10", 10),
        ("a minus", fact("number"), "-5", -5),
        ("a blank is no date", fact("date"), "", None),
        ("a blank is no time", fact("time"), "", None),
        ("as many files as may be", fact("files", limits=BOUNDS), ["a", "b"], ["a", "b"]),
        ("more cameras than files", fact("camera", limits=BOUNDS), ["a", "b", "c"], ["a", "b", "c"]),
        ("as long as may be", fact("text", limits=BOUNDS), "пятый", "пятый"),
        ("a title in English", INTERNET, "YES", ["yes"]),
        ("one choice", fact("choice", options=INTERNET.options), "no", "no"),
    ],
)
def test_an_answer_is_taken(case: str, asked: Fact, given: Any, clean: Any) -> None:
    checked = validate_facts([asked], {asked.id: given})
    assert checked.errors == {}, case
    assert checked.clean == ({} if clean is None else {asked.id: clean}), case


@pytest.mark.parametrize(
    "case, asked, given",
    [
        ("too long", fact("text", limits=BOUNDS), "шесть!"),
        ("a list where a text is asked", fact("text"), ["a"]),
        ("a mapping where a text is asked", fact("longtext"), {"a": 1}),
        ("letters for a number", fact("number"), "много"),
        ("true for a number", fact("number"), True),
        ("below the least", fact("number", limits=BOUNDS), 0),
        ("above the most", fact("number", limits=BOUNDS), "11"),
        ("not a phone", fact("phone"), "12"),
        ("words for a phone", fact("phone"), "позвоните"),
        ("a day that is not there", fact("date"), "2026-02-30"),
        ("an hour that is not there", fact("time"), "25:00"),
        ("an option that is not there", INTERNET, ["maybe"]),
        ("a mapping among the options", INTERNET, [{"a": 1}]),
        ("perhaps is neither yes nor no", fact("yesno"), "maybe"),
        ("two answers to a choice", fact("choice", options=INTERNET.options), ["yes", "no"]),
        ("too many files", fact("files", limits=BOUNDS), ["a", "b", "c"]),
    ],
)
def test_an_answer_is_refused_in_words(case: str, asked: Fact, given: Any) -> None:
    checked = validate_facts([asked], {asked.id: given})
    assert list(checked.errors) == [asked.id], case
    assert len(checked.errors[asked.id]) > 10, case
    assert asked.id not in checked.clean, case


def test_only_what_is_required_must_be_answered() -> None:
    checked = validate_facts([INTERNET, HEIGHT], {}, required=["internet"])
    assert list(checked.errors) == ["internet"]


def test_answers_to_other_questions_are_left_out() -> None:
    assert validate_facts([INTERNET], {"internet": "yes", "stranger": "x"}).clean == {"internet": ["yes"]}


@pytest.mark.seed("S34")
@pytest.mark.parametrize(
    "case, asked, ticked, cameras, found",
    [
        ("one camera cannot be with and without internet", INTERNET, ["yes", "no"], 1, 1),
        ("two cameras can", INTERNET, ["yes", "no"], 2, 0),
        ("has it, with interruptions", INTERNET, ["yes", "flaky"], 1, 0),
        ("cannot check, yet says it has", INTERNET, ["yes", "unknown"], 1, 1),
        ("cannot check stands alone for many cameras too", INTERNET, ["yes", "unknown"], 3, 1),
        ("one camera hangs at one height", HEIGHT, ["low", "high"], 1, 1),
        ("two cameras hang at two heights", HEIGHT, ["low", "high"], 2, 0),
        ("one tick never contradicts", HEIGHT, ["low"], 1, 0),
    ],
)
def test_contradictions_are_pointed_out(case: str, asked: Fact, ticked: list[str], cameras: int, found: int) -> None:
    checked = validate_facts([asked], {asked.id: ticked}, cameras=cameras)
    assert len(checked.contradictions) == found, case
    assert checked.clean[asked.id] == ticked, "what was ticked is kept for whoever decides"


def test_words_beside_an_option() -> None:
    answers = {"provider": ["local"], "provider.other": "  Спарк "}
    clean = validate_facts([PROVIDER], answers).clean
    assert clean == {"provider": ["local"], "provider.other": "Спарк"}
    assert in_words(PROVIDER, clean, "ru") == "Местный провайдер (Спарк)"
    assert "provider.other" in validate_facts([PROVIDER], answers | {"provider.other": "я" * 500}).errors


@pytest.mark.parametrize(
    ("ticked", "words", "clean"),
    [
        pytest.param(None, "Спарк", ["local"], id="written without a tick"),
        pytest.param([], "Спарк", ["local"], id="nothing is ticked"),
        pytest.param("domru", "Спарк", ["domru", "local"], id="beside another"),
        pytest.param(["local"], "Спарк", ["local"], id="ticked too"),
        pytest.param("Местный провайдер", "Спарк", ["local"], id="ticked by its title"),
        pytest.param("domru", "  ", ["domru"], id="blanks are no words"),
        pytest.param("domru", None, ["domru"], id="no words"),
    ],
)
def test_words_beside_an_option_tick_it(ticked: Any, words: Any, clean: list[str]) -> None:
    found = validate_facts([PROVIDER], {"provider": ticked, "provider.other": words})
    assert found.errors == {}
    assert found.clean == {"provider": clean} | ({"provider.other": "Спарк"} if words and words.strip() else {})


def test_words_beside_an_option_that_is_not_chosen_are_none() -> None:
    """Of one choice: what was typed before another one was chosen."""
    one = replace(PROVIDER, type="choice")
    for chosen, clean in (("domru", {}), ("local", {"provider.other": "Спарк"})):
        found = validate_facts([one], {"provider": chosen, "provider.other": "Спарк"})
        assert (found.clean, found.errors) == ({"provider": chosen} | clean, {})


@pytest.mark.parametrize(
    "asked, clean, words",
    [
        (PROVIDER, {}, ""),
        (PROVIDER, {"provider": []}, ""),
        (PROVIDER, {"provider": ["domru", "local"]}, "Дом.ru, Местный провайдер"),
        (PROVIDER, {"provider": "domru"}, "Дом.ru"),
        (PROVIDER, {"provider": ["gone", "domru"]}, "gone, Дом.ru"),  # the playbook offers it no more
        (PROVIDER, {"provider": "domru", "provider_other": "Спарк"}, "Дом.ru"),
        (fact("yesno"), {"f": True}, "Да"),
        (fact("yesno"), {"f": False}, "Нет"),
        (fact("number"), {"f": 0}, "0"),
        (fact("files"), {"f": [3, 4]}, "3, 4"),
    ],
)
def test_an_answer_as_people_read_it(asked: Fact, clean: dict[str, Any], words: str) -> None:
    assert in_words(asked, clean, "ru") == words
