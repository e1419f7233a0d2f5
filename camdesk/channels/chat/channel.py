"""The chat, and every other page of the cabinet: the support panel and the page of a request show the same thread."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from camdesk.bot.sessions import effects
from camdesk.bot.sessions.dialogue_moves import OWN_REQUEST
from camdesk.channels.chat.add_to_request import add_to_request
from camdesk.channels.mail.channel import queue_letter_of
from camdesk.channels.own_requests import own_request
from camdesk.tickets.channels import Answers, Channel, KnownCustomer, Reach, register
from camdesk.tickets.models import Message, Ticket


def _reach(known: KnownCustomer) -> Reach:
    return Reach(why="" if known.login else "no_login")


def _queue(message: Message, ticket: Ticket, target: str, now: datetime) -> None:
    """It stands there already; a letter follows when it was not read for a while, or at once where they want it so."""
    if ticket.person.letters_at_once:
        queue_letter_of(message, ticket, ticket.contact_email, now)
        return
    unread = timedelta(minutes=settings.UNREAD_MINUTES)
    queue_letter_of(message, ticket, ticket.contact_email, now, wait=unread, only_if_unread=True)


def _hint() -> str:
    return ngettext(
        "Письмо уйдёт, только если ответ не прочитают за %(n)s минуту.",
        "Письмо уйдёт, только если ответ не прочитают за %(n)s минуты.",
        settings.UNREAD_MINUTES,
    ) % {"n": settings.UNREAD_MINUTES}


CHAT = register(
    Channel(
        name="chat",
        label=_("чат"),
        icon="message-circle",
        opened=_("в чате"),
        signed_in=True,
        buttons=True,
        answers=Answers(
            offered=_("В кабинете"),
            given=_("в кабинете"),
            icon="monitor",
            reach=_reach,
            queue=_queue,
            obstacles={"no_login": _("нет входа")},
            hint=_hint,
            files=True,
            rank=20,
        ),
    )
)

effects.register("add_to_request", add_to_request)
effects.register(OWN_REQUEST, own_request)
