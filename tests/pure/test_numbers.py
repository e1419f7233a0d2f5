"""What counts as a whole number of a stranger's, and that nobody asks Python instead."""

import re
from pathlib import Path

import pytest

from camdesk.lib.numbers import whole_number, whole_numbers

CAMDESK = Path(__file__).resolve().parent.parent.parent / "camdesk"


@pytest.mark.parametrize(
    "raw, number",
    [
        ("0", 0), ("17", 17), ("007", 7), (17, 17), ("9" * 18, 10**18 - 1),
        ("9" * 19, None), ("", None), (None, None), ("-1", None), (-1, None), ("+1", None), (" 1", None), ("1_0", None),
        ("1.0", None), (1.0, None), (True, None), ("²", None), ("٣", None), ("１", None), ("৪২", None), ([1], None),
    ],
)  # fmt: skip
def test_what_is_one(raw, number):
    assert whole_number(raw) == number


def test_those_of_many_that_are_in_their_order():
    assert whole_numbers(["3", "x", "1", "²", 2]) == [3, 1, 2]


ROOMS = ("api", "bot/sessions", "cabinet", "cameras", "channels", "desk", "live", "outages", "people", "tickets")


def test_nobody_else_asks_whether_it_is_one():
    asked = re.compile(r"\.(isdigit|isdecimal|isnumeric)\(")
    files = [path for room in ROOMS for path in (CAMDESK / room).rglob("*.py")]
    assert len(files) > 200
    assert [path.relative_to(CAMDESK).as_posix() for path in files if asked.search(path.read_text())] == []
