"""What no database can hold is taken out of a query."""

import pytest

from camdesk.ui.storable import without_nul


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("a=1&b=%20", "a=1&b=%20"),
        ("a=%00b", "a=b"),
        ("a=\x00b", "a=b"),
        ("a=%%0000b", "a=b"),
        ("a=%0%000", "a="),
        ("a=100&b=%010", "a=100&b=%010"),
        ("", ""),
    ],
)
def test_nul_is_gone_and_none_comes_of_what_is_left(query: str, kept: str) -> None:
    assert without_nul(query) == kept
