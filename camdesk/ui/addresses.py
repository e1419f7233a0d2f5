"""Addresses of pages: found once, for a page names some thirty and Django looks through its patterns for each."""

from functools import lru_cache
from typing import Any

from django.urls import reverse

_MOST = 5_000


@lru_cache(_MOST, typed=True)
def address(name: str, /, *args: Any) -> str:
    """The address of this name with these (hashable) arguments. Raises NoReverseMatch."""
    return reverse(name, args=args)
