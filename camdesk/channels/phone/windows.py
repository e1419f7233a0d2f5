"""When somebody may be called: windows of working hours, and when to try again. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from camdesk.playbook.document import Hours
from camdesk.playbook.hours import add_working_minutes, closes_at, is_open, spans_on

NOW = "now"
_LONG = timedelta(hours=2)
_SHORTEST = timedelta(minutes=30)  # a shorter rest of the day joins the window before it
_DAYS = 2
_LOOK_AHEAD = 14
_STEPS = (30, 120)  # working minutes until the second and the third try; then the next day


@dataclass(frozen=True)
class Window:
    """From `start` until `end`, both in UTC; `key` names it in a form."""

    key: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Day:
    """The windows of one local day."""

    date: date
    windows: tuple[Window, ...]


def offered(hours: Hours, now: datetime) -> list[Day]:
    """What there is to choose from: at once (key "now") while people answer, then windows of two hours, of today and
    of the next working day. Windows that have begun are not offered."""
    zone = ZoneInfo(hours.time_zone)
    today = now.astimezone(zone).date()
    days: list[Day] = []
    for ahead in range(_LOOK_AHEAD):
        day = today + timedelta(days=ahead)
        windows = [one for one in _windows_on(hours, zone, day) if one.start > now]
        if not ahead and (soon := at_once(hours, now)):
            windows.insert(0, soon)
        if windows:
            days.append(Day(day, tuple(windows)))
        if len(days) == _DAYS:
            break
    return days


def chosen(hours: Hours, now: datetime, key: str) -> Window | None:
    """The offered window of this key; None for one that has passed, or never was."""
    return next((one for day in offered(hours, now) for one in day.windows if one.key == key), None)


def at_once(hours: Hours, now: datetime) -> Window | None:
    """Now, while there is still time to call; None out of hours."""
    if not is_open(hours, now):
        return None
    end = min(now + _LONG, closes_at(hours, now) or now + _LONG)
    return Window(NOW, now, end) if end - now >= _SHORTEST else None


def from_moment(hours: Hours, start: datetime) -> Window:
    """The window that begins at a moment somebody named themselves: two hours, but not into the night."""
    end = start + _LONG
    if is_open(hours, start):
        end = min(end, closes_at(hours, start) or end)
    return Window("", start, end)


def next_try(hours: Hours, now: datetime, attempts: int) -> Window:
    """When to call again whom `attempts` calls have not reached: soon, later, then on the next working day at about the
    same hour. Raises NeverOpen."""
    if attempts <= len(_STEPS):
        return from_moment(hours, add_working_minutes(hours, now, _STEPS[max(0, attempts - 1)]))
    return from_moment(hours, add_working_minutes(hours, now + timedelta(days=1), 0))


def _windows_on(hours: Hours, zone: ZoneInfo, day: date) -> list[Window]:
    found: list[Window] = []
    for span in spans_on(hours, day):
        start, close = _at(zone, day, span.start), _at(zone, day, span.end)
        while start < close:
            end = start + _LONG
            if close - end < _SHORTEST:
                end = close
            found.append(Window(start.strftime("%Y-%m-%dT%H:%MZ"), start, end))
            start = end
    return found


def _at(zone: ZoneInfo, day: date, minute: int) -> datetime:
    return (datetime.combine(day, time(), zone) + timedelta(minutes=minute)).astimezone(UTC)
