"""Thirty days of spans as a strip: seconds by status and day, drops, the longest outing; and how it is drawn."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camdesk.cameras.health_strip import Strip, strip_of
from camdesk.cameras.status import Known, News, news
from camdesk.cameras.strip_view import HEIGHT, heights

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)  # 12:00 in Moscow
HOUR = 3600


@dataclass(frozen=True)
class Was:
    status: str
    began_at: datetime
    ended_at: datetime | None = None


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026 in Moscow."""
    return datetime(2026, 3, day, hour, minute, tzinfo=MOSCOW)


def strip(*spans: Was, days: int = 3, now: datetime = NOON, zone=MOSCOW) -> Strip:
    return strip_of(spans, days=days, now=now, zone=zone)


@pytest.mark.parametrize(
    ("spans", "days"),
    [
        # Nothing recorded: 15 and 16 March whole, today until noon.
        ([], [{"unknown": 24 * HOUR}, {"unknown": 24 * HOUR}, {"unknown": 12 * HOUR}]),
        # Working since long ago.
        ([Was("online", at(1, 0))], [{"online": 24 * HOUR}, {"online": 24 * HOUR}, {"online": 12 * HOUR}]),
        # Known since yesterday noon only.
        (
            [Was("online", at(16, 12))],
            [{"unknown": 24 * HOUR}, {"unknown": 12 * HOUR, "online": 12 * HOUR}, {"online": 12 * HOUR}],
        ),
        # A drop over midnight, then flapping.
        (
            [
                Was("online", at(10, 0), at(15, 23)),
                Was("offline", at(15, 23), at(16, 2)),
                Was("online", at(16, 2), at(17, 6)),
                Was("unstable", at(17, 6)),
            ],
            [
                {"online": 23 * HOUR, "offline": HOUR},
                {"offline": 2 * HOUR, "online": 22 * HOUR},
                {"online": 6 * HOUR, "unstable": 6 * HOUR},
            ],
        ),
        # Over before the strip begins, and said of tomorrow: neither is on it.
        (
            [Was("offline", at(1, 0), at(2, 0)), Was("online", at(18, 0))],
            [{"unknown": 24 * HOUR}, {"unknown": 24 * HOUR}, {"unknown": 12 * HOUR}],
        ),
        # A hole in the record stays a hole.
        (
            [Was("online", at(15, 0), at(15, 6)), Was("blocked", at(16, 6))],
            [
                {"online": 6 * HOUR, "unknown": 18 * HOUR},
                {"unknown": 6 * HOUR, "blocked": 18 * HOUR},
                {"blocked": 12 * HOUR},
            ],
        ),
    ],
)
def test_seconds_by_day(spans, days):
    assert [dict(day.seconds) for day in strip(*spans).days] == days


def test_drops_are_counted_where_they_begin_and_the_longest_is_found():
    made = strip(
        Was("offline", at(1, 0), at(15, 3)),  # fell out before the strip: no drop of it, but three hours of an outing
        Was("online", at(15, 3), at(16, 5)),
        Was("offline", at(16, 5), at(16, 5, 10)),
        Was("unstable", at(16, 5, 10), at(16, 7)),
        Was("offline", at(16, 7), at(16, 12)),
        Was("online", at(16, 12), at(17, 11)),
        Was("offline", at(17, 11)),
    )
    assert [day.drops for day in made.days] == [0, 2, 1]
    assert (made.drops, made.longest.seconds, made.longest.began_at, made.longest.over) == (
        3,
        5 * HOUR,
        at(16, 7),
        True,
    )
    assert made.outings[-1].over is False
    assert made.working == made.seconds("online") / made.known


@pytest.mark.parametrize(
    ("day", "hours"),
    [(datetime(2026, 3, 30, 10, tzinfo=UTC), [24, 23, 12]), (datetime(2026, 10, 26, 11, tzinfo=UTC), [24, 25, 12])],
)
def test_a_day_of_the_clock_change_has_its_own_length(day, hours):
    berlin = ZoneInfo("Europe/Berlin")
    made = strip(Was("online", datetime(2026, 1, 1, tzinfo=UTC)), now=day, zone=berlin)
    assert [one.seconds["online"] // HOUR for one in made.days] == hours


STATUSES = st.sampled_from(["online", "offline", "unstable", "blocked", "unknown"])


@given(st.lists(st.tuples(STATUSES, st.integers(1, 500_000), st.integers(0, 3000)), max_size=60), st.integers(1, 40))
def test_every_second_of_every_day_is_told_once(parts, days):
    moment = NOON - timedelta(days=45)
    spans = []
    for status, length, gap in parts:
        moment += timedelta(seconds=gap)
        spans.append(Was(status, moment, moment + timedelta(seconds=length)))
        moment += timedelta(seconds=length)
    if spans:
        spans[-1] = Was(spans[-1].status, spans[-1].began_at)
    made = strip(*spans, days=days)
    assert len(made.days) == days
    assert [sum(day.seconds.values()) for day in made.days] == [24 * HOUR] * (days - 1) + [12 * HOUR]
    assert all(value > 0 for day in made.days for value in day.seconds.values())


@pytest.mark.parametrize(
    ("seconds", "drawn"),
    [
        ({}, {}),
        ({"unknown": 100}, {}),
        ({"online": 100}, {"online": 40}),
        ({"online": 50, "unknown": 50}, {"online": 20}),
        ({"online": 86340, "offline": 60}, {"online": 37, "offline": 3}),  # a minute is seen
        ({"online": 50, "offline": 50}, {"online": 20, "offline": 20}),
    ],
)
def test_what_was_is_seen_and_stays_within_its_bar(seconds, drawn):
    made = heights(seconds)
    assert {name: round(value) for name, value in made.items()} == drawn
    assert sum(made.values()) <= HEIGHT + 0.001


# --- what a report changes

T = NOON


@pytest.mark.parametrize(
    ("known", "status", "since", "change"),
    [
        (Known("unknown", None), "online", T, News.BEGINS),
        (Known("unknown", None), "unknown", T, News.NOTHING),
        (Known("online", T), "online", T + timedelta(hours=1), News.NOTHING),
        (Known("online", T), "online", T - timedelta(hours=1), News.NOTHING),
        (Known("online", T), "offline", T + timedelta(seconds=1), News.BEGINS),
        (Known("online", T), "offline", T - timedelta(seconds=1), News.NOTHING),
        (Known("online", T), "offline", T, News.CORRECTS),
        (Known("offline", T), "unknown", T + timedelta(hours=1), News.BEGINS),
    ],
)
def test_only_what_is_news_and_newer_changes_anything(known, status, since, change):
    assert news(known, status, since) is change
