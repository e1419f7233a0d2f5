"""No test may hang: after so long it fails, with the place where it stands, and the others go on.

A signal interrupts what waits, and Python that loops. What holds the interpreter's lock inside C is beyond it: for that
pytest's own `faulthandler_timeout` (pyproject.toml) prints where everybody stands and ends the process.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

SECONDS = 300  # the slowest, hostile text through the reader of bounces, takes 80 on a busy machine
REAL_SECONDS = 600  # of tests of faults, and in the browser: real processes and servers


class TookTooLong(BaseException):
    """No `except Exception` of the product keeps it."""


def seconds_for(item: pytest.Item) -> int:
    return REAL_SECONDS if {"faults", "journeys"} & set(item.path.parts) else SECONDS


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Within it. Raises TookTooLong. In another thread than the main one nobody can be interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: Any) -> None:
        raise TookTooLong(f"not done within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
