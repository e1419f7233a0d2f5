"""The date a letter says it was written, whatever way it says it."""

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_RUSSIAN_MONTHS = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_USUAL = re.compile(
    r"(\d{1,2})[\s-]+([^\W\d_]{3,9})\.?[\s-]+(\d{2,4})(?:\s*г\.?)?(?:[\s,]+(?:в\s+)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?)?(.{0,40})",
    re.S,
)
_ASCTIME = re.compile(r"([^\W\d_]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2}):(\d{2})\s+(?:([A-Z]{3,4})\s+)?(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T\s](\d{2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?(.{0,40}))?", re.S)
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?")
_ZONE = re.compile(r"\s*\(?([A-Za-z]{1,5})")
_ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "msk": 180, "msd": 240, "eet": 120, "eest": 180, "cet": 60, "cest": 120,
    "bst": 60, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "samt": 240, "yekt": 300, "omst": 360, "krat": 420, "novt": 420, "irkt": 480, "yakt": 540, "vlat": 600,
}  # fmt: skip


def read_date(text: str) -> str | None:
    """A Date value as "2026-11-22T11:05:00Z"; None when it says nothing between 1980 and 2100. No zone means UTC."""
    text = text[:200]
    try:
        when = _iso(text) or _usual(text) or _asctime(text)
        when = when.astimezone(UTC) if when else None
    except (ValueError, OverflowError):
        return None
    if when is None or not 1980 <= when.year <= 2100:
        return None
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _usual(text: str) -> datetime | None:
    found = _USUAL.search(text)
    if not found:
        return None
    day, month, year, hour, minute, second, rest = found.groups()
    number = _month(month)
    if number is None:
        return None
    full = int(year)
    if len(year) < 4:  # RFC 5322 §4.3
        full += 2000 if full < 50 else 1900
    return _at(full, number, int(day), hour, minute, second, rest)


def _asctime(text: str) -> datetime | None:
    found = _ASCTIME.search(text)
    if not found:
        return None
    month, day, hour, minute, second, zone, year = found.groups()
    number = _month(month)
    return None if number is None else _at(int(year), number, int(day), hour, minute, second, zone or "")


def _iso(text: str) -> datetime | None:
    found = _ISO.match(text.strip())
    if not found:
        return None
    year, month, day, hour, minute, second, rest = found.groups()
    return _at(int(year), int(month), int(day), hour, minute, second, rest or "")


def _month(word: str) -> int | None:
    word = word.lower()[:3].replace("май", "мая")
    for names in (_MONTHS, _RUSSIAN_MONTHS):
        if word in names:
            return names.index(word) + 1
    return None


def _at(
    year: int, month: int, day: int, hour: str | None, minute: str | None, second: str | None, rest: str
) -> datetime:
    zone = timezone(timedelta(minutes=_zone(rest)))
    # A leap second is a second like others.
    return datetime(year, month, day, int(hour or 0), int(minute or 0), min(int(second or 0), 59), tzinfo=zone)


def _zone(rest: str) -> int:
    """Minutes east of Greenwich."""
    offset = _OFFSET.search(rest)
    if offset:
        minutes = int(offset.group(2)) * 60 + int(offset.group(3) or 0)
        return (minutes if offset.group(1) == "+" else -minutes) if minutes <= 14 * 60 else 0
    word = _ZONE.match(rest)
    return _ZONES.get(word.group(1).lower(), 0) if word else 0
