"""What must leave is written here, in the deed's transaction; the worker sends it (channels/deliveries.py)."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower

from camdesk.lib import leases, wake
from camdesk.lib.prepared import insert
from camdesk.people.identities import EMAIL
from camdesk.people.models import Identity, Person
from camdesk.tickets import letter_budget
from camdesk.tickets.letter_tokens import letter_token
from camdesk.tickets.models import Delivery, Message, OutgoingLetter, Ticket
from camdesk.tickets.timeline import deed, record

UNDO_FOR = timedelta(seconds=30)
"""So long a letter waits that an agent has just let go, and can be taken back as if it never was."""
_AT_ONCE = 200
# Their text is made at the first try, for whoever sits at the address then. The others' is given, or they prove that
# somebody read them.
COMPOSED = (Delivery.Kind.CONFIRMATION, Delivery.Kind.REPLY, Delivery.Kind.PROMISE, Delivery.Kind.RESOLVED)


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What a letter says, given by whoever lets it be sent."""

    subject: str
    text: str


def queue_letter(
    *,
    kind: str,
    to: str,
    now: datetime,
    ticket: Ticket | None = None,
    message: Message | None = None,
    language: str = "ru",
    subject: str = "",
    text: str = "",
    html: str = "",
    not_before: datetime | None = None,
    only_if_unread: bool = False,
    by: Person | None = None,
    originator: str = "",
    dedupe_key: str = "",
    key_is_new: bool = False,
) -> Delivery | None:
    """A letter to leave. Nothing to send to (no address): None. Its Message-ID is final from here on.

    `by`: who makes us write it, or `originator` where nobody is known; beyond what strangers may make us write
    (letter_budget.py) it is kept as HELD and does not leave. `not_before`: it may still be taken back, joined by
    others, or (`only_if_unread`) be read in the cabinet until then. `dedupe_key`: as of `queue`; `key_is_new`: it
    names what this very transaction has made, so nothing can be queued under it yet, and nobody looks.
    """
    if not to:
        return None
    charge = letter_budget.charge(kind=kind, to=to, ticket=ticket, by=by, originator=originator, now=now)
    delivery = Delivery(
        kind=kind,
        ticket=ticket,
        message=message,
        to=to,
        next_try_at=not_before or now,
        created_at=now,
        state=Delivery.State.HELD if charge.held else Delivery.State.WAITING,
        last_error=charge.held,
        dedupe_key=dedupe_key or None,
    )
    letter = OutgoingLetter(
        delivery=delivery,
        language=language,
        letter_id=new_letter_id(ticket),
        subject=subject,
        text=text,
        html=html,
        only_if_unread=only_if_unread,
        mailbox=charge.mailbox,
        originator=charge.originator,
        charged_at=now,
    )
    delivery = _put(delivery, letter, key_is_new=key_is_new)
    if not charge.held:
        transaction.on_commit(wake.letters)
    return delivery


def queue(
    *,
    channel: str,
    to: str,
    kind: str,
    now: datetime,
    ticket: Ticket | None = None,
    message: Message | None = None,
    payload: Mapping[str, Any] | None = None,
    dedupe_key: str = "",
    not_before: datetime | None = None,
) -> Delivery:
    """What is to leave by a channel that is not mail. `payload`: what its `deliver` needs besides the message, as JSON.
    `dedupe_key`: what the same deed would queue it under again ("message:1042"); where something was queued under it
    before, that one is returned and nothing is queued."""
    delivery = Delivery(
        channel=channel,
        kind=kind,
        ticket=ticket,
        message=message,
        to=to,
        payload=dict(payload or {}),
        dedupe_key=dedupe_key or None,
        next_try_at=not_before or now,
        created_at=now,
    )
    transaction.on_commit(wake.answers)
    return _put(delivery)


def queue_answer(
    message: Message,
    ticket: Ticket,
    target: str,
    now: datetime,
    *,
    text: str = "",
    buttons: Sequence[Mapping[str, str]] = (),
) -> None:
    """An answer to leave by the channel of `message`, which has a `deliver`; in the deed's transaction, once a message.

    Its payload: `text`; `buttons`, if it has some, each with `label`, `press`, `question`."""
    queue(
        channel=message.channel,
        kind=Delivery.Kind.REPLY,
        ticket=ticket,
        message=message,
        to=target,
        payload={"text": text or message.text} | ({"buttons": list(buttons)} if buttons else {}),
        dedupe_key=f"message:{message.pk}",
        now=now,
    )


def minute_of(now: datetime) -> int:
    """For the keys of letters that a person asks for with a button: twice within a minute it was pressed once."""
    return int(now.timestamp()) // 60


def _put(delivery: Delivery, letter: OutgoingLetter | None = None, *, key_is_new: bool = False) -> Delivery:
    """Both rows or neither; in the place of one whose key is known, that one."""
    try:
        with transaction.atomic(savepoint=delivery.dedupe_key is not None and not key_is_new):
            insert(delivery)
            if letter is not None:
                insert(letter)
    except IntegrityError:
        known = None
        if delivery.dedupe_key is not None and not key_is_new:
            known = Delivery.objects.filter(dedupe_key=delivery.dedupe_key).first()
        if known is None:
            raise
        return known
    return delivery


def withdraw(*, ticket: Ticket, kind: str) -> int:
    """Takes back letters of this kind that were never tried; in the deed's transaction. Returns how many."""
    states = (Delivery.State.WAITING, Delivery.State.HELD)
    untried = Delivery.objects.filter(ticket=ticket, kind=kind, state__in=states, attempts=0)
    return untried.filter(leased_until__isnull=True).delete()[1].get("tickets.Delivery", 0)


class NeverRedirected(Exception):
    """This letter is for the reader of its own address: what it says or proves is theirs alone."""


def send_again(
    *,
    delivery: Delivery,
    by: Person,
    now: datetime,
    to: str = "",
    words: LetterWords | None = None,
    follow: bool = False,
) -> bool:
    """A letter that failed, was caught, or waits for its next try is tried now, for three days more; to another
    address when `to` is given. False when it has left (by itself or within another), was read, is held (`release`
    it), is leaving this moment, or held a secret that is not kept: that letter has to be asked for anew.

    At another address sits another reader: there the letter is a new one, composed for them. `words`: those
    of one whose text is written when it is queued. `follow`: the address is the request's from now on, if the old one
    was: what is still to be sent goes there. Raises NeverRedirected.
    """
    to = to if to.lower() != delivery.to.lower() else ""
    if to and not (delivery.kind in COMPOSED or (delivery.kind == Delivery.Kind.NOTICE and words)):
        raise NeverRedirected
    if delivery.ticket_id is None:
        return _again(delivery, to=to, words=words, now=now)
    with deed(delivery.ticket_id, now=now) as ticket:
        again = _again(delivery, to=to, words=words, now=now)
        if again:
            if to and follow and goes_to_its_own(ticket, delivery):
                ticket.contact_email = to
            record(ticket, "delivery.resent", by=by, now=now, delivery=delivery.pk, to=to or delivery.to)
    return again


def goes_to_its_own(ticket: Ticket, delivery: Delivery) -> bool:
    """Whether the letter's address is where the request's letters go."""
    return ticket.contact_email.lower() == delivery.to.lower()


def release(*, delivery: Delivery, by: Person, now: datetime) -> bool:
    """A held letter leaves all the same, in UNDO_FOR. False when it is not held any more."""
    with _its_ticket(delivery, now=now) as ticket:
        released = _if_held(delivery.pk, now=now, at=now + UNDO_FOR)
        if released and ticket is not None:
            record(ticket, "delivery.released", by=by, now=now, delivery=delivery.pk, to=delivery.to)
    return released


def hold_back(*, delivery: Delivery, by: Person, now: datetime) -> bool:
    """Undoes `release` while the letter has not been tried. False when that is too late."""
    held_before = OutgoingLetter.objects.filter(pk=delivery.pk, mailbox="").exclude(originator="")
    held = Delivery.objects.filter(pk=delivery.pk, pk__in=held_before.values("pk"))
    with _its_ticket(delivery, now=now) as ticket:
        done = leases.withhold(held, why=letter_budget.BY_AN_AGENT, state=Delivery.State.HELD)
        if done and ticket is not None:
            record(ticket, "delivery.held", by=by, now=now, delivery=delivery.pk, to=delivery.to)
    return bool(done)


def release_proven(now: datetime) -> int:
    """A duty of the worker, and part of a claim: held letters whose address has turned out to be the author's leave.
    Returns how many."""
    proven = Identity.objects.proven().filter(
        kind=EMAIL.name, person=OuterRef("ticket__person"), value=Lower(OuterRef("to"))
    )
    held = Delivery.objects.filter(Exists(proven), state=Delivery.State.HELD, ticket__verified=True)
    found = list(held.values_list("pk", flat=True)[:_AT_ONCE])
    return sum(_if_held(pk, now=now, at=now) for pk in found)


def _if_held(pk: int, *, now: datetime, at: datetime) -> bool:
    held = Delivery.objects.filter(pk=pk, state=Delivery.State.HELD)
    done = leases.anew(held, at=at, state=Delivery.State.WAITING, created_at=now)
    if done:
        transaction.on_commit(wake.worker)
    return bool(done)


@contextmanager
def _its_ticket(delivery: Delivery, *, now: datetime) -> Iterator[Ticket | None]:
    """The locked request of a letter, in one transaction; None for a letter about none, which one statement moves."""
    if delivery.ticket_id is None:
        yield None
    else:
        with deed(delivery.ticket_id, now=now) as ticket:
            yield ticket


def _again(delivery: Delivery, *, to: str, words: LetterWords | None, now: datetime) -> bool:
    done_with = (Delivery.State.SENT, Delivery.State.MERGED, Delivery.State.READ, Delivery.State.HELD)
    tried = Delivery.objects.filter(pk=delivery.pk).exclude(state__in=done_with)
    tried = leases.free(tried, now)
    letter = OutgoingLetter.objects.filter(pk=delivery.pk)
    if delivery.kind == Delivery.Kind.ACCOUNT:
        tried = tried.filter(pk__in=letter.exclude(text="").values("pk"))
    moved = {"to": to} if to else {}
    with transaction.atomic():
        anew = {"state": Delivery.State.WAITING, "created_at": now, "settled_at": None}
        if not leases.anew(tried, at=now, **anew, **moved):
            return False
        if to:
            said = words or LetterWords("", "")
            letter.update(letter_id=new_letter_id(delivery.ticket), subject=said.subject, text=said.text, html="")
        transaction.on_commit(wake.worker)
    return True


def forget_words(delivery: Delivery) -> None:
    """What lets its reader in is nobody's any more once it has left."""
    OutgoingLetter.objects.filter(pk=delivery.pk).update(text="", html="")


def new_letter_id(ticket: Ticket | None = None) -> str:
    """An unguessable Message-ID without its angle brackets; a ticket's carries its signed token."""
    domain = settings.SUPPORT_EMAIL.rpartition("@")[2] or urlsplit(settings.PUBLIC_URL).hostname or "camdesk.invalid"
    return f"{letter_token(ticket.pk) if ticket is not None else secrets.token_hex(18)}@{domain}"
