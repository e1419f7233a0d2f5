"""What must leave is written here, in the deed's transaction; the worker sends it (channels/mail/outgoing/deliver)."""

import secrets
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from camdesk.lib import wake
from camdesk.people.models import Person
from camdesk.tickets.letter_tokens import letter_token
from camdesk.tickets.models import Delivery, Message, Ticket
from camdesk.tickets.timeline import deed, record

# Their text is made at the first try, for whoever sits at the address then. The others' is given, or they prove that
# somebody read them.
COMPOSED = (Delivery.Kind.CONFIRMATION, Delivery.Kind.REPLY, Delivery.Kind.PROMISE, Delivery.Kind.RESOLVED)


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
) -> Delivery | None:
    """A letter to leave. Nothing to send to (no address): None. Its Message-ID is final from here on.

    `not_before`: it may still be taken back, joined by others, or (`only_if_unread`) be read in the cabinet until then.
    """
    if not to:
        return None
    delivery = Delivery.objects.create(
        kind=kind,
        ticket=ticket,
        message=message,
        to=to,
        language=language,
        letter_id=new_letter_id(ticket),
        subject=subject,
        text=text,
        html=html,
        next_try_at=not_before or now,
        only_if_unread=only_if_unread,
        created_at=now,
    )
    transaction.on_commit(wake.worker)
    return delivery


def withdraw(*, ticket: Ticket, kind: str) -> int:
    """Takes back letters of this kind that were never tried; in the deed's transaction. Returns how many."""
    untried = Delivery.objects.filter(ticket=ticket, kind=kind, state=Delivery.State.WAITING, attempts=0)
    return untried.filter(leased_until__isnull=True).delete()[0]


class NeverRedirected(Exception):
    """This letter is for the reader of its own address: what it says or proves is theirs alone."""


def send_again(
    *, delivery: Delivery, by: Person, now: datetime, to: str = "", words: tuple[str, str] | None = None
) -> bool:
    """A letter that failed, was caught, or waits for its next try is tried now, for three days more; to a corrected
    address when `to` is given, and if the wrong one was the request's own, its later letters go there too. False when
    it has left (by itself or within another), was read, is leaving this moment, or held a secret that is not kept:
    that letter has to be asked for anew.

    At another address sits another reader: there the letter is a new one, composed for them. `words`: (subject, text)
    of one whose text is written when it is queued. Raises NeverRedirected.
    """
    to = to if to.lower() != delivery.to.lower() else ""
    if to and not (delivery.kind in COMPOSED or (delivery.kind == Delivery.Kind.NOTICE and words)):
        raise NeverRedirected
    if delivery.ticket_id is None:
        return _again(delivery, to=to, words=words, now=now)
    with deed(delivery.ticket_id, now=now) as ticket:
        again = _again(delivery, to=to, words=words, now=now)
        if again:
            if to and ticket.contact_email.lower() == delivery.to.lower():
                ticket.contact_email = to
            record(ticket, "delivery.resent", by=by, now=now, delivery=delivery.pk, to=to or delivery.to)
    return again


def _again(delivery: Delivery, *, to: str, words: tuple[str, str] | None, now: datetime) -> bool:
    done_with = (Delivery.State.SENT, Delivery.State.MERGED, Delivery.State.READ)
    tried = Delivery.objects.filter(pk=delivery.pk).exclude(state__in=done_with)
    tried = tried.filter(Q(leased_until=None) | Q(leased_until__lte=now))
    if delivery.kind == Delivery.Kind.ACCOUNT:
        tried = tried.exclude(text="")
    anew = {"state": Delivery.State.WAITING, "attempts": 0, "next_try_at": now, "created_at": now, "settled_at": None}
    if to:
        subject, text = words or ("", "")
        letter_id = new_letter_id(delivery.ticket)
        anew |= {"to": to, "letter_id": letter_id, "subject": subject, "text": text, "html": ""}
    done = tried.update(**anew)
    if done:
        transaction.on_commit(wake.worker)
    return bool(done)


def new_letter_id(ticket: Ticket | None = None) -> str:
    """An unguessable Message-ID without its angle brackets; a ticket's carries its signed token."""
    domain = settings.SUPPORT_EMAIL.rpartition("@")[2] or urlsplit(settings.PUBLIC_URL).hostname or "camdesk.invalid"
    return f"{letter_token(ticket.pk) if ticket is not None else secrets.token_hex(18)}@{domain}"
