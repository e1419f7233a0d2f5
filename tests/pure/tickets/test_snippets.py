"""Which piece of a text is shown around the words that were looked for, and where it is cut."""

import pytest

from camdesk.lib.text import terms
from camdesk.tickets.search.snippets import _begun, _keep, cut

WORDS = "слово " * 20  # 120 characters


def shown(text: str, *, query: str = "камера двор", near: int = 0) -> tuple[int, str]:
    """The count, and the piece with what is marked in brackets."""
    count, pieces = cut(text, frozenset(terms(query)), near=near)
    return count, "".join(f"[{one.text}]" if one.marked else one.text for one in pieces)


@pytest.mark.parametrize(
    ("text", "count", "piece"),
    [
        ("Свет не горит", 0, ""),
        ("Камера", 1, "[Камера]"),
        ("Не  работает\nкамера.", 1, "Не работает [камера]."),
        ("Камера во дворе, камера", 2, "[Камера] во [дворе], [камера]"),
        ("Камера, КАМЕРА", 1, "[Камера], [КАМЕРА]"),
        (WORDS + "камера", 1, "… " + "слово " * 6 + "[камера]"),
        ("я" * 50 + " камера", 1, "… " + "[камера]"),
        ("камера " + WORDS * 2, 1, "[камера] " + ("слово " * 25).strip() + " …"),
        ("камера " + "я" * 200, 1, "[камера] …"),
        ("камера " + WORDS * 2 + "двор", 1, "[камера] " + ("слово " * 25).strip() + " …"),
        ("камера " + "я" * 153, 1, "[камера] " + "я" * 153),
    ],
)
def test_what_stands_around_the_first_of_the_words(text: str, count: int, piece: str) -> None:
    assert shown(text) == (count, piece)


@pytest.mark.parametrize(
    ("before", "after", "piece"),
    [
        ("", "", "[камера]"),
        ("слово ", "", "слово [камера]"),
        (WORDS, "", "… " + "слово " * 6 + "[камера]"),
        ("камера " + WORDS * 2, "", "… " + "слово " * 6 + "[камера]"),
        ("", " " + WORDS * 3, "[камера] " + ("слово " * 25).strip() + " …"),
        ("   ", "", "[камера]"),
    ],
)
def test_near_a_place_only_what_surrounds_it_is_read(before: str, after: str, piece: str) -> None:
    assert shown(f"{before}камера{after}", near=len(before)) == (1, piece)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("камера", [0]),
        ("Камера и телекамера, (камеры)", [0, 22]),
        ("ёлка ел елка", [0, 8]),
        ("камера " * 7, [0, 7, 14, 21, 28]),
        ("свет", []),
    ],
)
def test_where_a_word_begins_like_a_wanted_one(text: str, places: list[int]) -> None:
    assert _begun(text, ["камер", "елк"]) == places


def test_the_piece_with_most_of_the_words_is_kept_and_of_two_the_first() -> None:
    best: dict[int, tuple[int, list]] = {}
    for count, pieces in ((0, ["none"]), (1, ["first"]), (1, ["second"]), (2, ["more"]), (1, ["less"])):
        _keep(best, 7, count, pieces)  # type: ignore[arg-type]
        if count == 0:
            assert best == {}
        elif pieces == ["second"]:
            assert best == {7: (1, ["first"])}
    assert best == {7: (2, ["more"])}
