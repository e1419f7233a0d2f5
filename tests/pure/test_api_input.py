"""What a body of the API may hold before anybody reads its fields."""

from typing import Any

import pytest
from pydantic import ValidationError

from camdesk.api.schemas import Strict
from camdesk.lib.json_input import loads


class Body(Strict):
    facts: Any = None


def nested(depth: int) -> Any:
    return nested_in(depth, lambda inner: [inner]) if depth % 2 else nested_in(depth, lambda inner: {"a": inner})


def nested_in(depth: int, around: Any) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = around(value)
    return value


@pytest.mark.parametrize("depth", [31, 100_000])
def test_json_that_is_nested_too_deep_is_refused_in_words(depth):
    assert loads("[" * 30 + "]" * 30) is not None
    with pytest.raises(ValueError, match="nested too deep"):
        loads("[" * (depth + 1) + "]" * (depth + 1))


@pytest.mark.parametrize("depth, taken", [(28, True), (29, True), (30, False), (31, False), (400, False)])
def test_a_body_that_is_nested_too_deep_is_refused_in_words(depth, taken):
    if taken:
        assert Body(facts=nested(depth)).facts == nested(depth)
        return
    with pytest.raises(ValidationError, match="nested too deep"):
        Body(facts=nested(depth))
