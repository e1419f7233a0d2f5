"""Until when something is promised, and how much of it is left: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from camdesk.playbook.document import Hours, Promise
from camdesk.playbook.hours import add_working_time, working_time_between


def due_after(promise: Promise, hours: Hours, now: datetime, span: timedelta) -> datetime:
    """When `span` is over, counted as the promise counts; aware, UTC. Raises hours.NeverOpen."""
    if promise.within_hours:
        return add_working_time(hours, now, span)
    return now.astimezone(UTC) + span


def left_until(promise: Promise, hours: Hours, now: datetime, due: datetime) -> timedelta:
    """What is left until `due`, counted as the promise counts; none when it has passed."""
    if promise.within_hours:
        return working_time_between(hours, now, due)
    return max(due - now, timedelta())
