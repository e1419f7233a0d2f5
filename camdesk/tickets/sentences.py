"""Timeline events as sentences, and turns as words: one table, read by the cabinet and the desk alike."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from camdesk.tickets.models import Event
from camdesk.tickets.models.ticket import Turn
from camdesk.ui.figures import phone
from camdesk.ui.moments import duration

# The same words for the same state, whoever reads them.
TURN_WORDS = {
    Turn.BOT: gettext_lazy("Отвечает помощник"),
    Turn.US: gettext_lazy("Ход за поддержкой"),
    Turn.CUSTOMER: gettext_lazy("Ход за клиентом"),
    Turn.PROVIDER: gettext_lazy("Ждём интернет-провайдера"),
    Turn.INSTALLER: gettext_lazy("Ждём монтажников"),
    Turn.VISIT: gettext_lazy("Ждём выезда мастера"),
    Turn.NOBODY: gettext_lazy("Решено"),
}
CLOSED_WORD = gettext_lazy("Закрыто")


def turn_word(turn: str, *, closed: bool = False) -> str:
    return str(CLOSED_WORD if closed else TURN_WORDS[turn])


def sentence(event: Event) -> str:
    """What happened, in one sentence without its subject and time: «Обращение решено»."""
    tell = _SENTENCES.get(event.name)
    return tell(event.particulars) if tell else event.name


def _moment(raw: str) -> str:
    return date_format(localtime(datetime.fromisoformat(raw)), "j E, H:i")


def _with_length(words: str, particulars: dict[str, Any]) -> str:
    seconds = particulars.get("seconds") or 0
    return f"{words}, {duration(seconds)}" if seconds else words


def _automatic(particulars: dict[str, Any]) -> str:
    noted = _("Пришёл автоответ: %(subject)s") % particulars
    return f"{noted} · " + _("следующие не показываем") if particulars.get("last") else noted


def _titled(particulars: dict[str, Any]) -> str:
    english = (get_language() or "ru").startswith("en") and particulars.get("title_en")
    return str(english or particulars.get("title", ""))


def _forecast(particulars: dict[str, Any]) -> str:
    if not particulars.get("eta"):
        return _("Срок починки пока не известен")
    return _("Новый срок починки: до %(at)s") % {"at": _moment(particulars["eta"])}


def _bounced(particulars: dict[str, Any]) -> str:
    if particulars.get("permanent", True):
        return _("Письмо вернулось: %(to)s его не принял") % particulars
    return _("Письмо на %(to)s задерживается: почтовый сервер пробует ещё") % particulars


_CHANNELS = {
    "form": gettext_lazy("по форме"),
    "chat": gettext_lazy("в чате"),
    "mail": gettext_lazy("письмом"),
    "phone": gettext_lazy("по телефону"),
    "api": gettext_lazy("через другую систему"),
    "desk": gettext_lazy("сотрудником"),
}

_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "ticket.opened": lambda p: _("Обращение создано %(how)s") % {"how": _CHANNELS.get(p.get("channel", ""), "")},
    "message.received": lambda p: _("Новое сообщение клиента"),
    "message.sent": lambda p: _("Ответ отправлен"),
    "note.written": lambda p: _("Заметка добавлена"),
    "ticket.assigned": lambda p: _("Назначено: %(name)s") % p if p.get("name") else _("Возвращено в очередь"),
    "ticket.routed": lambda p: _("Передано другой команде"),
    "turn.changed": lambda p: turn_word(p["turn"]),
    "topic.changed": lambda p: _("Тема изменена"),
    "promise.changed": lambda p: _("Обещаем ответить до %(at)s") % {"at": _moment(p["at"])},
    "ticket.resolved": lambda p: _("Обращение решено"),
    "resolution.taken_back": lambda p: _("Решение отменено"),
    "ticket.reopened": lambda p: _("Обращение открыто снова"),
    "ticket.closed": lambda p: _("Обращение закрыто"),
    "bot.answered": lambda p: _("Ответ помощника"),
    "bot.handed_over": lambda p: _("Передано сотруднику"),
    "chat.abandoned": lambda p: _("Разговор с помощником остался без ответа и закрыт"),
    "bot.took_over": lambda p: _("Возвращено помощнику"),
    "delivery.failed": lambda p: _("Письмо на %(to)s не ушло: %(reason)s") % p,
    "delivery.resent": lambda p: _("Письмо на %(to)s отправлено ещё раз") % p,
    "delivery.without_files": lambda p: _("Письмо на %(to)s ушло без непроверенных файлов: %(names)s") % p,
    "letter.bounced": lambda p: _bounced(p),
    "letter.automatic": lambda p: _automatic(p),
    "attachment.infected": lambda p: _("Файл «%(name)s» не прошёл проверку: найден вирус %(signature)s") % p,
    "attachment.taken_unchecked": lambda p: _("Файл «%(name)s» открыт без проверки на вирусы") % p,
    "call.received": lambda p: _with_length(_("Входящий звонок"), p),
    "call.made": lambda p: _with_length(_("Мы позвонили"), p),
    "call.missed": lambda p: _("Пропущенный звонок, перезвоним"),
    "callback.asked": lambda p: _("Просят перезвонить: %(from)s") % {"from": _moment(p["from"])},
    "callback.due": lambda p: _("Пора перезвонить: %(phone)s") % {"phone": phone(p["phone"])},
    "callback.moved": lambda p: _("Перезвоним в другое время: %(from)s") % {"from": _moment(p["from"])},
    "callback.unanswered": lambda p: (
        _("Звонили, но не дозвонились. Позвоним ещё раз: %(from)s") % {"from": _moment(p["from"])}
    ),
    "callback.restored": lambda p: _("Перезвонить всё-таки нужно"),
    "callback.done": lambda p: _("Перезвонили"),
    "callback.dropped": lambda p: _("Перезванивать не нужно"),
    "outage.linked": lambda p: _("Связано с аварией: %(title)s") % {"title": _titled(p)},
    "outage.unlinked": lambda p: _("Не связано с аварией: %(title)s") % {"title": _titled(p)},
    "outage.forecast_changed": lambda p: _forecast(p),
    "outage.closed": lambda p: _("Авария закончилась: %(title)s") % {"title": _titled(p)},
    "ticket.claimed": lambda p: _("Адрес %(address)s подтверждён") % p,
    "ticket.linked": lambda p: _("Связано с клиентом %(name)s: %(reason)s") % p,
    "ticket.unlinked": lambda p: _("Связь с клиентом %(name)s снята") % p,
    "claim.asked": lambda p: _("Попросили подтвердить адрес %(to)s") % p,
    "ticket.rated": lambda p: _("Оценка: %(stars)s из 5") % p,
}

EVENT_NAMES = frozenset(_SENTENCES)
