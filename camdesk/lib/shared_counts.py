"""How many of each key are open in all processes of one service together, in memory they share.

Made before the processes fork. Each writes a row of its own and reads the others', so nobody waits for a lock. A key
has two places in a row, found by a keyed hash, and who looks takes the smaller: another key is counted with this one
only where both places fall together, for one pair in a thousand million, and nobody outside can choose such a pair. Two
processes that ask at the same moment do not see each other's answer: a limit may be passed by one for each of them.
"""

import hashlib
import mmap
import secrets

_PLACES = 1 << 15
_CELL = 4  # bytes


class SharedCounts:
    """`processes`: how many share it; each says `become` with its number before it counts."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._salt = secrets.token_bytes(16)
        self._row = 2 * _PLACES
        self._cells = memoryview(mmap.mmap(-1, processes * self._row * _CELL)).cast("I")
        self._mine = 0

    def become(self, number: int) -> None:
        """This process is number so-and-so, from 0; what one of that number left when it died is gone."""
        self._mine = number
        start = number * self._row
        self._cells[start : start + self._row] = memoryview(bytes(self._row * _CELL)).cast("I")

    def add(self, key: str, change: int) -> None:
        for place in self._places(key):
            self._cells[self._mine * self._row + place] += change

    def elsewhere(self, key: str) -> int:
        """How many the other processes have open."""
        places = self._places(key)
        rows = [number * self._row for number in range(self._processes) if number != self._mine]
        return min(sum(self._cells[row + place] for row in rows) for place in places)

    def _places(self, key: str) -> tuple[int, int]:
        digest = hashlib.blake2b(key.encode("utf-8", "replace"), key=self._salt, digest_size=8).digest()
        return (
            int.from_bytes(digest[:4], "big") % _PLACES,
            _PLACES + int.from_bytes(digest[4:], "big") % _PLACES,
        )
