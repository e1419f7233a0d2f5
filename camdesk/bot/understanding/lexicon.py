"""Synonyms of the playbook's lexicon, applied to stems: «вебка сдохла» reads as «камера не работает».

A variant may be several words long; the longest one wins. Variants are compared by stems, so every inflection counts.
A variant with small words in it («то есть то нет») must stand in the text word for word, unless two telling words
are left without them: «срок хранения» may have anything small between.
"""

from collections.abc import Iterable, Mapping

from camdesk.lib.stems import STOP_WORDS, stem
from camdesk.lib.text import analyse

_LONGEST_VARIANT = 6


class Synonyms:
    """Stem sequences → the stems of the word we use."""

    def __init__(self, synonyms: Mapping[str, Iterable[str]]) -> None:
        self._literal: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._telling: dict[tuple[str, ...], tuple[str, ...]] = {}
        for word, variants in synonyms.items():
            ours = _telling(_words(word))
            for variant in variants:
                words = _words(variant)
                telling = _telling(words)
                if not ours or not telling or telling == ours or len(words) > _LONGEST_VARIANT:
                    continue
                if len(telling) < len(words):
                    self._literal.setdefault(tuple(map(stem, words)), ours)
                if len(telling) == len(words) or len(telling) > 1:
                    self._telling.setdefault(telling, ours)
        self.stems = frozenset(part for key in (*self._literal, *self._telling) for part in key)

    def replace(self, words: list[tuple[str, str]]) -> list[str]:
        """The telling stems of a text with every variant replaced by our word.

        `words`: all of its words, small ones too, each with its stem.
        """
        stems = [part for _, part in words]
        small = [word in STOP_WORDS for word, _ in words]
        made: list[str] = []
        at = 0
        while at < len(stems):
            size, ours = _match(self._literal, stems, at)
            if size:
                made.extend(ours)
                at += size
                continue
            if not small[at]:
                made.append(stems[at])
            at += 1
        return self._replace_telling(made)

    def _replace_telling(self, stems: list[str]) -> list[str]:
        made: list[str] = []
        at = 0
        while at < len(stems):
            size, ours = _match(self._telling, stems, at)
            made.extend(ours if size else (stems[at],))
            at += size or 1
        return made


def _match(table: Mapping[tuple[str, ...], tuple[str, ...]], stems: list[str], at: int) -> tuple[int, tuple[str, ...]]:
    """The longest variant that begins here: its length (0: none) and our word for it."""
    for size in range(min(_LONGEST_VARIANT, len(stems) - at), 0, -1):
        ours = table.get(tuple(stems[at : at + size]))
        if ours is not None:
            return size, ours
    return 0, ()


def _words(text: str) -> list[str]:
    return [found.word for found in analyse(text, repair=False)]


def _telling(words: list[str]) -> tuple[str, ...]:
    return tuple(stem(word) for word in words if word not in STOP_WORDS)
