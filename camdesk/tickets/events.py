"""Everything that may happen to a ticket: of each event its sentence, its icon and who sees it.

One table. `timeline.record` refuses a name that is not in it, tickets/thread.py decides by it what is a line of a
conversation, and docs/events.md is held against it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from camdesk.lib import time_zones
from camdesk.tickets import channels
from camdesk.tickets.turn_words import turn_word
from camdesk.ui.figures import caller
from camdesk.ui.moments import duration, site_note


class Audience(StrEnum):
    """Who reads a ticket. Which tickets they may read at all is asked before: tickets/access.py."""

    AGENT = "agent"
    CUSTOMER = "customer"
    INTEGRATION = "integration"  # sees what an agent sees, but is asked nothing: no file that was not found clean


class UnknownEvent(LookupError):
    """No event of that name stands in the table."""


Particulars = Mapping[str, Any]
Sentence = Callable[[Particulars], str]


@dataclass(frozen=True)
class EventKind:
    """`public`: the customer sees it; None: the deed says each time. `sentence`: what happened, without its subject and
    time. `to_customer`: the same to the customer, where it is said otherwise. `told`: to whom something else in the
    conversation tells it already, mostly its message, so that it is no line of its own. `personal`: the particulars
    that tell of a person, which erasure replaces (privacy/erasure.py)."""

    icon: str
    sentence: Sentence
    public: bool | None = True
    to_customer: Sentence | None = None
    told: frozenset[Audience] = frozenset()
    personal: tuple[str, ...] = ()


def kind_of(name: str) -> EventKind:
    """Raises UnknownEvent."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownEvent(name) from None


def publicity(name: str, said: bool | None) -> bool:
    """Whether the customer sees an event that is to be written; `said`: what the deed says of it. Raises UnknownEvent;
    ValueError for a deed that says nothing where it has to, or something where the table does."""
    fixed = kind_of(name).public
    if (fixed is None) == (said is None):
        raise ValueError(f"{name}: the table says {fixed}, the deed {said}")
    return bool(said if fixed is None else fixed)


def sentence(name: str, particulars: Particulars, audience: Audience = Audience.AGENT) -> str:
    """«Обращение решено». An event of a version that is newer than this one is called by its name."""
    kind = KINDS.get(name)
    if kind is None:
        return name
    tell = kind.to_customer if audience == Audience.CUSTOMER and kind.to_customer else kind.sentence
    return tell(particulars)


def icon_of(name: str) -> str:
    return KINDS[name].icon if name in KINDS else "circle-dot"


def is_line(name: str, audience: Audience) -> bool:
    """Whether it stands in the conversation as a line of its own. A customer is shown no name without a sentence."""
    return audience not in KINDS[name].told if name in KINDS else audience != Audience.CUSTOMER


def _moment(raw: str, zone: str = "") -> str:
    moment, site = datetime.fromisoformat(raw), time_zones.zone(zone)
    return f"{date_format(localtime(moment, site), 'j E, H:i')} {site_note(moment, site)}".rstrip()


def _says(words: Any) -> Sentence:
    """These words, filled in with the particulars."""
    return lambda p: str(words) % p


def _at(words: Any, field: str) -> Sentence:
    """These words, filled in with a moment of the particulars as %(at)s; its `zone` is the site's."""
    return lambda p: str(words) % {"at": _moment(p[field], p.get("zone", ""))}


def _with_length(words: Any) -> Sentence:
    return lambda p: f"{words}, {duration(p['seconds'])}" if p.get("seconds") else str(words)


def _opened(p: Particulars) -> str:
    return str(_("Обращение создано %(how)s") % {"how": channels.get(p.get("channel", "")).opened})


def _until(p: Particulars) -> dict[str, str]:
    return {"until": _moment(p["until"])}


def _waits(p: Particulars) -> str:
    return str(_("Ждём вместе с клиентом, помощник проверит сам: %(until)s") % _until(p))


def _waits_with_you(p: Particulars) -> str:
    return str(_("Ждём вместе с вами, помощник проверит сам: %(until)s") % _until(p))


def _assigned(p: Particulars) -> str:
    return str(_("Назначено: %(name)s") % p if p.get("name") else _("Возвращено в очередь"))


def _automatic(p: Particulars) -> str:
    noted = str(_("Пришёл автоответ: %(subject)s") % p)
    return noted + " · " + str(_("следующие не показываем")) if p.get("last") else noted


def _bounced(p: Particulars) -> str:
    words = _("Письмо на %(to)s задерживается: почтовый сервер пробует ещё")
    returned = p.get("given_up", p.get("permanent", True))
    return str((_("Письмо вернулось: %(to)s его не принял") if returned else words) % p)


def _not_sent(p: Particulars) -> str:
    words = _("Письмо на %(to)s не ушло: %(reason)s")
    return str((_("Ответ на %(to)s не ушёл: %(reason)s") if p.get("channel") else words) % p)


def _due(p: Particulars) -> str:
    return str(_("Пора перезвонить: %(phone)s") % {"phone": caller(p["phone"])})


def _of_outage(words: Any) -> Sentence:
    def tell(p: Particulars) -> str:
        english = (get_language() or "ru").startswith("en") and p.get("title_en")
        return str(words) % {"title": english or p.get("title", "")}

    return tell


def _forecast(p: Particulars) -> str:
    if not p.get("eta"):
        return str(_("Срок починки пока не известен"))
    return str(_("Новый срок починки: до %(at)s") % {"at": _moment(p["eta"])})


_BY_ITS_MESSAGE = frozenset(Audience)
_TO_CUSTOMERS = frozenset({Audience.CUSTOMER})
_TO_OTHERS = _BY_ITS_MESSAGE - _TO_CUSTOMERS  # by what an agent wrote down of a call; the customer does not see that

KINDS: dict[str, EventKind] = {
    "ticket.opened": EventKind("inbox", _opened, told=_TO_CUSTOMERS),
    "message.received": EventKind("message-circle", _says(_("Новое сообщение клиента")), told=_BY_ITS_MESSAGE),
    "message.sent": EventKind("reply", _says(_("Ответ отправлен")), told=_BY_ITS_MESSAGE),
    "note.written": EventKind("lock", _says(_("Заметка добавлена")), public=False, told=_BY_ITS_MESSAGE),
    "bot.answered": EventKind("bot", _says(_("Ответ помощника")), told=_BY_ITS_MESSAGE),
    "bot.handed_over": EventKind("headset", _says(_("Передано сотруднику"))),
    "bot.waits": EventKind("clock", _waits, to_customer=_waits_with_you),
    "bot.took_over": EventKind("bot", _says(_("Возвращено помощнику")), public=False),
    "chat.abandoned": EventKind("lock", _says(_("Разговор с помощником остался без ответа и закрыт"))),
    "ticket.assigned": EventKind("user-round-check", _assigned, public=False),
    "ticket.routed": EventKind("users", _says(_("Передано другой команде")), public=False),
    "turn.changed": EventKind(
        "arrow-right-left",
        lambda p: turn_word(p["turn"]),
        to_customer=lambda p: turn_word(p["turn"], to_customer=True),
    ),
    "topic.changed": EventKind("tag", _says(_("Тема изменена")), public=False),
    "promise.changed": EventKind("clock", _at(_("Обещаем ответить до %(at)s"), "at")),
    "ticket.resolved": EventKind("circle-check", _says(_("Обращение решено"))),
    "resolution.taken_back": EventKind("undo-2", _says(_("Решение отменено"))),
    "ticket.reopened": EventKind("rotate-ccw", _says(_("Обращение открыто снова"))),
    "ticket.closed": EventKind("lock", _says(_("Обращение закрыто"))),
    "ticket.claimed": EventKind("badge-check", _says(_("Адрес %(address)s подтверждён")), personal=("address",)),
    "ticket.linked": EventKind(
        "link", _says(_("Связано с клиентом %(name)s: %(reason)s")), public=False, personal=("name", "reason")
    ),
    "ticket.unlinked": EventKind(
        "unlink", _says(_("Связь с клиентом %(name)s снята")), public=False, personal=("name",)
    ),
    "claim.asked": EventKind(
        "mail-question-mark", _says(_("Попросили подтвердить адрес %(to)s")), public=False, personal=("to",)
    ),
    "ticket.rated": EventKind(
        "star", _says(_("Оценка: %(stars)s из 5")), to_customer=_says(_("Ваша оценка: %(stars)s из 5"))
    ),
    "delivery.failed": EventKind("mail-x", _not_sent, public=False, personal=("to", "reason")),
    "delivery.released": EventKind(
        "mail", _says(_("Придержанное письмо на %(to)s отпущено")), public=False, personal=("to",)
    ),
    "delivery.held": EventKind("mail", _says(_("Письмо на %(to)s снова придержано")), public=False, personal=("to",)),
    "delivery.resent": EventKind(
        "mail", _says(_("Письмо на %(to)s отправлено ещё раз")), public=False, personal=("to",)
    ),
    "delivery.without_files": EventKind(
        "mail-warning",
        _says(_("Письмо на %(to)s ушло без непроверенных файлов: %(names)s")),
        public=False,
        personal=("to", "names"),
    ),
    "attachment.infected": EventKind(
        "shield-alert",
        _says(_("Файл «%(name)s» не прошёл проверку: найден вирус %(signature)s")),
        public=None,
        personal=("name",),
    ),
    "attachment.taken_unchecked": EventKind(
        "shield-question-mark",
        _says(_("Файл «%(name)s» открыт без проверки на вирусы")),
        public=False,
        personal=("name",),
    ),
    "letter.bounced": EventKind("mail-x", _bounced, public=False, personal=("to",)),
    "letter.automatic": EventKind("bot-message-square", _automatic, public=False, personal=("subject", "text")),
    "call.received": EventKind(
        "phone-incoming",
        _with_length(_("Входящий звонок")),
        to_customer=_with_length(_("Вы позвонили нам")),
        told=_TO_OTHERS,
        personal=("phone",),
    ),
    "call.made": EventKind("phone-outgoing", _with_length(_("Мы позвонили")), told=_TO_OTHERS, personal=("phone",)),
    "call.missed": EventKind(
        "phone-missed",
        _says(_("Пропущенный звонок, перезвоним")),
        to_customer=_says(_("Вы звонили, а мы не успели ответить. Перезвоним")),
        personal=("phone",),
    ),
    "callback.asked": EventKind(
        "phone-outgoing",
        _at(_("Просят перезвонить: %(at)s"), "from"),
        to_customer=_at(_("Перезвоним: %(at)s"), "from"),
        personal=("phone",),
    ),
    "callback.due": EventKind("alarm-clock", _due, public=False, personal=("phone",)),
    "callback.moved": EventKind(
        "phone-outgoing", _at(_("Перезвоним в другое время: %(at)s"), "from"), personal=("phone",)
    ),
    "callback.unanswered": EventKind(
        "phone-off",
        _at(_("Звонили, но не дозвонились. Позвоним ещё раз: %(at)s"), "from"),
        to_customer=_at(_("Звонили вам, но не дозвонились. Позвоним ещё раз: %(at)s"), "from"),
        personal=("phone",),
    ),
    "callback.done": EventKind("phone-call", _says(_("Перезвонили"))),
    "callback.dropped": EventKind("phone-off", _says(_("Перезванивать не нужно")), public=None),
    "callback.restored": EventKind("phone-outgoing", _says(_("Перезвонить всё-таки нужно")), public=False),
    "outage.linked": EventKind("triangle-alert", _of_outage(_("Связано с аварией: %(title)s"))),
    "outage.unlinked": EventKind("unlink", _of_outage(_("Не связано с аварией: %(title)s")), public=False),
    "outage.forecast_changed": EventKind("clock", _forecast),
    "outage.closed": EventKind("circle-check", _of_outage(_("Авария закончилась: %(title)s"))),
    "person.erased": EventKind("eraser", _says(_("Персональные данные клиента удалены")), public=False),
}
