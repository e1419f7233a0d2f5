"""Letters that providers post as JSON: Postmark and Mailjet. Taken whole where they give it, else put together."""

import json
import logging
from typing import Any

from anymail.webhooks.mailjet import MailjetInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView

from camdesk.lib.json_input import loads

log = logging.getLogger("camdesk.mail")
_LONGEST_FIELD = 2_000
_LONG_FIELDS = frozenset({"TextBody", "HtmlBody", "RawEmail", "Content", "Text-part", "Html-part", "StrippedTextReply"})


def unwrapped(provider: str, body: bytes) -> tuple[bytes, list[str]]:
    """(the letter, its envelope's recipients). provider: `postmark`, `mailjet`. Raises ValueError."""
    event = loads(body)
    if not isinstance(event, dict):
        raise ValueError("not an object")
    recipient = event.get("OriginalRecipient") or event.get("Recipient")
    recipients = [recipient] if isinstance(recipient, str) else []
    raw = event.get("RawEmail")
    if isinstance(raw, str) and raw:
        return raw.encode("utf-8", "surrogatepass"), recipients
    view: Any = {"postmark": _Postmark, "mailjet": _Mailjet}[provider]()
    try:
        letter: bytes = view.esp_to_anymail_event(_shortened(event)).message.as_bytes()
        return letter, recipients
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


class _Postmark(PostmarkInboundWebhookView):  # type: ignore[misc]  # anymail tells no types
    warn_if_no_basic_auth = False  # the secret is in the address


class _Mailjet(MailjetInboundWebhookView):  # type: ignore[misc]  # anymail tells no types
    warn_if_no_basic_auth = False
