"""A Delivery becomes a letter, in the customer's language: its subject, its words, and the blocks they are made of.

Only what the customer may know is in it: what he said, what we answered, what we promised. Links lead to the cabinet,
which asks for a login; a letter by itself opens nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from camdesk.channels.mail.blocks import Block, Link, Marker, Quote, Rows, Rule, Words, as_html, as_text
from camdesk.channels.mail.enclosing import Enclosed, enclosed
from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.tickets.answers import answers_of
from camdesk.tickets.models import Delivery, Event, Message, Ticket
from camdesk.tickets.models.ticket import Channel
from camdesk.ui.moments import exact

_QUOTED_CHARACTERS = 1_000
_QUOTED_LINES = 15
_SUBJECT_CHARACTERS = 300


@dataclass(frozen=True)
class Composed:
    """subject: one line; text: readable by itself; html: "" for a letter that is text only."""

    subject: str
    text: str
    html: str


def compose(delivery: Delivery) -> Composed:
    """The letter of this Delivery as it would be now. A letter whose text is given already (of an account, a notice)
    stays as it is."""
    if delivery.text:
        return Composed(_one_line(delivery.subject), delivery.text, delivery.html)
    ticket = delivery.ticket
    assert ticket is not None, "only letters about a ticket are composed"
    with translation.override(delivery.language):
        subject = subject_of(ticket, answer=delivery.kind != Delivery.Kind.CONFIRMATION)
        marker = Marker(
            _("Ответьте выше этой строки, и ответ попадёт в обращение № %(number)s") % {"number": ticket.pk}
        )
        blocks = [marker, *_BODIES[delivery.kind](delivery, ticket), Rule(), *_footing(ticket)]
        return Composed(subject, as_text(blocks), as_html(blocks, title=subject, language=delivery.language))


def subject_of(ticket: Ticket, *, answer: bool) -> str:
    """One subject for all letters about a ticket, so that they stand together in a mailbox. A matter that came by
    letter keeps the subject its author gave it."""
    if ticket.channel == Channel.MAIL:
        return _one_line(f"Re: {ticket.subject} [№ {ticket.pk}]")
    subject = _("Обращение № %(number)s: %(subject)s") % {"number": ticket.pk, "subject": ticket.subject}
    return _one_line(f"Re: {subject}" if answer else subject)


def _confirmation(delivery: Delivery, ticket: Ticket) -> list[Block]:
    document = playbook.version(ticket.playbook_version)
    blocks: list[Block] = [
        Words(_("Здравствуйте, %(name)s!") % {"name": ticket.contact_name}),
        Words(_("Мы получили ваше обращение, его номер — %(number)s.") % {"number": ticket.pk}),
    ]
    if ticket.promised_at is not None:
        blocks.append(Words(_("Ответим не позже: %(at)s.") % {"at": _moment(ticket.promised_at)}))
    cameras = ticket.ticket_cameras.select_related("camera").order_by("pk")
    # Only the answers to questions: what was written freely follows in its own lines.
    blocks.append(Rows(answers_of(ticket, cameras if ticket.verified else [], document, delivery.language)))
    if delivery.message is not None:
        if delivery.message.text and ticket.channel != Channel.MAIL:
            blocks.append(Quote(_("Вы написали:"), delivery.message.text))
        blocks += _files(enclosed(delivery.message, own=True), own=True)
    return blocks


def _reply(delivery: Delivery, ticket: Ticket) -> list[Block]:
    message = delivery.message
    assert message is not None, "a reply is a message"
    blocks: list[Block] = [Words(message.text)] if message.text else []
    blocks += _files(enclosed(message), own=False)
    blocks.append(Words(f"{message.by.name}\n{settings.BRAND}" if message.by else str(settings.BRAND)))
    said = (
        Message.objects.filter(ticket=ticket, kind=Message.Kind.CUSTOMER, seq__lt=message.seq).order_by("-seq").first()
    )
    if said is not None and said.text.strip():
        blocks += [Rule(), Quote(_("Вы писали %(at)s:") % {"at": _moment(said.at)}, _shortened(said.text))]
    return blocks


def _promise(delivery: Delivery, ticket: Ticket) -> list[Block]:
    last = Event.objects.filter(ticket=ticket, name="promise.changed").order_by("-seq").first()
    at = _moment(datetime.fromisoformat(last.particulars["at"])) if last is not None else ""
    return [
        Words(_("Здравствуйте, %(name)s!") % {"name": ticket.contact_name}),
        Words(_("Нам нужно больше времени. Напишем вам не позже: %(at)s.") % {"at": at}),
    ]


def _resolved(delivery: Delivery, ticket: Ticket) -> list[Block]:
    blocks: list[Block] = [
        Words(_("Здравствуйте, %(name)s!") % {"name": ticket.contact_name}),
        Words(_("Мы считаем, что ваш вопрос решён.")),
        Words(_("Если это не так, просто ответьте на это письмо в течение недели: обращение откроется снова.")),
    ]
    if has_login(ticket.person):
        blocks.append(Link(_("Оценить, как мы помогли"), f"{request_address(ticket)}#rating"))
    return blocks


def _notice(delivery: Delivery, ticket: Ticket) -> list[Block]:
    return [Words(delivery.subject)] if delivery.subject else []


_BODIES = {
    Delivery.Kind.CONFIRMATION: _confirmation,
    Delivery.Kind.REPLY: _reply,
    Delivery.Kind.PROMISE: _promise,
    Delivery.Kind.RESOLVED: _resolved,
    Delivery.Kind.NOTICE: _notice,
}


def _footing(ticket: Ticket) -> list[Block]:
    contacts = playbook.version(ticket.playbook_version).contacts
    blocks: list[Block] = []
    if has_login(ticket.person):
        words = _("Обращение № %(number)s в личном кабинете") % {"number": ticket.pk}
        blocks.append(Link(words, request_address(ticket)))
    if contacts.phone:
        blocks.append(Words(_("Телефон поддержки: %(phone)s") % {"phone": contacts.phone}))
    return blocks


def _files(found: Enclosed, *, own: bool) -> list[Block]:
    blocks: list[Block] = []
    title = _("Вы приложили") if own else _("Файлы в этом письме")
    if found.named:
        blocks.append(Rows([(title, ", ".join(found.named))]))
    blocks += [Link(one.name, _absolute(reverse("files:one", args=[one.pk]))) for one in found.linked]
    blocks += [Words(_("Файл «%(name)s» слишком велик для письма.") % {"name": one.name}) for one in found.too_large]
    return blocks


def has_login(person: Person) -> bool:
    return getattr(person, "user", None) is not None


def request_address(ticket: Ticket) -> str:
    return _absolute(reverse("request", args=[ticket.pk]))


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def _moment(at: datetime) -> str:
    return exact(at)


def _shortened(text: str) -> str:
    lines: Sequence[str] = text.strip()[:_QUOTED_CHARACTERS].split("\n")
    short = "\n".join(lines[:_QUOTED_LINES]).rstrip()
    return short if len(short) >= len(text.strip()) else f"{short}…"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_SUBJECT_CHARACTERS]
