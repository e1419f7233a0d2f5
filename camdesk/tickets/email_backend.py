"""Django's e-mail backend that writes Delivery rows: letters of packages (password reset) leave by the same outbox."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from camdesk.lib.language import current_language
from camdesk.people.allauth_adapter import ORIGINATOR
from camdesk.tickets.models import Delivery
from camdesk.tickets.outbox import queue_letter


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for letter in email_messages:
            for address in letter.recipients():
                queue_letter(
                    kind=Delivery.Kind.ACCOUNT,
                    to=address,
                    now=timezone.now(),
                    language=current_language(),
                    subject=str(letter.subject),
                    text=str(letter.body),
                    html=_html_of(letter),
                    originator=letter.extra_headers.get(ORIGINATOR, ""),
                    dedupe_key=_key_of(address, letter),
                )
        return len(email_messages)


def _key_of(address: str, letter: EmailMessage) -> str:
    """Pressed twice within a second the link is the same, and so is the letter; later it is another one, and how many
    of them there may be is limited (settings.ACCOUNT_RATE_LIMITS)."""
    digest = hashlib.sha256(f"{address.lower()}\n{letter.subject}\n{letter.body}".encode()).hexdigest()[:40]
    return f"account:{digest}"


def _html_of(letter: Any) -> str:
    for content, mimetype in getattr(letter, "alternatives", []):
        if mimetype == "text/html":
            return str(content)
    return ""
