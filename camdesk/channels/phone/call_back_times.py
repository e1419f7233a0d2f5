"""«Когда позвонить»: windows of working hours to choose from, or a moment of the agent's own."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from camdesk.channels.phone.windows import NOW, Window, chosen, from_moment, offered
from camdesk.playbook import current as playbook
from camdesk.playbook.hours import spans_on
from camdesk.ui import moments
from camdesk.ui.values import Choice, ChoiceGroup

FARTHEST = timedelta(days=60)


def offer(now: datetime) -> list[ChoiceGroup]:
    """For ui.select: a group for each day, its windows' keys with «14:00–16:00»."""
    today = timezone.localdate(now)
    return [
        ChoiceGroup(day_word(day.date, today), [Choice(one.key, _clock(one)) for one in day.windows])
        for day in offered(playbook.current()[1].hours, now)
    ]


def window_of(said: Mapping[str, str], now: datetime) -> Window | None:
    """when=<key of an offered window>, or at=<YYYY-MM-DDTHH:MM> in the reader's zone; None for neither."""
    hours = playbook.current()[1].hours
    if not said.get("at", ""):
        return chosen(hours, now, said.get("when", ""))
    try:
        at = parse_datetime(said["at"])
    except ValueError:
        return None
    if at is None:
        return None
    at = timezone.make_aware(at) if timezone.is_naive(at) else at
    return from_moment(hours, at) if now < at < now + FARTHEST else None


def hours_today(now: datetime) -> str:
    """«Сегодня отвечаем с 8:00 до 22:00.»: the working hours of the day, in a sentence."""
    hours = playbook.current()[1].hours
    spans = spans_on(hours, now.astimezone(ZoneInfo(hours.time_zone)).date())
    if not spans:
        return _("Сегодня не отвечаем.")
    said = [_("с %(start)s до %(end)s") % {"start": _wall(span.start), "end": _wall(span.end)} for span in spans]
    return _("Сегодня отвечаем %(spans)s.") % {"spans": ", ".join(said)}


def _wall(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def day_word(day: date, today: date) -> str:
    if day == today:
        return _("Сегодня")
    if day == today + timedelta(days=1):
        return _("Завтра")
    return moments.day(datetime.combine(day, time(12), timezone.get_current_timezone()))


def _clock(window: Window) -> str:
    if window.key == NOW:
        return _("сейчас, до %(until)s") % {"until": moments.clock(window.end)}
    return f"{moments.clock(window.start)}–{moments.clock(window.end)}"
