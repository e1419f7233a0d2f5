"""What must leave is written here, in the deed's transaction; the worker sends it (channels/mail/delivering)."""

import secrets
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from camdesk.lib import wake
from camdesk.people.models import Person
from camdesk.tickets.models import Delivery, Message, Ticket


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
) -> Delivery | None:
    """A letter to leave. Nothing to send to (no address): None. Its Message-ID is final from here on.

    `not_before`: it may still be taken back until then.
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
        created_at=now,
    )
    transaction.on_commit(wake.worker)
    return delivery


def withdraw(*, ticket: Ticket, kind: str) -> int:
    """Takes back letters of this kind that were never tried; in the deed's transaction. Returns how many."""
    untried = Delivery.objects.filter(ticket=ticket, kind=kind, state=Delivery.State.WAITING, attempts=0)
    return untried.filter(leased_until__isnull=True).delete()[0]


def send_again(*, delivery: Delivery, by: Person, now: datetime) -> bool:
    """A letter that failed, or waits for its next try, is tried now. False when it has left meanwhile."""
    again = Delivery.objects.filter(pk=delivery.pk, state__in=[Delivery.State.FAILED, Delivery.State.WAITING])
    tried = again.update(state=Delivery.State.WAITING, attempts=0, next_try_at=now, settled_at=None)
    if tried:
        transaction.on_commit(wake.worker)
    return bool(tried)


def new_letter_id(ticket: Ticket | None = None) -> str:
    """An unguessable Message-ID without its angle brackets."""
    domain = settings.SUPPORT_EMAIL.rpartition("@")[2] or urlsplit(settings.PUBLIC_URL).hostname or "camdesk.invalid"
    about = f"t{ticket.pk}." if ticket is not None else ""
    return f"{about}{secrets.token_urlsafe(18)}@{domain}"
