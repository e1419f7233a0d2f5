"""IANA time zones: which there are, how people spell them, and how one is called in a sentence. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from camdesk.lib.numbers import whole_number

_NO_PLACES = {"localtime", "posixrules", "Factory"}
_COUNTED_FROM = {"utc": 0, "gmt": 0, "мск": 3, "msk": 3, "": 0}  # hours that UTC is behind
_WEST, _EAST = -12, 14
_LANGUAGES = ("ru", "en")


class UnknownZone(ValueError):
    """There is no such time zone."""


def name_of(said: str) -> str:
    """The IANA name of what was written: «Asia/Yekaterinburg» in any case, «Екатеринбург», «МСК+2», «UTC+5», «+05:00»;
    "" for nothing. Raises UnknownZone."""
    said = said.strip()
    if not said:
        return ""
    folded = said.casefold()
    name = _names().get(folded) or _by_hours(folded.replace(" ", "").replace("−", "-")) or _cities().get(_plain(folded))
    if name is None:
        raise UnknownZone(said)
    return name


def spelled(name: str, language: str) -> str:
    """How the zone of that IANA name is written into a field: «Екатеринбург», «UTC+5»; `name_of` reads it again."""
    of = zone(name)
    short = distance(of, datetime(2000, 1, 1, tzinfo=UTC)) if of and name.startswith("Etc/") else _city(name, language)
    try:
        return short if name_of(short) == name else name
    except UnknownZone:
        return name


@lru_cache(maxsize=700)
def zone(name: str) -> ZoneInfo | None:
    """The zone of that name; None for "" and for one that this machine does not know (any more)."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def only(names: Iterable[str]) -> ZoneInfo | None:
    """The zone that all of these names are; None where they are several, and where one is none."""
    found = {zone(name) for name in names}
    return found.pop() if len(found) == 1 else None


def title(of: tzinfo, moment: datetime, language: str) -> str:
    """«Екатеринбург, UTC+5»: its city and how far it is from UTC at that moment; the latter alone without one."""
    city = _city(str(of), language) if isinstance(of, ZoneInfo) else ""
    return f"{city}, {distance(of, moment)}" if city else distance(of, moment)


def distance(of: tzinfo, moment: datetime) -> str:
    """«UTC+5», «UTC−3:30», «UTC» at that moment."""
    minutes = round((moment.astimezone(of).utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"


def differ(one: tzinfo, other: tzinfo, moment: datetime) -> bool:
    """Whether their clocks show different times at that moment."""
    return moment.astimezone(one).utcoffset() != moment.astimezone(other).utcoffset()


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() if name not in _NO_PLACES}


def _by_hours(said: str) -> str | None:
    """«мск+2», «utc+5», «+05:00»: Etc/GMT-5, whose sign is turned."""
    for start, east in _COUNTED_FROM.items():
        sign, hours = said[len(start) :][:1], whole_number(said[len(start) + 1 :].removesuffix(":00"), digits=2)
        if said.startswith(start) and sign in ("+", "-") and hours is not None:
            total = east + (hours if sign == "+" else -hours)
            if _WEST <= total <= _EAST:
                return f"Etc/GMT{-total:+d}" if total else "UTC"
    return "Europe/Moscow" if said in ("мск", "msk") else None


@cache
def _cities() -> dict[str, str]:
    """{a zone's city, folded: the zone}. Without those that two zones have."""
    from babel.core import get_global

    known, found = _names(), dict[str, set[str]]()
    for name in get_global("zone_territories"):
        for language in _LANGUAGES if name.casefold() in known else ():
            found.setdefault(_plain(_city(name, language).casefold()), set()).add(name)
    return {city: zones.pop() for city, zones in found.items() if city and len(zones) == 1}


def _plain(folded: str) -> str:
    return folded.replace("ё", "е").replace("-", " ")


@lru_cache(maxsize=1400)
def _city(name: str, language: str) -> str:
    if name.startswith("Etc/") or "/" not in name:
        return ""
    from babel.dates import get_timezone_location  # a megabyte, and only where a site has a zone

    return str(get_timezone_location(name, locale=language, return_city=True))
