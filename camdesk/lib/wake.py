"""Wakes the worker: what a deed has just written down leaves at once, not at the next round.

A wake-up may be lost; the duty's own rhythm then finds the row. So nobody waits for an answer here.
"""

import threading
from collections.abc import Callable

from django.conf import settings

from camdesk.lib import bus

_CHANNEL = "worker"
_alarms: "tuple[WakeUp, ...]" = ()
_lock = threading.Lock()


class WakeUp:
    """What one loop of the worker sleeps on."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.stopping = False

    def ring(self) -> None:
        self._event.set()

    def stop(self) -> None:
        self.stopping = True
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Waits until rung or the time is over; says whether it was rung."""
        rung = self._event.wait(max(0.0, seconds))
        if rung and not self.stopping:
            self._event.clear()
        return rung


def worker() -> None:
    """Asks every worker, of this process or another, to look now. Call it after COMMIT; never raises."""
    for alarm in _alarms:
        alarm.ring()
    if settings.BUS != "memory":
        bus.publish([_CHANNEL], {"wake": True})


def register(alarm: WakeUp) -> Callable[[], None]:
    """Rings `alarm` for every wake-up until the returned function is called."""
    global _alarms
    with _lock:
        _alarms = (*_alarms, alarm)
    stop_listening: Callable[[], None] | None = None
    if settings.BUS != "memory":

        def receive(channels: list[str], hint: bus.Hint) -> None:
            if _CHANNEL in channels or bus.EVERYONE in channels:
                alarm.ring()

        stop_listening = bus.listen(receive)

    def leave() -> None:
        global _alarms
        with _lock:
            _alarms = tuple(one for one in _alarms if one is not alarm)
        if stop_listening is not None:
            stop_listening()

    return leave
