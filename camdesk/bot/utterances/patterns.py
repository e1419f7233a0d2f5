"""Phrases looked for in a message, word for word by their stems: how people say a thing, not what they say it about.

A phrase is words with blanks between. `=word` asks for that very form («=работает» is not «работы»), `a|b` takes
either, `*` stands for at most three words that do not matter, `^` for the beginning of a sentence and `$` for the
message's end.

Every place of a message is looked at once for each phrase that begins with its word, and a phrase is at most ten
words long: the work grows with the message, whatever it says.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from camdesk.bot.utterances.by_ear import heard_as
from camdesk.lib.stems import stem
from camdesk.lib.text import analyse

Name = TypeVar("Name")


def words(text: str) -> frozenset[str]:
    """A set of words, written with blanks between."""
    return frozenset(text.split())


_GAP = 3  # words that «*» may stand for
_LONGEST = 10
# Where another thought begins: «дайте запись, где человек украл» asks for no person.
_CLAUSE = words("где когда чтобы чтоб который которая которые если что как но а where when which that if but")
_SUBORDINATE = words("где когда чтобы чтоб который которая которые where when which")  # also where no comma was typed


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a message: lower case, repaired; `first` of its sentence or clause or not; where it stands."""

    word: str
    stem: str
    first: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match(Generic[Name]):
    """`name` is said by the tokens from `start` up to, without, `end`."""

    name: Name
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Part:
    stems: frozenset[str]
    forms: frozenset[str]
    optional: bool = False  # «*»

    def fits(self, token: Token) -> bool:
        return token.stem in self.stems or token.word in self.forms


def tokens_of(text: str) -> list[Token]:
    """The words of a message, in order; what is typed in the wrong layout or in Latin letters reads as it is meant."""
    found: list[Token] = []
    last = 0
    for word in analyse(text):
        between = text[last : word.start]
        first = not found or any(sign in between for sign in ".!?\n,;:—–)(")
        heard = heard_as(word.word)
        found.append(Token(heard, word.stem if heard == word.word else stem(heard), first, word.start, word.end))
        last = word.end
    return found


class Phrases(Generic[Name]):
    """Which of these things a message says."""

    def __init__(self, table: Mapping[Name, Iterable[str]]) -> None:
        self._beginning: dict[str, list[tuple[Name, tuple[_Part, ...], bool, bool]]] = defaultdict(list)
        for name, phrases in table.items():
            for phrase in phrases:
                self._keep(name, phrase)

    def _keep(self, name: Name, phrase: str) -> None:
        words = phrase.split()
        at_first, at_last = words[0] == "^", words[-1] == "$"
        parts = tuple(_part(word) for word in words if word not in ("^", "$"))
        if not parts or parts[0].optional or len(parts) > _LONGEST:
            raise ValueError(f"no phrase: {phrase!r}")
        for key in parts[0].stems | parts[0].forms:
            self._beginning[key].append((name, parts, at_first, at_last))

    def find(self, tokens: Sequence[Token]) -> Iterator[Match[Name]]:
        """Every place where one of the phrases stands, by the place it begins at."""
        for at, token in enumerate(tokens):
            keys = (token.stem,) if token.word == token.stem else (token.stem, token.word)
            for key in keys:
                for name, parts, at_first, at_last in self._beginning.get(key, ()):
                    if at_first and not token.first:
                        continue
                    end = _end_of(parts, tokens, at)
                    if end and not (at_last and end < len(tokens)):
                        yield Match(name, at, end)


def _part(word: str) -> _Part:
    if word == "*":
        return _Part(frozenset(), frozenset(), optional=True)
    ways = word.split("|")
    forms = frozenset(way[1:] for way in ways if way.startswith("="))
    return _Part(frozenset(stem(way) for way in ways if not way.startswith("=")), forms)


def _begins_another(token: Token) -> bool:
    return token.word in _SUBORDINATE or (token.first and token.word in _CLAUSE)


def _end_of(parts: Sequence[_Part], tokens: Sequence[Token], at: int) -> int:
    """Where the phrase that begins at `at` ends; 0 when it does not stand there."""
    gap = 0
    for part in parts:
        if part.optional:
            gap = _GAP
            continue
        for step in range(gap + 1):
            if at + step >= len(tokens) or (step and _begins_another(tokens[at + step])):
                return 0
            if part.fits(tokens[at + step]):
                at += step + 1
                break
        else:
            return 0
        gap = 0
    return at
