"""The letter of an invitation: one place queues it, whoever invites and in whatever words."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from camdesk.people.models import Invitation, Person
from camdesk.tickets.models import Delivery
from camdesk.tickets.outbox import queue_letter


def link_of(token: str) -> str:
    """Where whoever opens it gets in."""
    return f"{settings.PUBLIC_URL}{reverse('invitation', args=[token])}"


def queue(
    invitation: Invitation, *, subject: str, text: str, language: str, by: Person | None, now: datetime
) -> Delivery | None:
    """In the transaction that made the invitation. The letter counts against `by`, and may be held; None: it was queued
    already. `text`: with `link_of` in it."""
    return queue_letter(
        kind=Delivery.Kind.ACCOUNT,
        to=invitation.email,
        language=language,
        subject=subject,
        text=text,
        now=now,
        by=by,
        dedupe_key=f"invitation:{invitation.pk}",
        key_is_new=True,
    )
