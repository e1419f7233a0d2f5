"""Lines that flow (RFC 3676): which are one paragraph, and which are not."""

import pytest

from camdesk.channels.mail.mime.format_flowed import unflow

FLOWED = {
    "two lines": ("a \nb", "a b"),
    "the last one flows into nothing": ("a \nb ", "a b "),
    "words, then a quote": ("a \n> b", "a \n> b"),
    "a quote, then words": ("> a \nb", "> a \nb"),
    "quotes of two depths": (">> a \n>> b\n> c \nd", ">> a b\n> c \nd"),
    "words above a signature": ("a \n-- \nb", "a \n-- \nb"),
    "a quote without its blank": (">a", "> a"),
    "an empty quote": ("> ", ">"),
    "a blank that was put in": ("  a", " a"),
    "an empty line ends nothing that flows": ("a \n\nb", "a \nb"),
}


@pytest.mark.parametrize("name", FLOWED)
def test_flowed(name: str) -> None:
    text, wanted = FLOWED[name]
    assert unflow(text, delete_space=False) == wanted


def test_a_blank_that_only_says_that_it_flows_goes() -> None:
    assert unflow("a  \n b\nc ", delete_space=True) == "a b\nc"
