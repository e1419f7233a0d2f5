"""Working hours: pure arithmetic on aware datetimes.

Hours are kept in local wall time, so a shift of the clock makes one working day an hour shorter or longer, as it is
in life. Every function takes and gives aware datetimes; results are in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from camdesk.playbook.document import Hours, Span

# Two years without an open minute: nobody works there at all.
_LOOK_AHEAD_DAYS = 731


class NeverOpen(ValueError):
    """These hours hold no working minute in the next two years."""


def is_open(hours: Hours, now: datetime) -> bool:
    """Whether people answer at `now`."""
    local = now.astimezone(ZoneInfo(hours.time_zone)).date()
    return any(start <= now < end for start, end in _spans_of(hours, local))


def next_open(hours: Hours, now: datetime) -> datetime | None:
    """`now` when open, otherwise when people answer next; None when never in two years."""
    return next((max(start, _utc(now)) for start, _ in _spans_from(hours, now)), None)


def closes_at(hours: Hours, now: datetime) -> datetime | None:
    """When today's answering ends (midnight joined to the next day's hours); None when closed at `now`, or when
    it goes on for more than a week: round the clock."""
    end: datetime | None = None
    for start, stop in _spans_from(hours, now):
        if start > (end or now):
            break
        end = stop
        if end - now > timedelta(days=8):
            return None
    return end


def add_working_minutes(hours: Hours, start: datetime, minutes: int) -> datetime:
    """As `add_working_time`, in minutes."""
    return add_working_time(hours, start, timedelta(minutes=minutes))


def add_working_time(hours: Hours, start: datetime, span: timedelta) -> datetime:
    """The moment when `span` of working time has gone by since `start`. Raises NeverOpen.

    Nothing added to a closed moment is the next opening: nobody is there before it.
    """
    left = span
    for begin, end in _spans_from(hours, start):
        begin = max(begin, _utc(start))
        if end - begin >= left:
            return begin + left
        left -= end - begin
    raise NeverOpen(hours.time_zone)


def working_time_between(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """The working time from `start` to `end`; none when `end` is not later."""
    total = timedelta()
    for begin, stop in _spans_from(hours, start):
        if begin >= end:
            break
        total += min(stop, _utc(end)) - max(begin, _utc(start))
    return total


def spans_on(hours: Hours, day: date) -> tuple[Span, ...]:
    """The working spans of a local day, holidays and breaks taken into account."""
    special = {holiday.date: holiday.open for holiday in hours.holidays}
    spans = special.get(day.isoformat(), special.get(day.strftime("%m-%d"), hours.week[day.weekday()]))
    for pause in hours.breaks:
        spans = tuple(part for span in spans for part in _without(span, pause))
    return spans


def _without(span: Span, pause: Span) -> Iterator[Span]:
    if pause.end <= span.start or pause.start >= span.end:
        yield span
        return
    if span.start < pause.start:
        yield Span(span.start, pause.start)
    if pause.end < span.end:
        yield Span(pause.end, span.end)


def _spans_from(hours: Hours, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Spans that end after `now`, in order."""
    today = now.astimezone(ZoneInfo(hours.time_zone)).date()
    for ahead in range(_LOOK_AHEAD_DAYS):
        for start, end in _spans_of(hours, today + timedelta(days=ahead)):
            if end > now:
                yield start, end


def _spans_of(hours: Hours, day: date) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(hours.time_zone)
    for span in spans_on(hours, day):
        start, end = _at(zone, day, span.start), _at(zone, day, span.end)
        if start < end:  # a span may vanish in the hour that the clock skips
            yield start, end


def _at(zone: ZoneInfo, day: date, minute: int) -> datetime:
    local = datetime.combine(day, time(), zone) + timedelta(minutes=minute)  # wall-clock arithmetic
    return local.astimezone(UTC)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
