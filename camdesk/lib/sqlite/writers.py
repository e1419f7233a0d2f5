"""The queue of writers of this process, and how long anybody waits in it.

Nobody waits longer than PATIENCE_SECONDS for a place and for the database together. That is long enough for any queue
of ours; when it is not, the database is held from outside (somebody's shell with an open transaction), and waiting for
it must not take the threads from those who only read: while the one in front makes no way, `patient` others may wait
behind it, and whoever else comes is told at once.
"""

import math
import threading
import time

from django.conf import settings
from django.db import OperationalError

PATIENCE_SECONDS = 10.0
STUCK_SECONDS = 1.0
"""Whoever has had the place for longer is not merely at work."""


class WritersBusy(OperationalError):
    """No place to write within the time that anybody waits. Nothing was written; the same may be tried again."""


class Writers:
    """One at a time. `patient`: how many may wait behind one that makes no way."""

    def __init__(self, *, patient: int) -> None:
        self.patient = patient
        self.waiting = 0
        self._place = threading.Lock()
        self._counting = threading.Lock()
        self._since = math.inf  # when whoever has the place took it

    def enter(self) -> float:
        """Takes the place and returns the seconds that are left to wait for the database. Raises WritersBusy."""
        if not self._place.acquire(blocking=False):
            left = self._wait()
        else:
            left = PATIENCE_SECONDS
        self._since = time.monotonic()
        return left

    def leave(self) -> None:
        self._since = math.inf
        self._place.release()

    def _wait(self) -> float:
        until = time.monotonic() + PATIENCE_SECONDS
        with self._counting:
            self.waiting += 1
        try:
            while True:
                now = time.monotonic()
                if now >= until or (now - self._since > STUCK_SECONDS and self.waiting > self.patient):
                    raise WritersBusy("no place to write: the one in front makes no way")
                if self._place.acquire(timeout=min(until - now, STUCK_SECONDS)):
                    return max(0.0, until - time.monotonic())
        finally:
            with self._counting:
                self.waiting -= 1


# One queue a process, whatever the number of connections: BEGIN IMMEDIATE is only asked for by whoever has the place.
# With the one in front, those who wait hold half of the threads that compute pages.
writers = Writers(patient=max(0, settings.WEB_THREADS // 2 - 1))
