"""The training's arithmetic gives what the plain formulas give."""

import numpy as np
import pytest

from camdesk.bot.understanding import matrices
from camdesk.bot.understanding.matrices import CURVE, Sparse, bent, inverse


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """120 rows of 60 features, the first common, the last rare, one in no row."""
    monkeypatch.setattr(matrices, "_COMMON", 10)
    monkeypatch.setattr(matrices, "_STRIP", 4)
    monkeypatch.setattr(matrices, "_AT_ONCE", 50)
    monkeypatch.setattr(matrices, "_SMALL", 8)
    dice = np.random.default_rng(0)
    made = dice.random((120, 60)) * (dice.random((120, 60)) < 1 / (1 + np.arange(60) / 3))
    made[:, 59] = 0
    return made.astype(np.float32)


def sparse(rows: np.ndarray) -> Sparse:
    return Sparse.of([(np.flatnonzero(row).tolist(), row[row != 0].tolist()) for row in rows], rows.shape[1])


def test_the_kernel_is_the_products_of_all_pairs(rows: np.ndarray) -> None:
    assert np.allclose(sparse(rows).kernel(), rows @ rows.T, atol=1e-5)


def test_a_text_is_compared_with_every_example(rows: np.ndarray) -> None:
    text = rows[7] * np.float32(0.5)
    places = np.flatnonzero(text).tolist()
    assert np.allclose(sparse(rows).products(places, text[places].tolist()), rows @ text, atol=1e-5)
    assert sparse(rows).products([], []).tolist() == [0.0] * 120


def test_what_is_alike_in_most_counts_more_than_its_parts(rows: np.ndarray) -> None:
    kernel = rows @ rows.T
    assert np.allclose(bent(kernel.copy()), (1 - CURVE) * kernel + CURVE * kernel**2, rtol=1e-5)
    assert bent(np.ones(2, dtype=np.float32)).tolist() == [1.0, 1.0], "the same text is as like as before"


@pytest.mark.parametrize("size", [1, 8, 9, 120])
def test_the_inverse_is_the_inverse(rows: np.ndarray, size: int) -> None:
    some = rows[:size]
    matrix = some @ some.T + 0.5 * np.eye(size, dtype=np.float32)
    assert np.allclose(inverse(matrix) @ matrix, np.eye(size), atol=1e-3)
    assert inverse(matrix).dtype == np.float32
