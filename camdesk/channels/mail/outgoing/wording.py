"""What our letters say of a request in a line: alone, and in the letter that stands for several.

To an address that nobody has proven goes only what its owner said: no camera, no place, no answer about either.
What a notice says was written when it was queued, for this reader (outages/wording.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from camdesk.channels.mail.outgoing.blocks import Block, Link, Rule, Words
from camdesk.lib.phones import display
from camdesk.people import contacts
from camdesk.people.models import ContactPoint, Person
from camdesk.playbook import current as playbook
from camdesk.tickets import claim_tokens
from camdesk.tickets.models import Delivery, Event, Ticket
from camdesk.tickets.models.ticket import Channel
from camdesk.ui.moments import exact


def matter_of(ticket: Ticket) -> str:
    """What the request is about. Its own subject may name a camera or a place, unless its author wrote it."""
    return ticket.subject if ticket.channel == Channel.MAIL or may_read_of_cameras(ticket) else _topic_of(ticket)


def may_read_of_cameras(ticket: Ticket) -> bool:
    """Whether its address may: a proven one, or one that a person who was signed in has named. When an agent has said
    whose the request is, that proves the person and not the address."""
    if not ticket.verified:
        return False
    if not Event.objects.filter(ticket=ticket, name="ticket.linked").exists():
        return True
    address = contacts.verified(kind=ContactPoint.Kind.EMAIL, value=ticket.contact_email.lower())
    return address is not None and address.pk == ticket.person_id


def said_of_himself(ticket: Ticket) -> list[tuple[str, str]]:
    rows = [
        (_("Имя"), ticket.contact_name),
        (_("Телефон"), display(ticket.contact_phone) if ticket.contact_phone else ""),
        (_("Почта"), ticket.contact_email),
        (_("Тема"), _topic_of(ticket)),
    ]
    return [row for row in rows if row[1]]


def received_of(ticket: Ticket) -> str:
    words = _("Мы получили ваше обращение, его номер — %(number)s.") % {"number": ticket.pk}
    if ticket.promised_at is None:
        return words
    return f"{words} " + _("Ответим не позже: %(at)s.") % {"at": exact(ticket.promised_at)}


def promise_of(ticket: Ticket) -> str:
    last = Event.objects.filter(ticket=ticket, name="promise.changed").order_by("-seq").first()
    at = exact(datetime.fromisoformat(last.particulars["at"])) if last is not None else ""
    return _("Нам нужно больше времени. Напишем вам не позже: %(at)s.") % {"at": at}


def resolved_words() -> str:
    return _("Мы считаем, что ваш вопрос решён.")


def news_of(delivery: Delivery) -> str:
    """A notice within a letter of several: what it says, without its greeting, its link and its signature."""
    parts = [part.strip() for part in delivery.text.split("\n\n")]
    kept = [part for part in parts[1:] if part and part != settings.BRAND and settings.PUBLIC_URL not in part]
    return "\n".join(kept or parts) or delivery.subject


def claim_link(ticket: Ticket, delivery: Delivery) -> list[Block]:
    """For the address that the request came from, while nobody has proven it; else nothing."""
    if ticket.verified or not delivery.to or delivery.to.lower() != ticket.contact_email.lower():
        return []
    expires_at = delivery.created_at + claim_tokens.VALID_FOR
    token = claim_tokens.issue(ticket.pk, ticket.contact_email, expires_at=expires_at)
    return [
        Link(_("Это ваше обращение? Подтвердите адрес"), absolute(reverse("claim", args=[token]))),
        Words(_("Ссылка действует неделю. Если вы нам не писали, ничего не делайте.")),
    ]


def gathered_letter(letters: Sequence[Delivery]) -> tuple[str, list[Block]]:
    """(subject, body) of the one letter that stands for these, request by request."""
    of_ticket: dict[Ticket, list[Delivery]] = defaultdict(list)
    for letter in letters:
        assert letter.ticket is not None, "only letters about requests are gathered"
        of_ticket[letter.ticket].append(letter)
    blocks: list[Block] = [Words(_("Здравствуйте! Новостей сразу несколько, поэтому они в одном письме."))]
    for ticket, theirs in of_ticket.items():
        about = _("Обращение № %(number)s: %(subject)s") % {"number": ticket.pk, "subject": matter_of(ticket)}
        said = dict.fromkeys(in_a_line(letter, ticket) for letter in theirs)
        blocks += [Rule(), Words(about), *(Words(words) for words in said)]
        blocks += claim_link(ticket, theirs[0])
        if has_login(ticket.person):
            blocks.append(Link(_("Открыть в личном кабинете"), request_address(ticket)))
    closing = _(
        "Ответ на это письмо станет новым обращением. Чтобы продолжить одно из этих, откройте его в личном "
        "кабинете или ответьте на письмо о нём."
    )
    return _("Новости по вашим обращениям"), [*blocks, Rule(), Words(closing)]


def in_a_line(letter: Delivery, ticket: Ticket) -> str:
    """What one letter would have said, within another."""
    match letter.kind:
        case Delivery.Kind.CONFIRMATION:
            return received_of(ticket)
        case Delivery.Kind.PROMISE:
            return promise_of(ticket)
        case Delivery.Kind.RESOLVED:
            return resolved_words()
        case _:
            return news_of(letter)


def has_login(person: Person) -> bool:
    return getattr(person, "user", None) is not None


def request_address(ticket: Ticket) -> str:
    return absolute(reverse("request", args=[ticket.pk]))


def absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def _topic_of(ticket: Ticket) -> str:
    topic = playbook.version(ticket.playbook_version).topics.get(ticket.topic_id)
    return topic.title.get((get_language() or "ru")[:2]) if topic else ticket.topic.title_ru
