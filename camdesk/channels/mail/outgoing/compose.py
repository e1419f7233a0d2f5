"""A Delivery becomes a letter, in the customer's language: its subject, its words, and the blocks they are made of.

Only what the customer may know is in it: what they said, what we answered, what we promised. Links lead to the cabinet,
which asks for a login; a letter by itself opens nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from camdesk.channels.mail.channel import MAIL
from camdesk.channels.mail.outgoing.blocks import Block, Link, Marker, Phone, Quote, Rows, Rule, Words, as_html, as_text
from camdesk.channels.mail.outgoing.enclosures import Enclosed, enclosed, gathered_in, messages_of
from camdesk.channels.mail.outgoing.wording import (
    about,
    absolute,
    claim_link,
    gathered_letter,
    greeting,
    has_login,
    in_a_line,
    next_step_of,
    not_theirs,
    promise_of,
    received_of,
    request_address,
    resolved_of,
    shortened,
)
from camdesk.playbook import current as playbook
from camdesk.tickets import reopening, thread
from camdesk.tickets.answers import answers_of
from camdesk.tickets.models import Delivery, Ticket
from camdesk.tickets.quarantine import left_out
from camdesk.tickets.readers import is_author
from camdesk.ui.moments import day, exact
from camdesk.ui.values import Term

_SUBJECT_CHARACTERS = 300


@dataclass(frozen=True)
class Composed:
    """subject: one line; text: readable by itself; html: "" for a letter that is text only."""

    subject: str
    text: str
    html: str


def compose(delivery: Delivery) -> Composed:
    """The letter of this Delivery as it would be now. A letter whose text is given already (of an account) stays as it
    is; that of a notice about a request gets what every letter about one has."""
    if not needs_composing(delivery):
        return Composed(_one_line(delivery.letter.subject), delivery.letter.text, delivery.letter.html)
    with translation.override(delivery.letter.language):
        if delivery.kind == Delivery.Kind.DIGEST:
            letters = list(gathered_in(delivery).select_related("letter", "ticket__person__user", "ticket__topic"))
            subject, blocks = gathered_letter(delivery, letters)
        else:
            subject, blocks = _about_a_ticket(delivery)
        subject = _one_line(subject)
        return Composed(subject, as_text(blocks), as_html(blocks, title=subject, language=delivery.letter.language))


def needs_composing(delivery: Delivery) -> bool:
    about_a_ticket = delivery.kind == Delivery.Kind.NOTICE and delivery.ticket_id is not None
    return not delivery.letter.text or (about_a_ticket and not delivery.letter.html)


def _about_a_ticket(delivery: Delivery) -> tuple[str, list[Block]]:
    ticket = delivery.ticket
    assert ticket is not None, "only letters about a ticket are composed"
    marker = Marker(_("Ответьте выше этой строки, и ответ попадёт в обращение № %(number)s") % {"number": ticket.pk})
    body = _BODIES[delivery.kind](delivery, ticket)
    if delivery.kind != Delivery.Kind.REPLY:
        # News of the same request that went into this letter.
        for other in gathered_in(delivery).select_related("letter"):
            body += [Rule(), Words(in_a_line(other, ticket, delivery.to))]
    blocks = [marker, *body, Rule(), *_footing(ticket, linked=request_address(ticket) in delivery.letter.text)]
    subject = delivery.letter.subject if delivery.kind == Delivery.Kind.NOTICE else ""
    return subject or subject_of(ticket, delivery.to, answer=delivery.kind != Delivery.Kind.CONFIRMATION), blocks


def subject_of(ticket: Ticket, to: str, *, answer: bool) -> str:
    """One subject for all letters about a ticket to its author, so that they stand together in a mailbox. A matter that
    came by letter keeps the subject they gave it."""
    if ticket.channel == MAIL.name and is_author(ticket, to):
        return _one_line(f"Re: {ticket.subject} [№ {ticket.pk}]")
    subject = about(ticket, to)
    return _one_line(f"Re: {subject}" if answer else subject)


def _confirmation(delivery: Delivery, ticket: Ticket) -> list[Block]:
    cameras = list(ticket.ticket_cameras.select_related("camera__site").order_by("pk"))
    blocks: list[Block] = [
        greeting(ticket, delivery.to),
        *(Words(words) for words in received_of(ticket, cameras)),
        *claim_link(ticket, delivery),
    ]
    if not is_author(ticket, delivery.to):
        return [*blocks, Words(not_theirs())] if ticket.verified else blocks
    document = playbook.version(ticket.playbook_version)
    blocks += [Words(words) for words in next_step_of(cameras)]
    # Only the answers to questions: what was written freely follows in its own lines.
    blocks.append(Rows(answers_of(ticket, cameras, document, delivery.letter.language)))
    if delivery.message is not None:
        if delivery.message.text and ticket.channel != MAIL.name:
            blocks.append(Quote(_("Вы написали:"), delivery.message.text))
        blocks += _files(enclosed([delivery.message], own=True), own=True)
    return blocks


def _reply(delivery: Delivery, ticket: Ticket) -> list[Block]:
    messages = messages_of(delivery)
    assert messages, "a reply is a message"
    first, last = messages[0], messages[-1]
    blocks: list[Block] = [Words(message.text) for message in messages if message.text]
    blocks += _files(enclosed(messages), own=False)
    blocks.append(Words(f"{last.by.name}\n{settings.BRAND}" if last.by else str(settings.BRAND)))
    said = thread.customer_words_before(ticket, first.seq)
    if said is not None and said.text.strip() and is_author(ticket, delivery.to):
        blocks += [Rule(), Quote(_("Вы писали %(at)s:") % {"at": exact(said.at)}, shortened(said.text))]
    return blocks


def _promise(delivery: Delivery, ticket: Ticket) -> list[Block]:
    return [greeting(ticket, delivery.to), Words(promise_of(ticket))]


def _resolved(delivery: Delivery, ticket: Ticket) -> list[Block]:
    blocks: list[Block] = [
        greeting(ticket, delivery.to),
        *resolved_of(ticket, delivery.to),
        Words(_still_open(ticket)),
    ]
    if has_login(ticket.person):
        blocks.append(Link(_("Оценить, как мы помогли"), f"{request_address(ticket)}#rating"))
    return blocks


def _still_open(ticket: Ticket) -> str:
    until = reopening.until(ticket)
    if until is None:
        return _("Не помогло? Ответьте на это письмо.")
    words = _("Не помогло? Ответьте на это письмо до %(day)s: откроем обращение снова.")
    return words % {"day": day(until)}


def _notice(delivery: Delivery, ticket: Ticket) -> list[Block]:
    return [Words(delivery.letter.text.strip() or delivery.letter.subject), *claim_link(ticket, delivery)]


def _claim(delivery: Delivery, ticket: Ticket) -> list[Block]:
    """Sent when an agent asks for it. Claimed meanwhile, it says only that nothing is to be done."""
    received = _("С этого адреса к нам пришло обращение № %(number)s.") % {"number": ticket.pk}
    link = claim_link(ticket, delivery) or [Words(_("Адрес уже подтверждён."))]
    return [greeting(ticket, delivery.to), Words(received), *link]


_BODIES: Mapping[str, Callable[[Delivery, Ticket], list[Block]]] = {
    Delivery.Kind.CONFIRMATION: _confirmation,
    Delivery.Kind.REPLY: _reply,
    Delivery.Kind.PROMISE: _promise,
    Delivery.Kind.RESOLVED: _resolved,
    Delivery.Kind.NOTICE: _notice,
    Delivery.Kind.CLAIM: _claim,
}


def _footing(ticket: Ticket, *, linked: bool) -> list[Block]:
    """`linked`: the letter has led to the request already."""
    contacts = playbook.version(ticket.playbook_version).contacts
    blocks: list[Block] = []
    if has_login(ticket.person) and not linked:
        words = _("Обращение № %(number)s в личном кабинете") % {"number": ticket.pk}
        blocks.append(Link(words, request_address(ticket)))
    if contacts.phone:
        hours = contacts.phone_hours.get(ticket.language)
        blocks.append(Phone(_("Телефон поддержки"), contacts.phone, contacts.phone_link, hours))
    return blocks


def _files(found: Enclosed, *, own: bool) -> list[Block]:
    blocks: list[Block] = []
    title = _("Вы приложили") if own else _("Файлы в этом письме")
    if found.named:
        blocks.append(Rows([Term(title, ", ".join(found.named))]))
    blocks += [Link(one.name, absolute(reverse("files:one", args=[one.pk]))) for one in found.linked]
    blocks += [Words(_("Файл «%(name)s» слишком велик для письма.") % {"name": one.name}) for one in found.too_large]
    return blocks + [Words(left_out(one)) for one in found.withheld]


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_SUBJECT_CHARACTERS]
