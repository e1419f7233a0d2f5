"""The YAML reader: what is a word, what is a fault, and on which line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camdesk.playbook.yaml_source import MAX_DEPTH, Items, Node, Problem, parse_yaml


def parsed(text: str) -> tuple[object, list[Problem]]:
    problems: list[Problem] = []
    return parse_yaml(text, "a.yaml", problems), problems


@pytest.mark.parametrize(
    "written, read",
    [
        ("true", True),
        ("false", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("OFF", "OFF"),
        ("True", "True"),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1.8-3", "1.8-3"),
        ("09:00", "09:00"),
        ("2026-01-01", "2026-01-01"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("1" * 400, "1" * 400),
    ],
)
def test_a_plain_word_is_only_what_it_looks_like(written: str, read: object) -> None:
    value, problems = parsed(f"key: {written}\n")
    assert problems == []
    assert value == {"key": read}
    assert type(value["key"]) is type(read)  # type: ignore[index]


def test_keys_are_words_even_when_they_look_like_booleans_or_numbers() -> None:
    value, problems = parsed("on: 1\ntrue: 2\n3: 4\n")
    assert (value, problems) == ({"on": 1, "true": 2, "3": 4}, [])


def test_every_key_and_item_knows_its_line() -> None:
    value, _ = parsed("a: 1\nb:\n  - x\n  -\n    c: 2\n    d: |\n      text\n")
    assert isinstance(value, Node)
    assert (value.mark_of("a").line, value.mark_of("b").line, value.mark_of("none").line) == (1, 2, 1)
    items = value["b"]
    assert isinstance(items, Items)
    assert (items.mark_of(0).line, items.mark_of(1).line, items.mark_of(9).line) == (3, 5, 3)
    assert items[1].mark_of("d").line == 6
    assert str(items.mark_of(0)) == "a.yaml:3"


@pytest.mark.parametrize(
    "text, line, code",
    [
        ("a: 1\nb: 2\na: 3\n", 3, "duplicate-key"),
        ("a:\n\tb: 1\n", 2, "syntax"),
        ("a: [1, 2\nb: 3\n", 2, "syntax"),
        ("a: 'open\n", 2, "syntax"),
        ("a: &x 1\n", 1, "alias"),
        ("a: 1\nb: *x\n", 2, "alias"),
        ("a: 1\n<<: {b: 1}\n", 2, "alias"),
        ("a: !!python/object:os.system x\n", 1, "tag"),
        ("a: 1\n---\nb: 2\n", 2, "syntax"),
        ("? [1, 2]\n: 3\n", 1, "key"),
        ("", 1, "empty"),
        ("# nothing\n", 1, "empty"),
        ("just words\n", 1, "not-a-mapping"),
        ("a: 1\nb: \x01\n", 2, "syntax"),
        ("a: " + "[" * (MAX_DEPTH + 5) + "]" * (MAX_DEPTH + 5), 1, "too-deep"),
    ],
)
def test_a_fault_is_reported_with_its_line(text: str, line: int, code: str) -> None:
    _, problems = parsed(text)
    assert [(p.file, p.line, p.code) for p in problems] == [("a.yaml", line, code)]


def test_faults_that_leave_the_rest_readable_are_all_reported() -> None:
    value, problems = parsed("a: 1\na: 2\nb: *x\nc: 3\nc: 4\n")
    assert value == {"a": 1, "b": None, "c": 3}
    assert [p.line for p in problems] == [2, 3, 5]


def test_a_tab_is_named_as_a_tab() -> None:
    _, problems = parsed("a:\n\tb: 1\n")
    assert "tab" in problems[0].text
    assert str(problems[0]).startswith("a.yaml:2: ")


@given(st.text(alphabet=st.sampled_from("ab:-[]{},&*!|>'\"#%@`\n\t <~1.é\x00"), max_size=60))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    value, problems = parsed(text)
    assert problems or isinstance(value, (Node, Items))
