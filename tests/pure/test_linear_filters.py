"""No text of a stranger makes a filter slow: ten times the text costs some ten times the time, whatever its shape."""

import gc
import logging
import time
from collections.abc import Iterator

import pytest

from tests.filters.shapes import Shape, made
from tests.filters.table import FILTERS, Filter

FIRST, SECOND, LAST = 5_000, 50_000, 500_000  # characters: with each shape; with the hardest and its own; the hardest
HARDEST = 10  # shapes that grew most up to the size before
MOST_GROWTH = 30  # from one size to the next, ten times as large; the square would be a hundred
MOST_DOUBLED = 3.2  # for twice the text, where what does not fit the cache costs more: the square would be four
FLOOR = 0.001  # seconds of CPU: what costs less is too little to be compared
TRIES = 4


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What a filter has to say of a text goes nowhere, and what other tests left in memory is not collected."""
    logging.disable(logging.CRITICAL)
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("one", [pytest.param(one, id=f"{number}-{one.path}") for number, one in enumerate(FILTERS)])
def test_cost_grows_with_the_text_and_not_with_its_square(one: Filter) -> None:
    costs = {name: _cost(one, made(shape, FIRST // 10)) for name, shape in one.shapes.items()}
    hardest = _hardest(one, list(costs), FIRST, costs)
    hardest = _hardest(one, list(dict.fromkeys([*hardest, *one.own])), SECOND, costs)
    _hardest(one, hardest, LAST, costs)


def _hardest(one: Filter, names: list[str], size: int, costs: dict[str, float]) -> list[str]:
    """Which of these grew most; `costs` at a tenth of the size become those at the size."""
    grown = {}
    for name in names:
        before = max(costs[name], FLOOR / 50)
        costs[name] = _cost_if_linear(one, name, one.shapes[name], size, costs[name])
        grown[name] = costs[name] / before
    return sorted(grown, key=grown.__getitem__)[-HARDEST:]


def _cost_if_linear(one: Filter, name: str, shape: Shape, size: int, before: float) -> float:
    """The cost at `size`; `before`: that at a tenth of it. On a busy machine the least growth of some tries counts."""
    for again in range(TRIES):
        if again:
            before = max(before, _cost(one, made(shape, size // 10)))
        cost = _cost(one, made(shape, size))
        if cost <= MOST_GROWTH * max(before, FLOOR):
            return cost
    if _cost(one, made(shape, 2 * size)) <= MOST_DOUBLED * max(cost, FLOOR):
        return cost
    growth = cost / max(before, FLOOR)
    pytest.fail(f"{one.path} over «{name}»: {growth:.0f} times the cost for ten times the text, at {size} characters")


def _cost(one: Filter, text: str) -> float:
    begun = time.process_time()
    one.run(text)
    return time.process_time() - begun
