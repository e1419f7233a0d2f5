"""Working hours and promises, with holidays, breaks and the shifts of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camdesk.playbook.document import Holiday, Hours, Promise, Span, Text
from camdesk.playbook.hours import (
    NeverOpen,
    add_working_minutes,
    closes_at,
    is_open,
    next_open,
    working_time_between,
)
from camdesk.playbook.promises import due_after, left_until

DAY = (Span(9 * 60, 18 * 60),)
OFFICE = Hours(
    time_zone="Europe/Moscow",
    week=(DAY,) * 5 + ((), ()),
    breaks=(Span(13 * 60, 14 * 60),),
    holidays=(
        Holiday("01-01", Text("Новый год")),
        Holiday("2026-05-11", Text("Перенос")),
        Holiday("2026-05-08", Text("Короткий день"), (Span(9 * 60, 12 * 60),)),
        Holiday("2026-05-16", Text("Рабочая суббота"), DAY),
    ),
)
ALWAYS = Hours(time_zone="Europe/Moscow", week=((Span(0, 1440),),) * 7)
NIGHT = Hours(time_zone="Europe/Berlin", week=((Span(0, 360), Span(1320, 1440)),) * 7)


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Moscow"))


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    "case, now, opened, opens",
    [
        ("a Wednesday morning", "2026-05-06T10:00", True, "2026-05-06T10:00"),
        ("the first minute counts", "2026-05-06T09:00", True, "2026-05-06T09:00"),
        ("the last minute is over", "2026-05-06T18:00", False, "2026-05-07T09:00"),
        ("the break is closed", "2026-05-06T13:30", False, "2026-05-06T14:00"),
        ("before the morning", "2026-05-06T03:00", False, "2026-05-06T09:00"),
        ("a short day ends at noon; then a weekend and a moved holiday", "2026-05-08T12:00", False, "2026-05-12T09:00"),
        ("a working Saturday", "2026-05-16T10:00", True, "2026-05-16T10:00"),
        ("a holiday of every year", "2027-01-01T10:00", False, "2027-01-04T09:00"),
    ],
)
def test_open_and_opens(case: str, now: str, opened: bool, opens: str) -> None:
    assert is_open(OFFICE, moscow(now)) is opened, case
    assert next_open(OFFICE, moscow(now)) == moscow(opens), case


@pytest.mark.parametrize(
    "case, hours, start, minutes, end",
    [
        ("within the morning", OFFICE, moscow("2026-05-06T10:00"), 60, moscow("2026-05-06T11:00")),
        ("over the break", OFFICE, moscow("2026-05-06T12:30"), 60, moscow("2026-05-06T14:30")),
        ("exactly to the end of the day", OFFICE, moscow("2026-05-06T17:00"), 60, moscow("2026-05-06T18:00")),
        ("over the night", OFFICE, moscow("2026-05-06T17:30"), 60, moscow("2026-05-07T09:30")),
        ("nothing to do, but closed", OFFICE, moscow("2026-05-06T20:00"), 0, moscow("2026-05-07T09:00")),
        ("over a short day and long holidays", OFFICE, moscow("2026-05-08T11:00"), 120, moscow("2026-05-12T10:00")),
        ("a whole day", OFFICE, moscow("2026-05-06T09:00"), 480, moscow("2026-05-06T18:00")),
        ("round the clock joins midnight", ALWAYS, moscow("2026-05-06T23:30"), 60, moscow("2026-05-07T00:30")),
        ("the skipped hour is no work", NIGHT, berlin("2026-03-29T01:00"), 240, berlin("2026-03-29T06:00")),
        ("the doubled hour is two hours", NIGHT, berlin("2026-10-25T01:00"), 240, berlin("2026-10-25T04:00")),
        ("asked in another zone", OFFICE, datetime(2026, 5, 6, 7, 0, tzinfo=UTC), 60, moscow("2026-05-06T11:00")),
    ],
)
def test_adding_working_minutes(case: str, hours: Hours, start: datetime, minutes: int, end: datetime) -> None:
    assert add_working_minutes(hours, start, minutes) == end, case


def test_when_today_ends() -> None:
    assert closes_at(OFFICE, moscow("2026-05-06T10:00")) == moscow("2026-05-06T13:00")
    assert closes_at(OFFICE, moscow("2026-05-06T20:00")) is None
    assert closes_at(NIGHT, berlin("2026-05-06T23:00")) == berlin("2026-05-07T06:00")
    assert closes_at(ALWAYS, moscow("2026-05-06T23:00")) is None


def test_hours_that_never_come_are_said_so() -> None:
    never = Hours(week=((),) * 7)
    assert next_open(never, moscow("2026-05-06T10:00")) is None
    assert not is_open(never, moscow("2026-05-06T10:00"))
    with pytest.raises(NeverOpen):
        add_working_minutes(never, moscow("2026-05-06T10:00"), 1)


@pytest.mark.parametrize(
    "within_hours, span, due",
    [
        (True, timedelta(hours=1), moscow("2026-05-16T09:30")),
        (False, timedelta(hours=1), moscow("2026-05-15T18:30")),
        (True, timedelta(hours=8), moscow("2026-05-16T17:30")),
    ],
)
def test_a_promise_counts_working_time_only_when_it_says_so(within_hours: bool, span: timedelta, due: datetime) -> None:
    promise = Promise("a", Text("a"), first_reply=60, resolution=480, within_hours=within_hours)
    friday_evening = moscow("2026-05-15T17:30")
    found = due_after(promise, OFFICE, friday_evening, span)
    assert (found, found.tzinfo) == (due, UTC)
    assert left_until(promise, OFFICE, friday_evening, due) == span
    assert left_until(promise, OFFICE, due, friday_evening) == timedelta()


@given(
    st.integers(0, 365 * 24 * 60).map(lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)),
    st.integers(0, 5000),
    st.sampled_from([OFFICE, ALWAYS, NIGHT]),
)
def test_what_was_added_can_be_counted_back(start: datetime, minutes: int, hours: Hours) -> None:
    end = add_working_minutes(hours, start, minutes)
    assert end >= start
    assert working_time_between(hours, start, end) == timedelta(minutes=minutes)
