"""JSON that strangers send: what nests without end is refused before anything walks down it."""

import json
from typing import Any

DEEPEST = 30  # lists and objects within each other; what we take in needs a handful


def loads(text: str | bytes) -> Any:
    """As json.loads. Raises ValueError for what is no JSON, and for what is nested deeper than DEEPEST."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
    level = [found]
    for _ in range(DEEPEST + 1):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return found
    raise ValueError("nested too deep")


def _inside(value: Any) -> list[Any]:
    """The lists and objects directly within a value."""
    within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in within if isinstance(one, (dict, list))]
