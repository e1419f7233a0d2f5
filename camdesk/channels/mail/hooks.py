"""Letters brought by a mail provider over HTTP: `/hooks/mail/<provider>/<secret>/`.

2xx is said when the letter is durable, 5xx when in doubt: providers ask again for hours, and the same letter brought
twice is one.
"""

import hashlib
import json
import logging
from typing import Any

from anymail.webhooks.mailjet import MailjetInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from camdesk.channels.mail.storing import LARGEST, NoRoom, TooLarge, store

log = logging.getLogger("camdesk.mail")
_LARGEST_BODY = LARGEST * 3 // 2  # base64 in JSON
_LONGEST_FIELD = 2_000
_LONG_FIELDS = frozenset({"TextBody", "HtmlBody", "RawEmail", "Content", "Text-part", "Html-part", "StrippedTextReply"})


@csrf_exempt
@require_POST
def letter(request: HttpRequest, provider: str, secret: str) -> HttpResponse:
    """provider: `raw` (the body is the letter), `postmark`, `mailjet`."""
    if not settings.MAIL_HOOK_SECRET or not constant_time_compare(secret, settings.MAIL_HOOK_SECRET):
        log.warning("a letter hook was called with a wrong secret from %s", request.META.get("REMOTE_ADDR"))
        return HttpResponse(status=403)
    if provider not in ("raw", "postmark", "mailjet"):
        return HttpResponse(status=404)
    body = request.read(_LARGEST_BODY + 1)
    try:
        if len(body) > _LARGEST_BODY:
            raise TooLarge
        raw, recipients = (body, []) if provider == "raw" else _unwrapped(provider, json.loads(body))
        digest = "" if provider == "raw" else hashlib.sha256(body).hexdigest()
        store(raw, mailbox=provider, now=timezone.now(), recipients=recipients, digest=digest)
    except TooLarge:
        return HttpResponse("the letter is too large", status=413, content_type="text/plain")
    except NoRoom:
        return HttpResponse("no room just now", status=507, content_type="text/plain")
    except ValueError:
        return HttpResponse("this is no JSON", status=400, content_type="text/plain")
    return HttpResponse("kept", content_type="text/plain")


def _unwrapped(provider: str, event: Any) -> tuple[bytes, list[str]]:
    """(the letter, its envelope's recipients). Raises ValueError."""
    if not isinstance(event, dict):
        raise ValueError("not an object")
    recipient = event.get("OriginalRecipient") or event.get("Recipient")
    recipients = [recipient] if isinstance(recipient, str) else []
    raw = event.get("RawEmail")
    if isinstance(raw, str) and raw:
        return raw.encode("utf-8", "surrogateescape"), recipients
    view = {"postmark": _Postmark, "mailjet": _Mailjet}[provider]()
    try:
        return view.esp_to_anymail_event(_shortened(event)).message.as_bytes(), recipients
    except Exception:
        # Nothing is lost over a field nobody can read: the letter is what we were given, as it was given.
        log.warning("a letter of %s could not be put together; it is kept as it was given", provider)
        given = json.dumps(event, ensure_ascii=True, indent=1)
        return b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + given.encode(), recipients


def _shortened(value: Any, name: str = "") -> Any:
    """Header fields of a length the standard parser copes with: its cost grows with the square."""
    if isinstance(value, dict):
        return {key: _shortened(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_shortened(one, name) for one in value[:500]]
    if isinstance(value, str) and name not in _LONG_FIELDS and not name.startswith(("Attachment", "InlineAttachment")):
        return value[:_LONGEST_FIELD]
    return value


class _Postmark(PostmarkInboundWebhookView):
    warn_if_no_basic_auth = False  # the secret is in the address


class _Mailjet(MailjetInboundWebhookView):
    warn_if_no_basic_auth = False
