"""Words that only the desk says."""

from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from camdesk.channels.mail.channel import MAIL
from camdesk.channels.mail.incoming.machine_letters import CAME_BACK
from camdesk.channels.phone.recordings import safe_link
from camdesk.desk.phone_words import look_of_entry
from camdesk.lib.language import current_language
from camdesk.people.identities import kind_of
from camdesk.people.models import Team
from camdesk.people.role_words import MEMBER_ROLES
from camdesk.people.roles import hidden_teams, may
from camdesk.tickets import channels, letter_budget
from camdesk.tickets.models import Delivery, TicketCamera
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.turn_words import TURN_WORDS
from camdesk.ui.addresses import address
from camdesk.ui.values import Look

LETTER_LOOKS = {
    Delivery.State.WAITING: Look(_("письмо ждёт отправки"), "neutral", "clock"),
    Delivery.State.SENT: Look(_("письмо отправлено"), "good", "mail-check"),
    Delivery.State.FAILED: Look(_("письмо не ушло"), "trouble", "mail-x"),
    Delivery.State.CAUGHT: Look(_("письмо сохранено, почта не настроена"), "info", "mailbox"),
    Delivery.State.HELD: Look(_("письмо придержано"), "attention", "hand"),
    Delivery.State.MERGED: Look(_("вошло в общее письмо"), "neutral", "mails"),
    Delivery.State.READ: Look(_("прочитано в кабинете, письмо не нужно"), "neutral", "eye"),
}
# Of what leaves by another channel than a letter.
DELIVERY_LOOKS = {
    Delivery.State.WAITING: Look(_("ждёт отправки"), "neutral", "clock"),
    Delivery.State.SENT: Look(_("отправлено"), "good", "check"),
    Delivery.State.FAILED: Look(_("не ушло"), "trouble", "circle-x"),
}
_WHY_NOT_SENT = {
    CAME_BACK: _("сервер получателя вернул письмо"),
    letter_budget.TO_MAILBOX: _("за час на этот неподтверждённый адрес ушло уже слишком много писем"),
    letter_budget.BY_ORIGINATOR: _("за час отправитель вызвал слишком много писем на неподтверждённые адреса"),
    letter_budget.BY_AN_AGENT: _("придержал сотрудник"),
}
LETTER_KINDS = {
    Delivery.Kind.CONFIRMATION: _("подтверждение"),
    Delivery.Kind.REPLY: _("ответ"),
    Delivery.Kind.PROMISE: _("срок"),
    Delivery.Kind.RESOLVED: _("решено"),
    Delivery.Kind.NOTICE: _("уведомление"),
    Delivery.Kind.DIGEST: _("общее письмо"),
    Delivery.Kind.CLAIM: _("просьба подтвердить адрес"),
    Delivery.Kind.ACCOUNT: _("учётная запись"),
}
CAMERA_STATES = {
    TicketCamera.State.AFFECTED: _("затронута"),
    TicketCamera.State.CHECKED: _("проверена"),
    TicketCamera.State.FIXED: _("исправлена"),
    TicketCamera.State.UNCONFIRMED: _("не подтверждена"),
}

TURN_ICONS = {
    Turn.BOT: "bot",
    Turn.US: "headset",
    Turn.CUSTOMER: "user-round",
    Turn.PROVIDER: "network",
    Turn.INSTALLER: "wrench",
    Turn.VISIT: "truck",
    Turn.NOBODY: "circle-check",
}
# In the order they are offered; the others come about by themselves.
HAND_TURNS = (Turn.US, Turn.CUSTOMER, Turn.PROVIDER, Turn.INSTALLER, Turn.VISIT)


def team_name(team: Team) -> str:
    return (team.name_en if current_language() == "en" else "") or team.name_ru


def letter_look(delivery: Delivery) -> Look:
    """What became of a letter, or of what leaves by another channel."""
    looks = LETTER_LOOKS if delivery.channel == MAIL.name else {**LETTER_LOOKS, **DELIVERY_LOOKS}
    return looks[Delivery.State(delivery.state)]


def why_not_sent(letter: Delivery) -> str:
    """Why a letter did not leave or arrive: what the mail server said, or a sentence of ours."""
    return str(_WHY_NOT_SENT.get(letter.last_error, letter.last_error))


@cache
def _turn_words(language: str) -> dict[Turn, str]:
    with override(language):
        return {turn: str(word) for turn, word in TURN_WORDS.items()}


def page_words() -> dict[str, Any]:
    """What the templates of the desk look words up in. Words of turns are read once, not once a row."""
    first = address("desk:ticket", 0)
    return {
        "turn_words": _turn_words(current_language()),
        "turn_icons": TURN_ICONS,
        "hand_turns": HAND_TURNS,
        "channel_of": channels.get,
        "identity_kind": kind_of,
        "letter_look": letter_look,
        "may": may,
        "hidden_teams": hidden_teams,
        "way_words": channels.answerable(),
        "letter_kinds": LETTER_KINDS,
        "why_not_sent": why_not_sent,
        "member_words": MEMBER_ROLES,
        "team_name": team_name,
        "look_of_entry": look_of_entry,
        "safe_link": safe_link,
        "ticket_base": first.removesuffix("0/"),
    }
