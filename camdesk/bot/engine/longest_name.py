"""Of several names that a message holds, the longest is meant: «не горит» is not «горит»."""

from collections.abc import Iterable, Sequence


def longest_named(choices: Iterable[tuple[str, Iterable[Sequence[str]]]]) -> str | None:
    """The one value with the longest of the names that were said of it; None where none was, or two are as long.

    choices: (value, its names that were said, each as its words)
    """
    sizes = {value: max(map(len, names), default=0) for value, names in choices}
    longest = max(sizes.values(), default=0)
    found = [value for value, size in sizes.items() if size == longest > 0]
    return found[0] if len(found) == 1 else None
