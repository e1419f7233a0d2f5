"""The letters of an outage, and its times in words. They are told by our clock: an outage may be in several zones. To
whom lives by another one (`site`) our zone is named."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from camdesk.outages.models import Notice, Outage
from camdesk.tickets.outbox import LetterWords
from camdesk.ui.moments import clock, day, ours_note

_CAMERAS_NAMED = 8


def until(moment: datetime | None, *, now: datetime, site: tzinfo | None = None) -> str:
    """«сегодня до 18:00», «завтра до 9:30», «до 24 ноября, 18:00»; "" when it is not known, or has passed unkept."""
    if moment is None or moment <= now:
        return ""
    days = (localtime(moment).date() - localtime(now).date()).days
    time = f"{clock(moment)} {ours_note(moment, site)}".rstrip()
    if days == 0:
        return _("сегодня до %(time)s") % {"time": time}
    if days == 1:
        return _("завтра до %(time)s") % {"time": time}
    return _("до %(day)s, %(time)s") % {"day": day(moment, now), "time": time}


def since(moment: datetime, *, now: datetime, site: tzinfo | None = None) -> str:
    """«12:40» of today, else «24 ноября, 12:40»: to be read after «с»."""
    time = f"{clock(moment)} {ours_note(moment, site)}".rstrip()
    if localtime(moment).date() == localtime(now).date():
        return time
    return f"{day(moment, now)}, {time}"


def letter(
    notice: Notice,
    *,
    name: str,
    cameras: Sequence[str],
    ticket: int | None,
    language: str,
    now: datetime,
    site: tzinfo | None = None,
) -> LetterWords:
    """What one person is told. name: as they gave it, "" where their address is not proven; cameras: the names of
    their own that are affected, () where they may not be named; site: the zone that these are in; ticket: the number
    of their request, None when they only asked for news."""
    outage = notice.outage
    with translation.override(language):
        told = _CONTENTS[notice.kind](notice, outage, now, site)
        parts = [_("Здравствуйте, %(name)s!") % {"name": name} if name else _("Здравствуйте!"), *told]
        if cameras and notice.kind != Notice.Kind.CLOSED:
            parts.append(_("Ваши камеры: %(cameras)s.") % {"cameras": _named(cameras)})
        parts += [_after(notice, ticket), _address(ticket), str(settings.BRAND)]
        return LetterWords(_subject(notice, outage), "\n\n".join(part for part in parts if part))


def pointer(*, ticket: int, language: str) -> LetterWords:
    """What an address is told that a known customer has typed and nobody has proven: that there is news, and where
    they read it."""
    with translation.override(language):
        news = _("По обращению № %(number)s есть новость. Прочитать её можно в личном кабинете.") % {"number": ticket}
        parts = [_("Здравствуйте!"), news, _address(ticket), str(settings.BRAND)]
        return LetterWords(_("Обращение № %(number)s") % {"number": ticket}, "\n\n".join(parts))


def _subject(notice: Notice, outage: Outage) -> str:
    if notice.kind == Notice.Kind.CLOSED:
        over = _("Закончили: %(title)s") if outage.is_planned else _("Починили: %(title)s")
        return over % {"title": outage.title}
    if notice.kind == Notice.Kind.FORECAST:
        return _("Новый срок: %(title)s") % {"title": outage.title}
    return outage.title


def _declared(notice: Notice, outage: Outage, now: datetime, site: tzinfo | None) -> list[str]:
    if outage.is_planned:
        told = [f"{outage.title}.", _("Когда: %(window)s.") % {"window": window(outage, now=now, site=site)}]
    else:
        told = [_("Мы знаем о сбое: %(title)s.") % {"title": outage.title}, _forecast_words(outage.eta, now, site)]
    return [told[0], outage.affected, _cause(outage), *told[1:], notice.words]


def _forecast(notice: Notice, outage: Outage, now: datetime, site: tzinfo | None) -> list[str]:
    return [
        f"{outage.title}.",
        _("Когда: %(window)s.") % {"window": window(outage, now=now, site=site)}
        if outage.is_planned
        else _forecast_words(notice.eta, now, site),
        notice.words,
    ]


def _closed(notice: Notice, outage: Outage, now: datetime, site: tzinfo | None) -> list[str]:
    over = _("Работы закончены: %(title)s.") if outage.is_planned else _("Сбой устранён: %(title)s.")
    return [over % {"title": outage.title}, notice.words]


_CONTENTS: dict[str, Callable[[Notice, Outage, datetime, tzinfo | None], list[str]]] = {
    Notice.Kind.DECLARED: _declared,
    Notice.Kind.FORECAST: _forecast,
    Notice.Kind.CLOSED: _closed,
}


def _forecast_words(eta: datetime | None, now: datetime, site: tzinfo | None) -> str:
    due = until(eta, now=now, site=site)
    if due:
        return _("Починим, по нашей оценке, %(until)s.") % {"until": due}
    return _("Когда починим, пока не известно: напишем, как только узнаем.")


def _cause(outage: Outage) -> str:
    return _("Причина: %(cause)s.") % {"cause": outage.cause.rstrip(". ")} if outage.cause else ""


def _after(notice: Notice, ticket: int | None) -> str:
    if notice.kind != Notice.Kind.CLOSED:
        return _("Писать нам ещё раз не нужно: сообщим, когда всё заработает.")
    first = _("Камера возвращается не сразу: подождите 15 минут, потом выключите её и включите.")
    then = _("Если она всё ещё не работает, напишите нам.")
    if ticket is not None:
        then = _("Если она всё ещё не работает, ответьте на это письмо: ваше обращение откроется снова.")
    return f"{first} {then}"


def _address(ticket: int | None) -> str:
    page = reverse("request", args=[ticket]) if ticket is not None else reverse("cameras")
    words = _("Обращение № %(number)s") % {"number": ticket} if ticket is not None else _("Ваши камеры в кабинете")
    return f"{words}: {settings.PUBLIC_URL}{page}"


def _named(cameras: Sequence[str]) -> str:
    shown = ", ".join(cameras[:_CAMERAS_NAMED])
    more = len(cameras) - _CAMERAS_NAMED
    if more <= 0:
        return shown
    return shown + " " + ngettext("и ещё %(n)s", "и ещё %(n)s", more) % {"n": more}


def window(outage: Outage, *, now: datetime, site: tzinfo | None = None) -> str:
    """When planned works are: «сегодня, 10:00–14:00», «24 ноября, 22:00 – 25 ноября, 4:00 (Москва, UTC+3)»."""
    return f"{_span(outage, now)} {ours_note(outage.began_at, site)}".rstrip()


def _span(outage: Outage, now: datetime) -> str:
    begin, end = localtime(outage.began_at), localtime(outage.eta) if outage.eta else None
    if end is None:
        return f"{_day(outage.began_at, now)}, {clock(outage.began_at)}"
    if begin.date() == end.date():
        return f"{_day(begin, now)}, {clock(begin)}–{clock(end)}"
    return f"{_day(begin, now)}, {clock(begin)} – {_day(end, now)}, {clock(end)}"


def _day(moment: datetime, now: datetime) -> str:
    days = (localtime(moment).date() - localtime(now).date()).days
    return {0: _("сегодня"), 1: _("завтра")}.get(days) or day(moment, now)
