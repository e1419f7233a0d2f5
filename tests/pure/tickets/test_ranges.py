"""Which part of a file a Range asks for; what is not understood is no range, what lies outside is refused."""

from types import SimpleNamespace
from typing import Any

import pytest

from camdesk.tickets.attachment_views import _range

FILE: Any = SimpleNamespace(size=10, sha256="abc")


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-3", (0, 4, 206)),
        ("bytes= 0 - 3", (0, 4, 206)),
        ("bytes=4-4", (4, 1, 206)),
        ("bytes=4-", (4, 6, 206)),
        ("bytes=9-", (9, 1, 206)),
        ("bytes=-3", (7, 3, 206)),
        ("bytes=-30", (0, 10, 206)),
        ("bytes=0-99", (0, 10, 206)),
        ("bytes=10-", None),
        ("bytes=4-3", None),
        ("bytes=-0", None),
        ("bytes=-", (0, 10, 200)),
        ("bytes=1-2,4-5", (0, 10, 200)),
        ("lines=1-2", (0, 10, 200)),
        ("", (0, 10, 200)),
    ],
)
def test_which_part_is_asked_for(asked: str, part: tuple[int, int, int] | None) -> None:
    def of(**headers: str) -> Any:
        return _range(SimpleNamespace(headers=headers), FILE)  # type: ignore[arg-type]

    assert of(Range=asked) == part
    assert of(Range=asked, **{"If-Range": '"abc"'}) == part
    assert of(Range=asked, **{"If-Range": '"another"'}) == (0, 10, 200), "it has changed since: all of it"
