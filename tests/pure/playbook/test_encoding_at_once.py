"""The first requests of a process read the playbook at the same moment, in several threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from camdesk.playbook import encoding


@dataclass(frozen=True)
class Pair:
    first: int = 0
    second: str = ""


def test_a_reader_that_is_half_made_is_used_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen failing while readers were added one by one: the second thread got a Pair without its second field, and a
    playbook without its promises was remembered for as long as the process lived."""
    half_made, go_on = threading.Event(), threading.Event()
    real = encoding._decoder

    def decoder(hint: Any) -> Any:
        if hint is str and not half_made.is_set():
            half_made.set()
            assert go_on.wait(10)
        return real(hint)

    monkeypatch.setattr(encoding, "_decoder", decoder)
    told = {"first": 1, "second": "two"}
    read: list[Pair] = []
    slow = threading.Thread(target=lambda: read.append(encoding.decode(Pair, told)))
    slow.start()
    assert half_made.wait(10)
    assert encoding.decode(Pair, told) == Pair(1, "two")
    go_on.set()
    slow.join(10)
    assert read == [Pair(1, "two")]


@dataclass(frozen=True)
class Kept:
    pair: Pair | None = None
    pairs: tuple[Pair, ...] = ()
    named: dict[str, int] = field(default_factory=dict)
    count: int = 0
    word: str = ""
    on: bool = False


@pytest.mark.parametrize(
    "told",
    [
        [],
        None,
        "x",
        {"pair": 7},
        {"pair": []},
        {"pairs": {"first": 1}},
        {"pairs": "ab"},
        {"pairs": [7]},
        {"named": [1]},
        {"named": {"a": "x"}},
        {"count": "1"},
        {"word": 7},
        {"on": "yes"},
    ],
)
def test_what_is_kept_in_another_shape_is_refused(told: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        encoding.decode(Kept, told)


def test_what_is_kept_in_its_shape_comes_back() -> None:
    told = {"pair": {"first": 1}, "pairs": [{"second": "b"}], "named": {"a": 1}, "count": 2, "word": "x", "on": True}
    assert encoding.decode(Kept, told) == Kept(Pair(1), (Pair(0, "b"),), {"a": 1}, 2, "x", True)
