"""What must leave is written here, in the deed's transaction; the worker sends it (channels/mail/delivering)."""

import secrets
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from camdesk.lib import wake
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
) -> Delivery | None:
    """A letter to leave. Nothing to send to (no address): None. Its Message-ID is final from here on."""
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
        next_try_at=now,
        created_at=now,
    )
    transaction.on_commit(wake.worker)
    return delivery


def new_letter_id(ticket: Ticket | None = None) -> str:
    """An unguessable Message-ID without its angle brackets."""
    domain = settings.SUPPORT_EMAIL.rpartition("@")[2] or urlsplit(settings.PUBLIC_URL).hostname or "camdesk.invalid"
    about = f"t{ticket.pk}." if ticket is not None else ""
    return f"{about}{secrets.token_urlsafe(18)}@{domain}"
