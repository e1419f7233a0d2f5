"""The strip of a camera's last 30 days as its pages show it: bars, a sentence, and the same in words for every day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from camdesk.cameras import status
from camdesk.cameras.health_strip import (
    BLOCKED,
    DAYS,
    OFFLINE,
    ONLINE,
    UNKNOWN,
    UNSTABLE,
    Strip,
    StripDay,
    starts,
    strip_of,
)
from camdesk.cameras.models import Camera
from camdesk.cameras.words import status_look
from camdesk.ui import figures, moments

HEIGHT = 40
_LEAST = 3  # so high a part is drawn at least: a minute offline is seen, too
_FROM_BELOW = (ONLINE, UNSTABLE, BLOCKED, OFFLINE)  # trouble hangs from the top, so that its place tells it, too
_MOST_SPANS = 20_000  # beyond that the oldest days are shown as if nothing were known


@dataclass(frozen=True)
class BarPart:
    """`tone`: as everywhere; `y`, `height`: within 0 to HEIGHT, from the top."""

    tone: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """One day. `words`: what it was like, `share`: how much of what was recorded it worked, "" for nothing."""

    x: int
    parts: tuple[BarPart, ...]
    day: str
    words: str
    share: str


@dataclass(frozen=True)
class StripView:
    """`sentence`: the whole of it in words; `known`: whether anything was recorded."""

    bars: tuple[Bar, ...]
    sentence: str
    known: bool


def strip_view(camera: Camera, *, now: datetime) -> StripView:
    """One query, with the camera's site at hand. A day begins when it begins at the site."""
    site = camera.site.zone
    zone = site or timezone.get_current_timezone()
    spans = status.history(camera=camera, since=starts(days=DAYS, now=now, zone=zone)[0])
    newest = list(spans.reverse()[:_MOST_SPANS])
    strip = strip_of(reversed(newest), now=now, zone=zone)
    bars = tuple(_bar(number, day, zone) for number, day in enumerate(strip.days))
    sentence = _sentence(strip, site)
    if strip.known and (note := moments.site_note(now, site)):
        sentence += " " + _("Дни считаются %(note)s.") % {"note": note}
    return StripView(bars, sentence, strip.known > 0)


def heights(seconds: Mapping[str, int], height: int = HEIGHT) -> dict[str, float]:
    """How high each recorded status is drawn, of a day's bar. Pure. Whatever was, is seen; together they are no higher
    than the bar."""
    total = sum(seconds.values())
    drawn = {name: seconds[name] for name in _FROM_BELOW if seconds.get(name)}
    if not total or not drawn:
        return {}
    least = {name: max(_LEAST, height * value / total) for name, value in drawn.items()}
    over = sum(least.values()) - height
    if over > 0:
        largest = max(least, key=lambda name: least[name])
        least[largest] -= over
    return least


def _bar(number: int, day: StripDay, zone: tzinfo) -> Bar:
    parts, floor = [], float(HEIGHT)
    high = heights(day.seconds)
    for name in _FROM_BELOW:
        if name in high and name != OFFLINE:
            floor -= high[name]
            parts.append(BarPart(status_look(name).tone, round(floor, 2), round(high[name], 2)))
    if OFFLINE in high:
        parts.append(BarPart(status_look(OFFLINE).tone, 0, round(high[OFFLINE], 2)))
    share = figures.number(_percent(day.seconds.get(ONLINE, 0), day.known)) + "\u00a0%" if day.known else ""
    name = moments.day(datetime(day.day.year, day.day.month, day.day.day, 12, tzinfo=zone), site=zone)
    return Bar(number * 10, tuple(parts), name, _day_in_words(day), share)


def _day_in_words(day: StripDay) -> str:
    if not day.known:
        return _("нет данных")
    worse = [name for name in (OFFLINE, UNSTABLE, BLOCKED) if day.seconds.get(name)]
    said = [f"{status_look(name).word} {_lasted(day.seconds[name])}" for name in worse]
    if day.drops:
        said.append(_drops(day.drops))
    if not said:
        said.append(str(status_look(ONLINE).word))
    if day.seconds.get(UNKNOWN):
        said.append(_("%(duration)s без данных") % {"duration": _lasted(day.seconds[UNKNOWN])})
    return ", ".join(said)


def _sentence(strip: Strip, site: tzinfo | None) -> str:
    if strip.working is None:
        return _("Истории пока нет: она начнётся, когда о состоянии камеры станет известно.")
    share = figures.number(_percent(strip.seconds(ONLINE), strip.known), 1)
    said = [_("Работала %(share)s %% времени.") % {"share": share}]
    if strip.drops:
        said[0] = _("Работала %(share)s %% времени, %(drops)s.") % {"share": share, "drops": _drops(strip.drops)}
    longest = strip.longest
    if longest is not None:
        words = _("Самый долгий перерыв: %(duration)s, %(day)s.")
        if not longest.over:
            words = _("Самый долгий перерыв идёт сейчас: %(duration)s, с %(day)s.")
        said.append(words % {"duration": _lasted(longest.seconds), "day": moments.day(longest.began_at, site=site)})
    missing = sum(day.seconds.get(UNKNOWN, 0) for day in strip.days)
    if missing > timedelta(hours=1).total_seconds():
        said.append(_("Данные есть за %(duration)s.") % {"duration": _lasted(strip.known)})
    return " ".join(said)


def _percent(part: int, whole: int) -> float:
    """Never rounded up: 100 % is said of what never failed."""
    return int(1000 * part / whole) / 10 if whole else 0.0


def _drops(number: int) -> str:
    return ngettext("%(n)s обрыв", "%(n)s обрыва", number) % {"n": figures.number(number)}


def _lasted(seconds: int) -> str:
    """«2 ч 10 мин»; from two days on in days, below a minute as a minute."""
    if seconds >= 2 * moments.DAY:
        days = seconds // moments.DAY
        return (ngettext("%(n)s день", "%(n)s дня", days) % {"n": days}).replace(" ", "\u00a0")
    return moments.duration(max(moments.MINUTE, seconds - seconds % moments.MINUTE))
