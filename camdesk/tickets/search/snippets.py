"""Where in a request the words of a query stand: the piece of its messages around them, for the page of hits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from camdesk.lib.text import highlight, terms
from camdesk.tickets import thread
from camdesk.tickets.events import Audience

_BEFORE, _LENGTH = 40, 160  # characters around the first hit
_TRIED = 5  # places in a message that begin like a wanted word
_ANALYSED, _SHORT = 25, 1_000  # messages of a page, and characters of each, that are read word by word


@dataclass(frozen=True, slots=True)
class Piece:
    """Plain text; `marked`: a word of the query."""

    text: str
    marked: bool


def snippets(query: str, numbers: Sequence[int], audience: Audience) -> dict[int, list[Piece]]:
    """By number of a request the piece with most of the query's words; nothing where only subject or name has them.

    One query. Words are looked for as they are written first, which costs a hundredth of reading them; only where a
    request has none that way are its newest messages read word by word (another layout, Latin letters for Russian)."""
    wanted = frozenset(terms(query))
    begins = wanted.union(terms(query, repair=False))  # as they are typed too: «rubezh-2op» stands so in a letter
    best: dict[int, tuple[int, list[Piece]]] = {}
    silent: dict[int, str] = {}
    for number, text in thread.beginnings(numbers, audience):
        for place in _begun(text, begins):
            count, pieces = cut(text, wanted, near=place)
            if count:
                _keep(best, number, count, pieces)
                break
        silent.setdefault(number, text)
    for number, text in islice(((number, text) for number, text in silent.items() if number not in best), _ANALYSED):
        _keep(best, number, *cut(text[:_SHORT], wanted))
    return {number: pieces for number, (_count, pieces) in best.items()}


def _keep(best: dict[int, tuple[int, list[Piece]]], number: int, count: int, pieces: list[Piece]) -> None:
    if count > best.get(number, (0, []))[0]:
        best[number] = (count, pieces)


def _begun(text: str, wanted: Collection[str]) -> list[int]:
    """The first places where a word begins like one of the stems, in order; a few of each."""
    text = text.lower().replace("ё", "е")
    places = []
    for begin in wanted:
        at, tried = text.find(begin), 0
        while at >= 0 and tried < _TRIED:
            if not at or not text[at - 1].isalnum():
                places.append(at)
                tried += 1
            at = text.find(begin, at + 1)
    return sorted(places)[:_TRIED]


def cut(text: str, wanted: Collection[str], *, near: int = 0) -> tuple[int, list[Piece]]:
    """How many of the words stand around the first of them, and that stretch in pieces; (0, []) where there is none.

    `near`: a place in the text that the first of them stands at; only what surrounds it is read."""
    more_before = False
    if near:
        if begin := max(0, near - 2 * _BEFORE):
            begin = text.find(" ", begin, near) + 1 or begin
        more_before, text = bool(text[:begin].strip()), text[begin : near + _LENGTH + 2 * _BEFORE]
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
    pieces, at, seen = [Piece("… ", False)] if start or more_before else [], start, set()
    for first, last in places:
        if last > end:
            break
        pieces += [Piece(text[at:first], False), Piece(text[first:last], True)]
        seen.add(text[first:last].casefold())
        at = last
    pieces += [Piece(text[at:end] + (" …" if end < len(text) else ""), False)]
    return len(seen), [piece for piece in pieces if piece.text]
