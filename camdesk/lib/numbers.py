"""Whole numbers in what strangers send: ids in addresses, forms and hooks.

One reading, because Python's own is wider than anybody means: «²» is a digit to `str.isdigit` and a fault to `int`, «٣»
is 3, and 400 nines are a number that no column holds.
"""

from collections.abc import Iterable
from typing import Any

MOST_DIGITS = 18
"""Any such number fits into a column of 8 bytes."""


def whole_number(raw: Any, *, digits: int = MOST_DIGITS) -> int | None:
    """ASCII digits without a sign, at most `digits` of them, as text or as an int; None for anything else."""
    text = str(raw) if not isinstance(raw, bool) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def whole_numbers(raw: Iterable[Any]) -> list[int]:
    """Those of them that are one, in their order."""
    return [number for one in raw if (number := whole_number(one)) is not None]
