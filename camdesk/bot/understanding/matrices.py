"""The arithmetic of the reader: a sparse matrix of examples and features, its kernel, and the kernel's inverse."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_STRIP = 2048  # features at a time
_COMMON = 1024  # so many features are in enough examples for dense arithmetic to be the cheaper one
_AT_ONCE = 2_000_000  # pairs of examples
_SMALL = 512  # rows from which halving an inverse pays


CURVE = 0.3  # how much of the kernel is squared: chosen by cross-validation and on phrases held back
_ROWS = 512  # of a kernel, at a time
SPARSE = ("starts", "rows", "values")


@dataclass(frozen=True, slots=True, eq=False)
class Sparse:
    """The example x feature matrix, the commonest features first; dense only in strips, never in memory whole.

    `rows` (int32) and `values` (float32): the entries, feature by feature; `starts` (int32): where those of each begin,
    and at last where they end; `height`: how many examples.
    """

    starts: "np.ndarray"
    rows: "np.ndarray"
    values: "np.ndarray"
    height: int

    @classmethod
    def of(cls, vectors: Sequence[tuple[list[int], list[float]]], width: int) -> "Sparse":
        """`vectors`: the places and values of each row."""
        import numpy as np

        rows = np.repeat(np.arange(len(vectors), dtype=np.int32), [len(places) for places, _ in vectors])
        columns = np.array([place for places, _ in vectors for place in places], dtype=np.int32)
        values = np.array([value for _, row in vectors for value in row], dtype=np.float32)
        order = np.argsort(columns, kind="stable")
        starts = np.searchsorted(columns[order], np.arange(width + 1)).astype(np.int32)
        return cls(starts, rows[order], values[order], len(vectors))

    @property
    def width(self) -> int:
        return len(self.starts) - 1

    def products(self, places: Sequence[int], values: Sequence[float]) -> "np.ndarray":
        """The products of one vector with all rows (float32)."""
        import numpy as np

        spans = [slice(self.starts[place], self.starts[place + 1]) for place in places]
        if not spans:
            return np.zeros(self.height, dtype=np.float32)
        rows = np.concatenate([self.rows[span] for span in spans])
        shares = np.concatenate([self.values[span] for span in spans])
        shares *= np.repeat(np.asarray(values, dtype=np.float32), [span.stop - span.start for span in spans])
        return np.bincount(rows, shares, self.height).astype(np.float32)

    def kernel(self) -> "np.ndarray":
        """The products of all pairs of rows. A rare feature joins few pairs: they are added one by one."""
        import numpy as np

        common = min(_COMMON, self.width)
        kernel = np.zeros((self.height, self.height), dtype=np.float32)
        for strip in self._strips(common):
            kernel += strip @ strip.T
        starts = self.starts[common:]
        holders = np.diff(starts)
        for count in np.unique(holders[holders > 0]):
            places = starts[:-1][holders == count][:, None] + np.arange(count)
            for part in np.array_split(places, len(places) * count * count // _AT_ONCE + 1):
                self._add_pairs(kernel, part)
        return kernel

    def _add_pairs(self, kernel: "np.ndarray", places: "np.ndarray") -> None:
        """`places`: a row a feature, the places of its entries, equally many each."""
        import numpy as np

        rows, values = self.rows[places].astype(np.int64), self.values[places]
        flat = (rows[:, :, None] * self.height + rows[:, None, :]).ravel()
        np.add.at(kernel.reshape(-1), flat, (values[:, :, None] * values[:, None, :]).ravel())

    def _strips(self, until: int) -> Iterator["np.ndarray"]:
        import numpy as np

        for start in range(0, until, _STRIP):
            end = min(start + _STRIP, until)
            first, last = self.starts[start], self.starts[end]
            strip = np.zeros((self.height, end - start), dtype=np.float32)
            columns = np.repeat(np.arange(end - start), np.diff(self.starts[start : end + 1]))
            strip[self.rows[first:last], columns] = self.values[first:last]
            yield strip


def bent(products: "np.ndarray") -> "np.ndarray":
    """The kernel of products of vectors of length 1, in their place: what is alike in most counts more than parts."""
    for start in range(0, len(products), _ROWS):
        part = products[start : start + _ROWS]
        part *= (1 - CURVE) + CURVE * part
    return products


def inverse(matrix: "np.ndarray") -> "np.ndarray":
    """The inverse of a symmetric positive definite matrix, by halves: half the work of the general one."""
    import numpy as np

    if len(matrix) <= _SMALL:
        return np.asarray(np.linalg.inv(matrix), dtype=matrix.dtype)
    half = len(matrix) // 2
    upper = inverse(matrix[:half, :half])
    across = upper @ matrix[:half, half:]
    lower = inverse(matrix[half:, half:] - matrix[half:, :half] @ across)
    corner = across @ lower
    return np.block([[upper + corner @ across.T, -corner], [-corner.T, lower]])
