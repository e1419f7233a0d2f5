"""What stands is not stopped again and what runs is not set going again: nothing of it is written."""

from types import SimpleNamespace
from typing import Any

import pytest

from camdesk.tickets.clocks import Clocks
from camdesk.tickets.models import Clock, Ticket
from camdesk.tickets.transitions import Act, Effect
from tests.rows import DAY, HOUR

KIND = Clock.Kind.SOLUTION


@pytest.mark.parametrize(
    ("act", "stands"), [(Act.PAUSE, True), (Act.RUN, False), (Act.START, False), (Act.START, True)]
)
def test_what_is_so_already_is_left_alone(now: Any, act: Act, stands: bool) -> None:
    nobody_asks: Any = SimpleNamespace()
    clock = Clock(kind=KIND, seq=1, started_at=now, due_at=now + DAY, paused_at=now if stands else None)
    clocks = Clocks(Ticket(), nobody_asks, [clock])
    assert clocks.apply([Effect(KIND, act)], seq=2, now=now + HOUR) == []
    assert clocks.changed == []


@pytest.mark.parametrize("act", [Act.PAUSE, Act.MEET, Act.DROP])
def test_what_is_not_awaited_cannot_end(now: Any, act: Act) -> None:
    nobody_asks: Any = SimpleNamespace()
    clocks = Clocks(Ticket(), nobody_asks, [])
    assert clocks.apply([Effect(KIND, act)], seq=2, now=now) == []
    assert (clocks.changed, clocks.promised_at, clocks.next_due_at) == ([], None, None)


def test_the_soonest_of_what_runs_is_due_next(now: Any) -> None:
    nobody_asks: Any = SimpleNamespace()

    def clock(kind: Clock.Kind, **more: Any) -> Clock:
        return Clock(kind=kind, seq=1, started_at=now, **more)

    live = [
        clock(Clock.Kind.SOLUTION, due_at=now + HOUR, paused_at=now),
        clock(Clock.Kind.US),
        clock(Clock.Kind.NEXT_UPDATE, due_at=now + 2 * DAY),
    ]
    clocks = Clocks(Ticket(), nobody_asks, live)
    assert (clocks.promised_at, clocks.next_due_at) == (now + 2 * DAY, now + 2 * DAY)
    later = [*live, clock(Clock.Kind.FIRST_ANSWER, due_at=now + DAY)]
    assert Clocks(Ticket(), nobody_asks, later).next_due_at == now + DAY


@pytest.mark.parametrize(("act", "met"), [(Act.MEET, ["solution"]), (Act.DROP, [])])
def test_what_was_met_is_told_and_what_was_dropped_is_not(now: Any, act: Act, met: list[str]) -> None:
    nobody_asks: Any = SimpleNamespace()
    clock = Clock(kind=KIND, seq=1, started_at=now, due_at=now + HOUR)
    clocks = Clocks(Ticket(), nobody_asks, [clock])
    assert clocks.apply([Effect(KIND, act)], seq=2, now=now + DAY) == met
    assert (clock.met_at is not None, clock.dropped_at is not None) == (bool(met), not met)
    assert clock.broken_at == now + HOUR, "it was too late"
