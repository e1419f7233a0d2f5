"""What our letters say of a request in a line: alone, and in the letter that stands for several.

Who is not the request's author beyond doubt (tickets/readers.py) reads our own words and its number, and nothing that
a customer wrote. What a notice says was written when it was queued, for this reader (outages/wording.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from camdesk.channels.mail.outgoing.blocks import Block, Link, Quote, Rule, Words
from camdesk.channels.mail.outgoing.wire_format import reply_address
from camdesk.lib import time_zones
from camdesk.people.models import Person
from camdesk.tickets import claim_tokens, thread
from camdesk.tickets.answers import cameras_of
from camdesk.tickets.models import Delivery, Ticket, TicketCamera
from camdesk.tickets.readers import is_author
from camdesk.tickets.site_time import promised
from camdesk.ui.moments import exact

_QUOTED_CHARACTERS = 1_000
_QUOTED_LINES = 15
_IN_A_LINE = 200


def greeting(ticket: Ticket, to: str) -> Words:
    """By name to whoever gave it."""
    if is_author(ticket, to):
        return Words(_("Здравствуйте, %(name)s!") % {"name": ticket.contact_name})
    return Words(_("Здравствуйте!"))


def about(ticket: Ticket, to: str) -> str:
    """The request in a line: to its author with its matter, to anybody else by its number."""
    if is_author(ticket, to):
        return _("Обращение № %(number)s: %(subject)s") % {"number": ticket.pk, "subject": ticket.subject}
    return _("Обращение № %(number)s") % {"number": ticket.pk}


def received_of(ticket: Ticket, cameras: Iterable[TicketCamera]) -> list[str]:
    words = [_("Мы получили ваше обращение, его номер — %(number)s.") % {"number": ticket.pk}]
    if ticket.promised_at is not None:
        words.append(_("Ответим не позже: %(at)s.") % {"at": promised(ticket, cameras, ticket.promised_at)})
    return words


def next_step_of(cameras: Iterable[TicketCamera]) -> list[str]:
    """What is under way already, and what the reader may do."""
    looked = [_("Камеры мы проверили, результат уже у сотрудника.")] if any(one.diagnosis for one in cameras) else []
    return [*looked, _("Хотите что-то добавить? Ответьте на это письмо.")]


def not_theirs() -> str:
    """Of a request whose sender we know and whose address we do not."""
    return _("Этот адрес назвали, чтобы получить ответ. Если это были не вы, ничего не делайте.")


def promise_of(ticket: Ticket) -> str:
    last = thread.last_event(ticket, "promise.changed")
    at = ""
    if last is not None:
        moment, there = (
            datetime.fromisoformat(last.particulars["at"]),
            time_zones.zone(last.particulars.get("zone", "")),
        )
        at = exact(moment, site=there) if there else promised(ticket, cameras_of(ticket), moment)
    words = _("Нам нужно больше времени. Напишем вам не позже: %(at)s.") % {"at": at}
    if last is None or not last.particulars.get("late"):
        return words
    sorry = _("Извините за ожидание: мы не ответили к обещанному сроку.")
    return f"{sorry} {words}"


def resolved_of(ticket: Ticket, to: str) -> list[Block]:
    """What was done, in the words the customer had for an answer; without such words, only that it is settled."""
    done = _done(ticket, to)
    if done:
        words = _("По обращению № %(number)s («%(subject)s») сделано:")
        return [Quote(words % {"number": ticket.pk, "subject": ticket.subject}, shortened(done))]
    return [Words(_("Обращение № %(number)s решено.") % {"number": ticket.pk})]


def _resolved_in_a_line(ticket: Ticket, to: str) -> str:
    done = " ".join(_done(ticket, to).split())
    if not done:
        return _("Решено.")
    return _("Решено. Наш ответ: «%(words)s»") % {"words": shortened(done, characters=_IN_A_LINE)}


def _done(ticket: Ticket, to: str) -> str:
    """What we answered last, since it was opened or opened again; nothing of it to whoever is not its author."""
    if not is_author(ticket, to):
        return ""
    answer = thread.last_answer(ticket)
    return answer.text.strip() if answer is not None else ""


def shortened(text: str, *, characters: int = _QUOTED_CHARACTERS) -> str:
    """The beginning of something said before, for a quotation."""
    lines: Sequence[str] = text.strip()[:characters].split("\n")
    short = "\n".join(lines[:_QUOTED_LINES]).rstrip()
    return short if len(short) >= len(text.strip()) else f"{short}…"


def news_of(delivery: Delivery) -> str:
    """A notice within a letter of several: what it says, without its greeting, its link and its signature."""
    parts = [part.strip() for part in delivery.letter.text.split("\n\n")]
    kept = [part for part in parts[1:] if part and part != settings.BRAND and settings.PUBLIC_URL not in part]
    return "\n".join(kept or parts) or delivery.letter.subject


def claim_link(ticket: Ticket, letter: Delivery) -> list[Block]:
    """For the address that the request came from, while nobody has proven it; else nothing. `letter`: the one that is
    composed, which may stand for several."""
    if ticket.verified or not letter.to or letter.to.lower() != ticket.contact_email.lower():
        return []
    expires_at = letter.created_at + claim_tokens.VALID_FOR
    token = claim_tokens.issue(ticket.pk, ticket.contact_email, expires_at=expires_at)
    return [
        Link(_("Это ваше обращение? Подтвердите адрес"), absolute(reverse("claim", args=[token]))),
        Words(_("Ссылка действует неделю. Если вы нам не писали, ничего не делайте.")),
    ]


def gathered_letter(whole: Delivery, letters: Sequence[Delivery]) -> tuple[str, list[Block]]:
    """(subject, body) of the one letter `whole` that stands for these, request by request."""
    of_ticket: dict[Ticket, list[Delivery]] = defaultdict(list)
    for letter in letters:
        assert letter.ticket is not None, "only letters about requests are gathered"
        of_ticket[letter.ticket].append(letter)
    blocks: list[Block] = [Words(_("Здравствуйте! Новостей сразу несколько, поэтому они в одном письме."))]
    for ticket, theirs in of_ticket.items():
        said = dict.fromkeys(in_a_line(letter, ticket, whole.to) for letter in theirs)
        blocks += [Rule(), Words(about(ticket, whole.to)), *(Words(words) for words in said)]
        blocks += claim_link(ticket, whole)
        if settings.MAIL_PLUS_ADDRESS:
            blocks.append(Link(_("Ответить по этому обращению"), _answer_address(ticket)))
        if has_login(ticket.person):
            blocks.append(Link(_("Открыть в личном кабинете"), request_address(ticket)))
    closing = _(
        "На это письмо можно ответить: назовите в ответе номер обращения. Без номера ваши слова станут новым "
        "обращением."
    )
    return _("Новости по вашим обращениям"), [*blocks, Rule(), Words(closing)]


def in_a_line(letter: Delivery, ticket: Ticket, to: str) -> str:
    """What one letter would have said, within another to `to`: what was written for a reader at another address is
    not said there."""
    match letter.kind:
        case Delivery.Kind.CONFIRMATION:
            return " ".join(received_of(ticket, cameras_of(ticket)))
        case Delivery.Kind.PROMISE:
            return promise_of(ticket)
        case Delivery.Kind.RESOLVED:
            return _resolved_in_a_line(ticket, to)
        case _ if letter.to.lower() == to.lower():
            return news_of(letter)
        case _:
            return _("По обращению № %(number)s есть новость.") % {"number": ticket.pk}


def has_login(person: Person) -> bool:
    return getattr(person, "user", None) is not None


def request_address(ticket: Ticket) -> str:
    return absolute(reverse("request", args=[ticket.pk]))


def _answer_address(ticket: Ticket) -> str:
    """A new letter that belongs to this one request, whatever it answers."""
    subject = _("Обращение № %(number)s") % {"number": ticket.pk}
    return f"mailto:{reply_address(ticket)}?subject={quote(f'Re: {subject}')}"


def absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"
