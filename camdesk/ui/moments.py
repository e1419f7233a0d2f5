"""Times as people say them: «5 минут назад», «вт, 24 ноября, 14:05», each in the reader's zone and language.

The tables are here rather than in Django's date formats because a queue page says fifty times what time it is, and
these cost a microsecond each.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from markupsafe import Markup

_DAYS = {"ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"), "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS_RU = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
_MONTHS_EN = "January February March April May June July August September October November December"
_MONTHS = {"ru": _MONTHS_RU.split(), "en": _MONTHS_EN.split()}
MINUTE, HOUR, DAY = 60, 3600, 86400


def _language() -> str:
    return "en" if (get_language() or "ru").startswith("en") else "ru"


def day(moment: datetime, now: datetime | None = None) -> str:
    """«24 ноября», with the year when it is not this one."""
    local = timezone.localtime(moment)
    year = "" if local.year == timezone.localtime(now).year else f" {local.year}"
    return f"{local.day} {_MONTHS[_language()][local.month - 1]}{year}"


def clock(moment: datetime) -> str:
    """«14:05»."""
    local = timezone.localtime(moment)
    return f"{local.hour:02}:{local.minute:02}"


def exact(moment: datetime, now: datetime | None = None) -> str:
    """«вт, 24 ноября, 14:05»."""
    local = timezone.localtime(moment)
    return f"{_DAYS[_language()][local.weekday()]}, {day(moment, now)}, {local.hour:02}:{local.minute:02}"


def relative(moment: datetime, now: datetime | None = None) -> str:
    """«только что», «5 минут назад», «вчера, 14:05», «через 2 часа»; further than a week: the day itself.

    static/ui/js/relative-time.js keeps the same rules, so that a page left open ages without a jump.
    """
    now = now or timezone.now()
    seconds = int((now - moment).total_seconds())
    ahead, distance = seconds < 0, abs(seconds)
    if distance < 45:
        return gettext("через минуту") if ahead else gettext("только что")
    if distance < 45 * MINUTE:
        n = max(1, round(distance / MINUTE))
        form = (
            ngettext("через %(n)s минуту", "через %(n)s минуты", n)
            if ahead
            else ngettext("%(n)s минуту назад", "%(n)s минуты назад", n)
        )
        return form % {"n": n}
    days = (timezone.localtime(moment).date() - timezone.localtime(now).date()).days
    if distance < 12 * HOUR or days == 0:
        n = max(1, round(distance / HOUR))
        form = (
            ngettext("через %(n)s час", "через %(n)s часа", n)
            if ahead
            else ngettext("%(n)s час назад", "%(n)s часа назад", n)
        )
        return form % {"n": n}
    if days in (-1, 1):
        return (gettext("завтра, %(time)s") if ahead else gettext("вчера, %(time)s")) % {"time": clock(moment)}
    if abs(days) < 7:
        return exact(moment, now)
    return day(moment, now)


def short(moment: datetime, now: datetime | None = None) -> str:
    """How far away in one glance, for dense lists: «5 м», «3 ч», «2 д», then the day."""
    now = now or timezone.now()
    distance = abs(int((now - moment).total_seconds()))
    if distance < HOUR:
        return gettext("%(n)s м") % {"n": max(1, distance // MINUTE)}
    if distance < DAY:
        return gettext("%(n)s ч") % {"n": distance // HOUR}
    if distance < 30 * DAY:
        return gettext("%(n)s д") % {"n": distance // DAY}
    return day(moment, now)


def _time(moment: datetime, text: str, now: datetime | None) -> str:
    stamp = moment.isoformat(timespec="seconds")
    return f'<time datetime="{stamp}" title="{exact(moment, now)}">{text}</time>'


def ago(moment: datetime | None, now: datetime | None = None, brief: bool = False) -> Markup:
    """A relative time that keeps itself fresh, with the exact one on hover. None gives an empty string."""
    if moment is None:
        return Markup("")
    text = short(moment, now) if brief else relative(moment, now)
    kind = ' format="short"' if brief else ""
    # Nothing here comes from a person: digits, our own tables and our own translations.
    return Markup(f"<relative-time{kind}>{_time(moment, text, now)}</relative-time>")  # noqa: S704


def when(moment: datetime | None, now: datetime | None = None) -> Markup:
    """The exact time as a <time> element: «вт, 24 ноября, 14:05». None gives an empty string."""
    return Markup("") if moment is None else Markup(_time(moment, exact(moment, now), now))  # noqa: S704
