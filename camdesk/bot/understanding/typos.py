"""Mends a word that is one slip away from a word we know: «камрера», «рабоатет».

One insertion, deletion, substitution or swap of neighbours. Only words of five letters and more are mended, and only
to words that our own phrases use: a rare right word is better left alone than turned into another.
"""

from collections.abc import Mapping

_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_SHORTEST = 5
_LONGEST = 24


def mend(word: str, counts: Mapping[str, int]) -> str:
    """The commonest known word one slip away, or the word itself. `counts`: known words and how often they occur."""
    if word in counts or not _SHORTEST <= len(word) <= _LONGEST or not "а" <= word[0] <= "я":
        return word
    best, most = word, 0
    for slip in _slips(word):
        count = counts.get(slip, 0)
        if count > most or (count == most and count and slip < best):
            best, most = slip, count
    return best


def _slips(word: str) -> set[str]:
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    slips = {left + right[1:] for left, right in parts if right}
    slips.update(left + right[1] + right[0] + right[2:] for left, right in parts if len(right) > 1)
    slips.update(left + letter + right[1:] for left, right in parts if right for letter in _LETTERS)
    slips.update(left + letter + right for left, right in parts for letter in _LETTERS)
    slips.discard(word)
    return slips
