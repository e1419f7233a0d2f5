"""When we promise to answer and to solve: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from camdesk.playbook.document import Hours, Promise
from camdesk.playbook.hours import add_working_minutes


def promised_at(promise: Promise, hours: Hours, now: datetime) -> datetime:
    """Until when a person answers a request that came in at `now`; aware, UTC. Raises hours.NeverOpen."""
    return _after(promise, hours, now, promise.first_reply)


def solved_by(promise: Promise, hours: Hours, now: datetime) -> datetime:
    """Until when a request that came in at `now` is to be solved; aware, UTC. Raises hours.NeverOpen."""
    return _after(promise, hours, now, promise.resolution)


def _after(promise: Promise, hours: Hours, now: datetime, minutes: int) -> datetime:
    if promise.within_hours:
        return add_working_minutes(hours, now, minutes)
    return now.astimezone(UTC) + timedelta(minutes=minutes)
