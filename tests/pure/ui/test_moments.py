"""Times as people say them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from camdesk.config import translations
from camdesk.ui import moments

NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)  # Tuesday, 12:30 in Moscow


@pytest.fixture(autouse=True, scope="module")
def _catalogues() -> None:
    translations.compile_all()


def ago(**how: float) -> datetime:
    return NOW - timedelta(**how)


@pytest.mark.parametrize(
    "moment, russian, english",
    [
        pytest.param(ago(seconds=10), "только что", "just now", id="a moment ago"),
        pytest.param(ago(minutes=1), "1 минуту назад", "1 minute ago", id="one minute"),
        pytest.param(ago(minutes=3), "3 минуты назад", "3 minutes ago", id="a few minutes"),
        pytest.param(ago(minutes=5), "5 минут назад", "5 minutes ago", id="many minutes"),
        pytest.param(ago(hours=2), "2 часа назад", "2 hours ago", id="this morning"),
        pytest.param(ago(hours=20), "вчера, 16:30", "yesterday, 16:30", id="yesterday afternoon"),
        pytest.param(ago(days=3), "сб, 14 марта, 12:30", "Sat, 14 March, 12:30", id="this week: the day of it"),
        pytest.param(ago(days=30), "15 февраля", "15 February", id="longer ago: only the date"),
        pytest.param(ago(days=400), "10 февраля 2025", "10 February 2025", id="another year is named"),
        pytest.param(ago(minutes=-25), "через 25 минут", "in 25 minutes", id="ahead, minutes"),
        pytest.param(ago(hours=-1), "через 1 час", "in 1 hour", id="ahead, an hour"),
        pytest.param(ago(hours=-20), "завтра, 08:30", "tomorrow, 08:30", id="tomorrow morning"),
    ],
)
def test_relative(moment: datetime, russian: str, english: str) -> None:
    with translation.override("ru"):
        assert moments.relative(moment, NOW) == russian
    with translation.override("en"):
        assert moments.relative(moment, NOW) == english


@pytest.mark.parametrize(
    "moment, short",
    [
        pytest.param(ago(seconds=5), "1 м", id="never zero"),
        pytest.param(ago(minutes=59), "59 м", id="minutes"),
        pytest.param(ago(hours=3), "3 ч", id="hours"),
        pytest.param(ago(days=2), "2 д", id="days"),
        pytest.param(ago(days=60), "16 января", id="then the date"),
    ],
)
def test_short(moment: datetime, short: str) -> None:
    with translation.override("ru"):
        assert moments.short(moment, NOW) == short


def test_the_exact_time_is_always_at_hand() -> None:
    with translation.override("ru"):
        html = moments.ago(ago(minutes=5), NOW)
    assert '<time datetime="2026-03-17T09:25:00+00:00" title="вт, 17 марта, 12:25">5 минут назад</time>' in html


def test_no_time_says_nothing() -> None:
    assert moments.ago(None) == ""
    assert moments.when(None) == ""
