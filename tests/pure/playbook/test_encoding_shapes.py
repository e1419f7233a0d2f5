"""What is stored is read back as it was written, or refused with where it is wrong: never read as something else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import pytest

from camdesk.playbook.encoding import decode, encode


@dataclass(frozen=True)
class Circle:
    radius: int
    kind: ClassVar[str] = "circle"


@dataclass(frozen=True)
class Square:
    side: int
    kind: ClassVar[str] = "square"


@dataclass(frozen=True)
class Drawing:
    name: str
    sides: tuple[str, ...] = ()
    lengths: Mapping[str, int] | None = None
    shape: Circle | Square | None = None
    size: int | str = 0
    visible: bool = True
    tone: Literal["light", "dark"] = "light"


WHOLE = Drawing("n", ("a", "b"), {"a": 1}, Square(3), "large", False, "dark")
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"name": 7}, "name"),
    ({"sides": "ab"}, "sides: expected a list, got str"),
    ({"sides": {"a": "b"}}, "sides: expected a list, got dict"),
    ({"sides": ["a", 7]}, "sides"),
    ({"lengths": [1]}, "lengths: expected a mapping, got list"),
    ({"lengths": {"a": "long"}}, "lengths"),
    ({"shape": {"kind": "line", "side": 1}}, "shape: expected a kind of"),
    ({"shape": {"side": 1}}, "shape: expected a kind of"),
    ({"shape": [1]}, "shape: expected a kind of"),
    ({"size": []}, "size"),
    ({"visible": "no"}, "visible"),
    ({"tone": "grey"}, "tone"),
]


def test_what_was_written_is_read() -> None:
    assert decode(Drawing, encode(WHOLE)) == WHOLE
    assert decode(Drawing, {"name": "n"}) == Drawing("n")


@pytest.mark.parametrize(("said", "where"), WRONG, ids=[f"{said}" for said, _ in WRONG])
def test_what_is_wrong_is_told_by_its_place(said: dict[str, Any], where: str) -> None:
    with pytest.raises(ValueError, match=r"^not a Drawing: ") as told:
        decode(Drawing, {"name": "n"} | said)
    assert where in str(told.value)


@pytest.mark.parametrize("data", [None, [], "n", 7, {}])
def test_what_is_no_such_thing_at_all_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"^not a Drawing: "):
        decode(Drawing, data)
