"""Django's e-mail backend that writes Delivery rows: letters of packages (password reset) leave by the same outbox."""

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
                )
        return len(email_messages)


def _html_of(letter: Any) -> str:
    for content, mimetype in getattr(letter, "alternatives", []):
        if mimetype == "text/html":
            return str(content)
    return ""
