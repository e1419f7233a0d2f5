"""Wakes the worker: what a deed has just written down leaves at once, not at the next round.

A wake-up says what there is to do, so that nobody else looks: each look of a duty that finds nothing costs a
twentieth to a tenth of a submission. It may be lost; the rhythm of the duty then finds the row. So nobody waits for an
answer here.
"""

import threading
from collections.abc import Callable, Iterable

from django.conf import settings

from camdesk.lib import bus

_CHANNEL = "worker"
ANYTHING, LETTERS, ANSWERS, FILES = "", "letters", "answers", "files"
_alarms: "tuple[WakeUp, ...]" = ()
_lock = threading.Lock()


class WakeUp:
    """What one loop of the worker sleeps on. `about`: what it is there for; ANYTHING wakes it whatever that is."""

    def __init__(self, about: Iterable[str] = ()) -> None:
        self._about = {ANYTHING, *about}
        self._event = threading.Event()
        self.stopping = False

    def ring(self, about: str = ANYTHING) -> None:
        if about in self._about:
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


def worker(about: str = ANYTHING) -> None:
    """Asks every worker, of this process or another, to look now. Call it after COMMIT; never raises."""
    for alarm in _alarms:
        alarm.ring(about)
    if settings.BUS != "memory":
        bus.publish([_CHANNEL], {"wake": about})


def letters() -> None:
    """As `worker`: a letter waits to leave."""
    worker(LETTERS)


def answers() -> None:
    """As `worker`: something waits to leave by a channel that is not mail."""
    worker(ANSWERS)


def uploaded() -> None:
    """As `worker`: a file waits to be scanned, or for its previews."""
    worker(FILES)


def register(alarm: WakeUp) -> Callable[[], None]:
    """Rings `alarm` for every wake-up that is about what it is there for until the returned function is called."""
    global _alarms
    with _lock:
        _alarms = (*_alarms, alarm)
    stop_listening: Callable[[], None] | None = None
    if settings.BUS != "memory":

        def receive(channels: list[str], hint: bus.Hint) -> None:
            if bus.EVERYONE in channels:
                alarm.ring()
            elif _CHANNEL in channels:
                alarm.ring(str(hint.get("wake", ANYTHING)))

        stop_listening = bus.listen(receive)

    def leave() -> None:
        global _alarms
        with _lock:
            _alarms = tuple(one for one in _alarms if one is not alarm)
        if stop_listening is not None:
            stop_listening()

    return leave
