"""The arithmetic of the training: a sparse matrix of examples and features, its kernel, and the kernel's inverse."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_STRIP = 2048  # features at a time
_COMMON = 1024  # so many features are in enough examples for dense arithmetic to be the cheaper one
_AT_ONCE = 2_000_000  # pairs of examples
_SMALL = 512  # rows from which halving an inverse pays


class Sparse:
    """The example x feature matrix, the commonest features first; dense only in strips, never in memory whole."""

    def __init__(self, vectors: Sequence[tuple[list[int], list[float]]], width: int) -> None:
        """`vectors`: the places and values of each row."""
        import numpy as np

        self.height = len(vectors)
        self.width = width
        rows = np.repeat(np.arange(self.height, dtype=np.int32), [len(places) for places, _ in vectors])
        columns = np.array([place for places, _ in vectors for place in places], dtype=np.int32)
        values = np.array([value for _, row in vectors for value in row], dtype=np.float32)
        order = np.argsort(columns, kind="stable")
        self._rows, self._columns, self._values = rows[order], columns[order], values[order]

    def kernel(self) -> "np.ndarray":
        """The products of all pairs of rows. A rare feature joins few pairs: they are added one by one."""
        import numpy as np

        common = min(_COMMON, self.width)
        kernel = np.zeros((self.height, self.height), dtype=np.float32)
        for _, strip in self._strips(common):
            kernel += strip @ strip.T
        starts = np.searchsorted(self._columns, np.arange(common, self.width + 1))
        holders = np.diff(starts)
        for count in np.unique(holders[holders > 0]):
            places = starts[:-1][holders == count][:, None] + np.arange(count)
            for part in np.array_split(places, len(places) * count * count // _AT_ONCE + 1):
                self._add_pairs(kernel, part)
        return kernel

    def _add_pairs(self, kernel: "np.ndarray", places: "np.ndarray") -> None:
        """`places`: a row a feature, the places of its entries, equally many each."""
        import numpy as np

        rows, values = self._rows[places].astype(np.int64), self._values[places]
        flat = (rows[:, :, None] * self.height + rows[:, None, :]).ravel()
        np.add.at(kernel.reshape(-1), flat, (values[:, :, None] * values[:, None, :]).ravel())

    def fold(self, alpha: "np.ndarray") -> "np.ndarray":
        """The feature x topic weights that give the same scores as the kernel with `alpha`."""
        import numpy as np

        weights = np.empty((self.width, alpha.shape[1]), dtype=np.float32)
        for start, strip in self._strips(self.width):
            weights[start : start + strip.shape[1]] = strip.T @ alpha
        return weights

    def _strips(self, until: int) -> Iterator[tuple[int, "np.ndarray"]]:
        import numpy as np

        for start in range(0, until, _STRIP):
            end = min(start + _STRIP, until)
            first, last = np.searchsorted(self._columns, (start, end))
            strip = np.zeros((self.height, end - start), dtype=np.float32)
            strip[self._rows[first:last], self._columns[first:last] - start] = self._values[first:last]
            yield start, strip


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
