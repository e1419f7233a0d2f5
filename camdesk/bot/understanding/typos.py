"""Mends a stem that is one slip away from a stem we know: «камрера», «рабоатет», «руолей».

One insertion, deletion, substitution or swap of neighbours. Stems of four letters and more are mended, and only to
stems of our own phrases and lexicon: a rare right word is better left alone than turned into another.
"""

from collections.abc import Mapping

_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_SHORTEST = 4
_LONGEST = 24
_FIRST_MAY_DIFFER = 6  # shorter stems that differ in their first letter are other words


def mend(stem: str, counts: Mapping[str, int]) -> str:
    """The commonest known stem one slip away, or the stem itself. `counts`: known stems and how often they occur."""
    if stem in counts or not _SHORTEST <= len(stem) <= _LONGEST or not "а" <= stem[0] <= "я":
        return stem
    best, most = stem, 0
    for slip in _slips(stem):
        count = counts.get(slip, 0)
        if count > most or (count == most and count and slip < best):
            best, most = slip, count
    return best


def _slips(stem: str) -> set[str]:
    start = 0 if len(stem) >= _FIRST_MAY_DIFFER else 1
    parts = [(stem[:at], stem[at:]) for at in range(start, len(stem) + 1)]
    slips = {left + right[1:] for left, right in parts if right}
    slips.update(left + right[1] + right[0] + right[2:] for left, right in parts if len(right) > 1)
    slips.update(left + letter + right[1:] for left, right in parts if right for letter in _LETTERS)
    slips.update(left + letter + right for left, right in parts for letter in _LETTERS)
    slips.add(stem[1::-1] + stem[2:])
    slips.discard(stem)
    return slips if len(stem) > _SHORTEST else {slip for slip in slips if len(slip) >= _SHORTEST}
