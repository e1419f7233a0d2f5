"""Addresses of pages: found once, for a page names some thirty and Django looks through its patterns for each."""

from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, reverse

_MOST = 5_000
_MARK = 7_038_000_000


def address(name: str, /, *args: Any) -> str:
    """The address of this name with these (hashable) arguments. Raises NoReverseMatch."""
    if len(args) == 1 and type(args[0]) is int and args[0] >= 0:  # every ticket has its own
        around = _around(name)
        if around is not None:
            return f"{around[0]}{args[0]}{around[1]}"
    return _found(name, *args)


@lru_cache(_MOST, typed=True)
def _found(name: str, /, *args: Any) -> str:
    return reverse(name, args=args)


@lru_cache(_MOST)
def _around(name: str) -> tuple[str, str] | None:
    """What stands before and behind the number in addresses of this name; None where not any number may stand there."""
    try:
        before, mark, behind = reverse(name, args=[_MARK]).partition(str(_MARK))
    except NoReverseMatch:
        return None
    return (before, behind) if mark else None
