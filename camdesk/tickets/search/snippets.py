"""Where in a request the words of a query stand: the piece of its messages around them, for the page of hits."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from camdesk.lib.text import highlight, terms
from camdesk.tickets import thread
from camdesk.tickets.events import Audience

_READ = 4_000  # characters of a message; a word further down finds the request, and is not shown
_BEFORE, _LENGTH = 40, 160  # characters around the first hit
_MESSAGES = 400  # looked through for one page of hits


class Piece(NamedTuple):
    """Plain text; `marked`: a word of the query."""

    text: str
    marked: bool


def snippets(query: str, numbers: Sequence[int], audience: Audience) -> dict[int, list[Piece]]:
    """By number of a request the piece with most of the query's words; nothing where only subject or name has them.

    One query."""
    wanted = frozenset(terms(query))
    best: dict[int, tuple[int, list[Piece]]] = {}
    for number, text in thread.beginnings(numbers, audience, characters=_READ, most=_MESSAGES):
        count, pieces = cut(text, wanted)
        if count > best.get(number, (0, []))[0]:
            best[number] = (count, pieces)
    return {number: pieces for number, (_count, pieces) in best.items()}


def cut(text: str, wanted: Collection[str]) -> tuple[int, list[Piece]]:
    """How many of the words stand around the first of them, and that stretch in pieces; (0, []) where there is none."""
    text = " ".join(text.split())
    places = highlight(text, wanted)
    if not places:
        return 0, []
    start = max(0, places[0][0] - _BEFORE)
    if start:
        start = text.find(" ", start, places[0][0]) + 1 or start
    end = min(len(text), start + _LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", places[0][1], end), min(places[0][1], end))
    pieces, at, seen = [Piece("… ", False)] if start else [], start, set()
    for first, last in places:
        if last > end:
            break
        pieces += [Piece(text[at:first], False), Piece(text[first:last], True)]
        seen.add(text[first:last].casefold())
        at = last
    pieces += [Piece(text[at:end] + (" …" if end < len(text) else ""), False)]
    return len(seen), [piece for piece in pieces if piece.text]
