"""Times as people say them: «5 минут назад», «вт, 24 ноября, 14:05», each in the reader's zone and language.

What happened at a site is told in the site's zone (`site=`), and the zone is named where the reader's clock shows
another time: `_zone` decides.

The tables are here rather than in Django's date formats because a queue page says fifty times what time it is. For the
same reason a reader (their zone, their language) is looked up once for each time said: every look costs microseconds.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from markupsafe import Markup

from camdesk.lib import time_zones
from camdesk.lib.language import current_language

_DAYS = {"ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"), "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS_RU = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
_MONTHS_EN = "January February March April May June July August September October November December"
_MONTHS = {"ru": _MONTHS_RU.split(), "en": _MONTHS_EN.split()}
_SHORT = {"ru": ("м", "ч", "д"), "en": ("m", "h", "d")}
MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class _Reader:
    now: datetime
    zone: tzinfo
    language: str


def _zone(site: tzinfo | None) -> tzinfo:
    """In which zone a moment is shown: the site's where it is told of a site that has one, else the reader's, which is
    the installation's (scripts name it to whose own clock shows another, zone-name.js)."""
    return site or timezone.get_default_timezone()


def _reader(now: datetime | None, site: tzinfo | None = None) -> _Reader:
    zone = _zone(site)
    language = current_language()
    return _Reader((now or timezone.now()).astimezone(zone), zone, language)


def day(moment: datetime, now: datetime | None = None, site: tzinfo | None = None) -> str:
    """«24 ноября», with the year when it is not this one."""
    reader = _reader(now, site)
    return _day(moment.astimezone(reader.zone), reader)


def clock(moment: datetime, site: tzinfo | None = None) -> str:
    """«14:05»."""
    return _clock(moment.astimezone(_zone(site)))


def exact(moment: datetime, now: datetime | None = None, site: tzinfo | None = None) -> str:
    """«вт, 24 ноября, 14:05»; «… по времени объекта (Екатеринбург, UTC+5)» where it is not the reader's time."""
    reader = _reader(now, site)
    note = site_note(moment, site)
    return f"{_exact(moment.astimezone(reader.zone), reader)} {note}".rstrip()


def exact_for(moment: datetime, clocks: Collection[tzinfo]) -> str:
    """«вт, 24 ноября, 14:05 (Москва, UTC+3)»: our own time, told in a letter. Its zone is named unless all `clocks`,
    those of the reader's sites, show the same: where they are of whom no site is known, nobody knows."""
    ours = timezone.get_default_timezone()
    if clocks and not any(time_zones.differ(clock, ours, moment) for clock in clocks):
        return exact(moment)
    return f"{exact(moment)} ({time_zones.title(ours, moment, current_language())})"


def ours_note(moment: datetime, site: tzinfo | None) -> str:
    """«(Москва, UTC+3)»: our own zone, to whom lives by the site's clock; "" where that shows the same."""
    ours = timezone.get_default_timezone()
    if site is None or not time_zones.differ(site, ours, moment):
        return ""
    return f"({time_zones.title(ours, moment, current_language())})"


def our_zone() -> str:
    """«Москва, UTC+3»: the zone of the installation as it is now."""
    return time_zones.title(timezone.get_default_timezone(), timezone.now(), current_language())


def site_note(moment: datetime, site: tzinfo | None) -> str:
    """«по времени объекта (Екатеринбург, UTC+5)»; "" where the reader's clock shows the same."""
    named = zone_title(moment, site)
    return gettext("по времени объекта (%(zone)s)") % {"zone": named} if named else ""


def zone_title(moment: datetime, site: tzinfo | None) -> str:
    """«Екатеринбург, UTC+5»; "" where the reader's clock shows the same."""
    if site is None or not time_zones.differ(site, timezone.get_default_timezone(), moment):
        return ""
    return time_zones.title(site, moment, current_language())


def relative(moment: datetime, now: datetime | None = None) -> str:
    """«только что», «5 минут назад», «вчера, 14:05», «через 2 часа»; further than a week: the day itself.

    static/ui/js/relative-time.js keeps the same rules, so that a page left open ages without a jump.
    """
    reader = _reader(now)
    return _relative(moment.astimezone(reader.zone), reader)


def short(moment: datetime, now: datetime | None = None) -> str:
    """How far away in one glance, for dense lists: «5 м», «3 ч», «2 д», then the day."""
    reader = _reader(now)
    return _short(moment.astimezone(reader.zone), reader)


def past(moment: datetime) -> bool:
    """Of a template: `{% if ticket.promised_at is past %}`."""
    return moment < timezone.now()


def duration(seconds: int) -> str:
    """How long something took: «45 с», «3 мин 20 с», «1 ч 5 мин»; the spaces inside do not break."""
    hours, minutes, rest = seconds // HOUR, seconds % HOUR // MINUTE, seconds % MINUTE
    said = [
        gettext("%(n)s ч") % {"n": hours} if hours else "",
        gettext("%(n)s мин") % {"n": minutes} if minutes else "",
        gettext("%(n)s с") % {"n": rest} if (rest and not hours) or not seconds else "",
    ]
    return " ".join(part for part in said if part).replace(" ", "\u00a0")


def ago(
    moment: datetime | None, now: datetime | None = None, brief: bool = False, site: tzinfo | None = None
) -> Markup:
    """A relative time that keeps itself fresh, with the exact one on hover. None gives an empty string."""
    if moment is None:
        return Markup("")
    reader = _reader(now, site)
    local = moment.astimezone(reader.zone)
    said, title = _short(local, reader) if brief else _relative(local, reader), _exact(local, reader)
    note = site_note(moment, site)
    if note:
        title = f"{title} {note}"
        if said.endswith(_clock(local)):
            said = f"{said} {time_zones.distance(reader.zone, moment)}"
    time = _time(moment, said, title, zoned=bool(note))
    # Nothing here comes from a person: digits, our own tables and our own translations.
    kind = ' format="short"' if brief else ""
    return Markup(f"<relative-time{kind}>{time}</relative-time>")  # noqa: S704


def when(moment: datetime | None, now: datetime | None = None, site: tzinfo | None = None) -> Markup:
    """The exact time as a <time> element: «вт, 24 ноября, 14:05», as `exact`. None gives an empty string."""
    if moment is None:
        return Markup("")
    said = exact(moment, now, site)
    return Markup(_time(moment, said, said, zoned=bool(site_note(moment, site))))  # noqa: S704  as above


def _time(moment: datetime, text: str, title: str, *, zoned: bool = False) -> str:
    """`zoned`: its zone is named already."""
    stamp = moment.isoformat(timespec="seconds")
    return f'<time datetime="{stamp}" title="{title}"{" data-zoned" if zoned else ""}>{text}</time>'


def _clock(local: datetime) -> str:
    return f"{local.hour:02}:{local.minute:02}"


def _day(local: datetime, reader: _Reader) -> str:
    year = "" if local.year == reader.now.year else f" {local.year}"
    return f"{local.day} {_MONTHS[reader.language][local.month - 1]}{year}"


def _exact(local: datetime, reader: _Reader) -> str:
    return f"{_DAYS[reader.language][local.weekday()]}, {_day(local, reader)}, {_clock(local)}"


def _short(local: datetime, reader: _Reader) -> str:
    distance = abs(int((reader.now - local).total_seconds()))
    minutes, hours, days = _SHORT[reader.language]
    if distance < HOUR:
        return f"{max(1, distance // MINUTE)} {minutes}"
    if distance < DAY:
        return f"{distance // HOUR} {hours}"
    if distance < 30 * DAY:
        return f"{distance // DAY} {days}"
    return _day(local, reader)


def _relative(local: datetime, reader: _Reader) -> str:
    seconds = int((reader.now - local).total_seconds())
    ahead, distance = seconds < 0, abs(seconds)
    days = (local.date() - reader.now.date()).days
    if distance < 45:
        return gettext("через минуту") if ahead else gettext("только что")
    if distance < 45 * MINUTE:
        return _minutes(max(1, round(distance / MINUTE)), ahead)
    if distance < 12 * HOUR or days == 0:
        return _hours(max(1, round(distance / HOUR)), ahead)
    if days in (-1, 1):
        return (gettext("завтра, %(time)s") if ahead else gettext("вчера, %(time)s")) % {"time": _clock(local)}
    return _exact(local, reader) if abs(days) < 7 else _day(local, reader)


def _minutes(n: int, ahead: bool) -> str:
    if ahead:
        return ngettext("через %(n)s минуту", "через %(n)s минуты", n) % {"n": n}
    return ngettext("%(n)s минуту назад", "%(n)s минуты назад", n) % {"n": n}


def _hours(n: int, ahead: bool) -> str:
    if ahead:
        return ngettext("через %(n)s час", "через %(n)s часа", n) % {"n": n}
    return ngettext("%(n)s час назад", "%(n)s часа назад", n) % {"n": n}
