"""What comes in becomes storable and showable."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camdesk.lib.text import TextTooLong, clean_line, clean_text

TEXTS = {
    "CRLF and CR become LF": ("раз\r\nдва\rтри", "раз\nдва\nтри"),
    "Unicode line separators become LF": ("раз\u2028два\u2029три\x85четыре", "раз\nдва\nтри\nчетыре"),
    "NUL and control characters go": ("ка\x00ме\x1bра\x7f\x9f", "камера"),
    "tabs stay": ("а\tб", "а\tб"),
    "direction overrides go": ("счёт\u202efdp.exe\u2066x\u2069", "счётfdp.exex"),
    "Hebrew and its marks stay": ("שלום\u200f!", "שלום\u200f!"),
    "a lone surrogate goes": ("ка\ud83dмера\udc00", "камера"),
    "a cut emoji in two halves is joined": ("\ud83d\ude00", "😀"),
    "emoji with joiners stay whole": ("👩‍👧 👍🏽 🇷🇺", "👩‍👧 👍🏽 🇷🇺"),
    "decomposed letters are composed": ("и\u0306е\u0308", "йё"),
    "piles of accents are cut": ("а" + "\u0316" * 50, "а" + "\u0316" * 4),
    "the edges are trimmed": ("  \n текст \n\n", "текст"),
    "a byte order mark goes": ("\ufeffтекст", "текст"),
}


@pytest.mark.parametrize("given_text, kept", TEXTS.values(), ids=TEXTS)
def test_a_text_is_kept_as(given_text: str, kept: str) -> None:
    assert clean_text(given_text) == kept


def test_a_line_has_no_line_breaks_and_single_blanks() -> None:
    assert clean_line(" Иван\r\n  \tПетров\u00a0\x00 ") == "Иван Петров"


@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_too_long_says_how_long_and_how_much_is_allowed(clean: Callable[..., str]) -> None:
    with pytest.raises(TextTooLong) as told:
        clean("а" * 11, most=10)
    assert (told.value.length, told.value.most) == (11, 10)
    assert clean(" " + "а" * 10 + " ", most=10) == "а" * 10


@given(st.text(alphabet=st.characters(codec=None), max_size=400))
def test_what_is_kept_can_be_stored_and_cleaning_twice_changes_nothing(text: str) -> None:
    for clean in (clean_text, clean_line):
        kept = clean(text, most=10_000)
        kept.encode("utf-8")
        assert "\x00" not in kept
        assert "\r" not in kept
        assert not set(kept) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        assert unicodedata.is_normalized("NFC", kept)
        assert clean(kept, most=10_000) == kept
    assert "\n" not in clean_line(text, most=10_000)
