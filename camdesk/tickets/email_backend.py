"""Django's e-mail backend that writes Delivery rows: letters of packages (password reset) leave by the same outbox."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from camdesk.lib.language import current_language
from camdesk.people.allauth_adapter import ORIGINATOR
from camdesk.tickets.models import Delivery
from camdesk.tickets.outbox import minute_of, queue_letter


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for letter in email_messages:
            for address in letter.recipients():
                now = timezone.now()
                queue_letter(
                    kind=Delivery.Kind.ACCOUNT,
                    to=address,
                    now=now,
                    language=current_language(),
                    subject=str(letter.subject),
                    text=str(letter.body),
                    html=_html_of(letter),
                    originator=letter.extra_headers.get(ORIGINATOR, ""),
                    dedupe_key=_key_of(address, letter, now),
                )
        return len(email_messages)


def _key_of(address: str, letter: EmailMessage, now: datetime) -> str:
    """The same letter within a minute is one: a link is the same for a second only, but the letter to an address that
    nobody signs in with has none. How many there may be is limited (settings.ACCOUNT_RATE_LIMITS)."""
    digest = hashlib.sha256(f"{address.lower()}\n{letter.subject}\n{letter.body}".encode()).hexdigest()[:40]
    return f"account:{digest}:{minute_of(now)}"


def _html_of(letter: Any) -> str:
    for content, mimetype in getattr(letter, "alternatives", []):
        if mimetype == "text/html":
            return str(content)
    return ""
