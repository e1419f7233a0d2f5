"""Times as people say them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

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
        pytest.param(ago(seconds=44), "только что", "just now", id="a moment ago"),
        pytest.param(ago(seconds=45), "1 минуту назад", "1 minute ago", id="no moment any more"),
        pytest.param(ago(seconds=-44), "через минуту", "in a minute", id="ahead, a moment"),
        pytest.param(ago(minutes=45, seconds=-1), "45 минут назад", "45 minutes ago", id="the last of minutes"),
        pytest.param(ago(minutes=45), "1 час назад", "1 hour ago", id="the first of hours"),
        pytest.param(ago(hours=12), "12 часов назад", "12 hours ago", id="the same day: hours"),
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
        pytest.param(ago(seconds=119), "1 м", id="not two minutes yet"),
        pytest.param(ago(minutes=2), "2 м", id="two minutes"),
        pytest.param(ago(seconds=3599), "59 м", id="not an hour yet"),
        pytest.param(ago(hours=1), "1 ч", id="an hour"),
        pytest.param(ago(hours=24, seconds=-1), "23 ч", id="not a day yet"),
        pytest.param(ago(days=1), "1 д", id="a day"),
        pytest.param(ago(days=30, seconds=-1), "29 д", id="days"),
        pytest.param(ago(days=30), "15 февраля", id="then the date"),
        pytest.param(ago(hours=-3), "3 ч", id="ahead"),
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


EKATERINBURG, MINSK = ZoneInfo("Asia/Yekaterinburg"), ZoneInfo("Europe/Minsk")
YESTERDAY = ago(hours=20)  # 16:30 in Moscow, 18:30 in Yekaterinburg


@pytest.mark.parametrize(
    ("language", "site", "exact", "relative"),
    [
        ("ru", None, "пн, 16 марта, 16:30", "вчера, 16:30"),
        ("ru", MINSK, "пн, 16 марта, 16:30", "вчера, 16:30"),
        ("ru", EKATERINBURG, "пн, 16 марта, 18:30 по времени объекта (Екатеринбург, UTC+5)", "вчера, 18:30 UTC+5"),
        (
            "en",
            EKATERINBURG,
            "Mon, 16 March, 18:30 by the clock at the site (Yekaterinburg, UTC+5)",
            "yesterday, 18:30 UTC+5",
        ),
    ],
)
def test_what_happened_at_a_site_is_told_by_its_clock(language, site, exact, relative) -> None:
    with translation.override(language):
        assert moments.exact(YESTERDAY, NOW, site) == exact
        shown = str(moments.ago(YESTERDAY, NOW, site=site))
    assert f">{relative}</time>" in shown
    assert f'title="{exact}"' in shown
    assert ("data-zoned" in shown) == (site is EKATERINBURG)


def test_the_day_is_the_sites_and_no_zone_is_named_where_no_clock_is_shown() -> None:
    late = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)  # 23:30 in Moscow, 01:30 of the second in Yekaterinburg
    with translation.override("ru"):
        assert (moments.day(late, NOW), moments.day(late, NOW, EKATERINBURG)) == ("1 марта", "2 марта")
        assert "UTC" not in str(moments.ago(ago(minutes=5), NOW, site=EKATERINBURG)).partition(">")[2].partition(">")[2]


def test_our_own_time_is_named_to_whom_lives_by_another_clock() -> None:
    with translation.override("ru"):
        for clocks in ([EKATERINBURG], [MINSK, EKATERINBURG], []):  # the last: of whom nobody knows where they are
            assert moments.exact_for(NOW, clocks).endswith("12:30 (Москва, UTC+3)")
        assert moments.exact_for(NOW, [MINSK]).endswith("12:30")


@pytest.mark.parametrize(
    "seconds, words",
    [
        (0, "0 с"),
        (59, "59 с"),
        (60, "1 мин"),
        (200, "3 мин 20 с"),
        (3600, "1 ч"),
        (3601, "1 ч"),
        (3659, "1 ч"),
        (3900, "1 ч 5 мин"),
        (90000, "25 ч"),
    ],
)
def test_how_long_it_took(seconds: int, words: str) -> None:
    with translation.override("ru"):
        assert moments.duration(seconds) == words.replace(" ", "\u00a0")
