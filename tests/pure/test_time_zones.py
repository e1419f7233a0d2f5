"""Time zones: how they are written, and how they are called."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest

from camdesk.lib import time_zones

MAY = datetime(2026, 5, 9, 13, 40, tzinfo=UTC)
JANUARY = datetime(2026, 1, 9, 13, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("", ""),
        ("  ", ""),
        ("Asia/Yekaterinburg", "Asia/Yekaterinburg"),
        (" asia/yekaterinburg ", "Asia/Yekaterinburg"),
        ("МСК", "Europe/Moscow"),
        ("МСК+2", "Etc/GMT-5"),
        ("msk + 2", "Etc/GMT-5"),
        ("МСК-1", "Etc/GMT-2"),
        ("UTC+5", "Etc/GMT-5"),
        ("UTC−3", "Etc/GMT+3"),
        ("+05:00", "Etc/GMT-5"),
        ("UTC+0", "UTC"),
        ("UTC", "UTC"),
        ("Екатеринбург", "Asia/Yekaterinburg"),
        (" yekaterinburg ", "Asia/Yekaterinburg"),
        ("МОСКВА", "Europe/Moscow"),
        ("Нью Йорк", "America/New_York"),
    ],
)
def test_a_zone_by_what_people_write(said: str, name: str) -> None:
    assert time_zones.name_of(said) == name
    assert not name or time_zones.zone(name) is not None


@pytest.mark.parametrize(
    "said", ["Ёкатеринбургск", "Mars/Olympus", "МСК+12", "UTC+15", "UTC+5:30", "+", "5", "../UTC", "a" * 70]
)
def test_what_is_none(said: str) -> None:
    with pytest.raises(time_zones.UnknownZone):
        time_zones.name_of(said)


@pytest.mark.parametrize(
    ("name", "language", "title"),
    [
        ("Asia/Yekaterinburg", "ru", "Екатеринбург, UTC+5"),
        ("Asia/Yekaterinburg", "en", "Yekaterinburg, UTC+5"),
        ("Asia/Kolkata", "en", "Kolkata, UTC+5:30"),
        ("America/St_Johns", "ru", "Сент-Джонс, UTC−2:30"),
        ("Etc/GMT-5", "ru", "UTC+5"),
        ("UTC", "ru", "UTC"),
    ],
)
def test_its_title(name: str, language: str, title: str) -> None:
    assert time_zones.title(ZoneInfo(name), MAY, language) == title


def test_they_differ_by_what_their_clocks_show_then() -> None:
    moscow, berlin, minsk = (ZoneInfo(f"Europe/{city}") for city in ("Moscow", "Berlin", "Minsk"))
    assert not time_zones.differ(moscow, minsk, MAY)
    assert time_zones.differ(moscow, berlin, MAY)
    assert time_zones.distance(berlin, MAY) == "UTC+2"
    assert time_zones.distance(berlin, JANUARY) == "UTC+1"


def test_a_zone_this_machine_does_not_know_is_none() -> None:
    assert time_zones.zone("Mars/Olympus") is None
    assert time_zones.zone("../../etc/passwd") is None


@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_a_field_shows_is_read_again(language: str) -> None:
    names = [name for name in sorted(available_timezones()) if name not in ("localtime", "posixrules", "Factory")]
    assert {
        name: said for name in names if time_zones.name_of(said := time_zones.spelled(name, language)) != name
    } == {}
    assert time_zones.spelled("", language) == ""


@pytest.mark.parametrize(
    ("name", "written"), [("Asia/Yekaterinburg", "Екатеринбург"), ("Etc/GMT-5", "UTC+5"), ("Etc/GMT+3", "UTC−3")]
)
def test_what_a_field_shows(name: str, written: str) -> None:
    assert time_zones.spelled(name, "ru") == written
