"""Where a letter without a token belongs. The rule is pure.

Only a person who has proven their address, and only into their own open requests: the one that a letter they answer
belongs to (of a letter about several, the one it names), else the one of the same subject. Whenever there are two, or
none, it is a new request: agents see both side by side, and what was taken for another matter is found more easily
than what was put under the wrong one.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from camdesk.channels.mail.incoming import person_letters
from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from camdesk.channels.models import RawLetter
from camdesk.people import identities
from camdesk.people.models import Person
from camdesk.tickets import receipts
from camdesk.tickets.models import Delivery, Message, Ticket

_LOOKED_AT = 50
_BEFORE = re.compile(
    r"(?:(?:(?:re|fwd?|aw|wg|отв|ответ|на|пересл)(?:\[\d+\])? ?:|обращение № \d+:|request no\. \d+:) ?)*+",
    re.IGNORECASE,
)
_AFTER = re.compile(r" ?\[№ \d{1,18}\]\Z")
_LONGEST_AFTER = 24
_NAMED = re.compile(
    r"(№ ?|# ?|\bобращени[а-я]{1,3} |\bзаявк[а-я]{1,2} |\brequest )?(?<!\d)(\d{1,18})(?!\d)", re.IGNORECASE
)
_FEWEST_DIGITS = 3
_READ_FOR_NUMBERS = 2_000


@dataclass(frozen=True)
class Open:
    """An open request of the sender's own. `answered`: the letter answers one of this request's letters."""

    number: int
    subject: str
    answered: bool = False


def belongs(subject: str, requests: Sequence[Open], *, proven: bool, automatic: bool) -> int | None:
    """The number of the request that the letter joins, None for a new one."""
    if not proven or automatic:
        return None
    answered = [one.number for one in requests if one.answered]
    if answered:
        return answered[0] if len(answered) == 1 else None
    plain = plain_subject(subject)
    same = [one.number for one in requests if plain and plain_subject(one.subject) == plain]
    return same[0] if len(same) == 1 else None


def named_in(text: str, numbers: Collection[int]) -> list[int]:
    """Which of these requests the beginning of a text names: «№ 1042», «обращение 7», «#1042»; a bare number has three
    digits at least, as «3 камеры» is none."""
    found = [
        int(one[2]) for one in _NAMED.finditer(text[:_READ_FOR_NUMBERS]) if one[1] or len(one[2]) >= _FEWEST_DIGITS
    ]
    return [number for number in numbers if number in found]


def plain_subject(subject: str) -> str:
    """Without «Re:», «Fwd:» and what our own letters add; spaces and case do not count."""
    words = " ".join(subject.split())
    before = _BEFORE.match(words)
    start, stop = before.end() if before else 0, len(words)
    while after := _AFTER.search(words, max(start, stop - _LONGEST_AFTER), stop):
        stop = after.start()
    return words[start:stop].strip().casefold().replace("ё", "е")


def request_of(row: RawLetter, letter: ParsedLetter, *, believed: bool) -> tuple[Ticket, Person] | None:
    """The request this letter joins, and who speaks. A letter that was told before a worker died stays where it is."""
    person = _proven(letter.sender.address) if believed else None
    if person is None or receipts.first_answer(person_letters.key_of(row)):
        return None
    told = Message.objects.filter(ticket__person=person, client_id=person_letters.client_id_of(row)).first()
    if told is not None:
        return told.ticket, person
    mine = list(Ticket.objects.open().filter(person=person, verified=True).order_by("-number")[:_LOOKED_AT])
    answered = _answered(letter) if mine else frozenset()
    requests = [Open(one.pk, one.subject, one.pk in answered) for one in mine]
    number = belongs(letter.subject, requests, proven=True, automatic=letter.automatic)
    return next(((one, person) for one in mine if one.pk == number), None)


def _proven(sender: str) -> Person | None:
    return identities.owner(identities.EMAIL, sender)


def _answered(letter: ParsedLetter) -> frozenset[int]:
    """The requests, anybody's, that the letters it answers belong to: ours, or letters that came before."""
    ids = [one for one in [letter.in_reply_to, *letter.references] if one]
    if not ids:
        return frozenset()
    ours = Delivery.objects.filter(letter__letter_id__in=ids, ticket__isnull=False).values_list("ticket_id", flat=True)
    theirs = RawLetter.objects.filter(letter_id__in=ids, ticket__isnull=False).values_list("ticket_id", flat=True)
    # Of a letter about several requests: the one that the answer names.
    gathered = Delivery.objects.filter(letter__merged_into__letter_id__in=ids, ticket__isnull=False)
    in_one = named_in(letter.reply_text, list(gathered.values_list("ticket_id", flat=True).distinct()))
    return frozenset([*ours, *theirs, *in_one])
