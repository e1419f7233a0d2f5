"""The loop: does each duty in its rhythm, sooner when woken, and never lets one spoil another.

Duties of one lane share a thread; a lane that waits for a slow mail server does not delay promises and checks.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import close_old_connections, connection, connections
from django.utils import timezone

from camdesk.lib import request_ids, wake
from camdesk.lib.metrics import (
    DUTY_DONE,
    DUTY_LATE,
    DUTY_LOOKED_AT,
    DUTY_RUNS,
    DUTY_SECONDS,
    STATEMENTS,
)
from camdesk.lib.statement_count import StatementCount
from camdesk.lib.storage_errors import not_now

log = logging.getLogger("camdesk.worker")

FIRST_BACK_OFF = 5.0
LONGEST_BACK_OFF = 300.0
STORAGE_BACK_OFF = 30.0  # where only the database or the disk was not ready: what waits is no more broken than before


@dataclass(frozen=True, slots=True)
class Duty:
    """`do(now)` claims what is due, does a small batch and returns how many it did; it is called again at once while
    it finds something, else after `every` seconds, or when the worker is woken and `on_wake` says so: for anything, or
    `about` just what it is there for (lib/wake.py). Two workers may
    do the same duty at the same moment: claim by a conditional update with a lease.

    `share`: the most of the time it may be at work, so that what is heavy and not urgent leaves room; it rests after
    each batch in proportion to how long that took, also when it is woken."""

    name: str
    every: float
    do: Callable[[datetime], int]
    lane: str = "desk"
    on_wake: bool = False
    about: str = wake.ANYTHING
    share: float = 1.0


def rest_after(took: float, share: float) -> float:
    """Seconds after work of `took` seconds, so that it fills no more than `share` (0 < share <= 1) of the time."""
    return max(0.0, took) * (1.0 / share - 1.0)


@dataclass(slots=True)
class _Turn:
    duty: Duty
    due: float = 0.0  # of time.monotonic(): a clock that jumps must neither starve nor flood
    rests_until: float = 0.0
    failures: int = 0
    done: int = 0


@dataclass
class Worker:
    """Runs `duties` in one daemon thread per lane, between `start` and `stop`."""

    duties: Sequence[Duty]
    _alarms: list[wake.WakeUp] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    turns: dict[str, _Turn] = field(default_factory=dict)

    def start(self) -> None:
        for lane in dict.fromkeys(duty.lane for duty in self.duties):
            turns = [_Turn(duty) for duty in self.duties if duty.lane == lane]
            self.turns.update({turn.duty.name: turn for turn in turns})
            alarm = wake.WakeUp(turn.duty.about for turn in turns if turn.duty.on_wake)
            thread = threading.Thread(target=_run_lane, args=(turns, alarm), name=f"worker-{lane}", daemon=True)
            self._alarms.append(alarm)
            self._threads.append(thread)
            thread.start()

    def stop(self, *, seconds: float = 3.0) -> bool:
        """Lets each lane finish what it is at; False when one was still busy after `seconds` (its lease will end)."""
        for alarm in self._alarms:
            alarm.stop()
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        late = [thread.name for thread in self._threads if thread.is_alive()]
        if late:
            log.warning("still busy when stopped: %s", ", ".join(late))
        return not late


def _run_lane(turns: list[_Turn], alarm: wake.WakeUp) -> None:
    leave = wake.register(alarm)
    try:
        while not alarm.stopping:
            next_due = min(turn.due for turn in turns)
            woken = alarm.wait(next_due - time.monotonic())
            for turn in turns:
                if alarm.stopping:
                    return
                # A duty that keeps failing is not woken: its back-off is there to spare whoever it calls.
                if woken and turn.duty.on_wake and not turn.failures:
                    turn.due = min(turn.due, max(turn.rests_until, time.monotonic()))
                if turn.due <= time.monotonic():
                    with request_ids.under(request_ids.new()):  # of what nobody asked for
                        _do(turn)
    finally:
        leave()
        connections.close_all()


def _do(turn: _Turn) -> None:
    duty = turn.duty
    close_old_connections()
    began = time.monotonic()
    DUTY_LATE.labels(duty.name).set(max(0.0, began - turn.due) if turn.due else 0.0)
    asked = StatementCount()
    try:
        with connection.execute_wrapper(asked):
            done = duty.do(timezone.now())
    except Exception as error:
        turn.failures += 1
        DUTY_RUNS.labels(duty.name, "failed").inc()
        longest = LONGEST_BACK_OFF if not_now(error) is None else STORAGE_BACK_OFF
        pause = min(longest, FIRST_BACK_OFF * 2 ** (turn.failures - 1))
        turn.due = time.monotonic() + max(pause, duty.every)
        log.exception("duty %s failed (%d in a row), next try in %d s", duty.name, turn.failures, pause)
        return
    finally:
        DUTY_SECONDS.labels(duty.name).inc(time.monotonic() - began)
        STATEMENTS.labels("worker").inc(asked.count)
        close_old_connections()
    turn.failures = 0
    turn.done += done
    DUTY_RUNS.labels(duty.name, "done").inc()
    DUTY_DONE.labels(duty.name).inc(done)
    DUTY_LOOKED_AT.labels(duty.name).set_to_current_time()
    ended = time.monotonic()
    turn.rests_until = ended + rest_after(ended - began, duty.share)
    turn.due = turn.rests_until if done else ended + duty.every
