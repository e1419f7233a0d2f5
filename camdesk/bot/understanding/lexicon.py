"""Synonyms of the playbook's lexicon, applied to stems: «вебка сдохла» reads as «камера не работает».

A variant may be several words long; the longest one wins. Variants are compared by stems, so every inflection counts.
"""

from collections.abc import Iterable, Mapping

from camdesk.lib.text import terms

_LONGEST_VARIANT = 5


class Synonyms:
    """Stem sequences → the stems of the word we use."""

    def __init__(self, synonyms: Mapping[str, Iterable[str]]) -> None:
        self._table: dict[tuple[str, ...], tuple[str, ...]] = {}
        for word, variants in synonyms.items():
            ours = tuple(terms(word, repair=False))
            for variant in variants:
                key = tuple(terms(variant, repair=False))
                if key and ours and key != ours and len(key) <= _LONGEST_VARIANT:
                    self._table.setdefault(key, ours)
        self._longest = max((len(key) for key in self._table), default=0)
        self.stems = frozenset(stem for key in self._table for stem in key)

    def replace(self, stems: list[str]) -> list[str]:
        """The stems with every variant replaced by our word."""
        made: list[str] = []
        at = 0
        while at < len(stems):
            for size in range(min(self._longest, len(stems) - at), 0, -1):
                ours = self._table.get(tuple(stems[at : at + size]))
                if ours is not None:
                    made.extend(ours)
                    at += size
                    break
            else:
                made.append(stems[at])
                at += 1
        return made
