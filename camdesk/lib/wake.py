"""Wakes the worker of this process, so that a committed letter leaves at once and not at the next round."""

import threading

_event = threading.Event()


def worker() -> None:
    _event.set()


def wait(seconds: float) -> bool:
    """The worker's side: waits until woken or the time is over; says whether it was woken."""
    woken = _event.wait(seconds)
    _event.clear()
    return woken
