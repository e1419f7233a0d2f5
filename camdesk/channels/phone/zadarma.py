"""Zadarma: a form with `event`, signed over fields that differ from event to event. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

from camdesk.channels.phone.exchange_events import (
    Direction,
    ExchangeEvent,
    Kind,
    NotUnderstood,
    customer_number,
    e164,
    form_fields,
    whole,
)

# event: (what it means, its place in a call, which fields are signed)
_EVENTS: dict[str, tuple[Kind, int, Direction, tuple[str, ...]]] = {
    "NOTIFY_START": ("ringing", 0, "in", ("caller_id", "called_did", "call_start")),
    "NOTIFY_INTERNAL": ("ringing", 1, "in", ("caller_id", "called_did", "call_start")),
    "NOTIFY_ANSWER": ("answered", 2, "in", ("caller_id", "destination", "call_start")),
    "NOTIFY_END": ("ended", 9, "in", ("caller_id", "called_did", "call_start")),
    "NOTIFY_OUT_START": ("ringing", 0, "out", ("internal", "destination", "call_start")),
    "NOTIFY_OUT_END": ("ended", 9, "out", ("internal", "destination", "call_start")),
    "NOTIFY_RECORD": ("recording", 10, "in", ("pbx_call_id", "call_id_with_rec")),
}


def verified(headers: Mapping[str, str], body: bytes, key: str) -> bool:
    """key: the API secret."""
    fields = form_fields(body)
    known = _EVENTS.get(fields.get("event", ""))
    if known is None or not key:
        return False
    signed = "".join(fields.get(name, "") for name in known[3])
    digest = hmac.new(key.encode(), signed.encode(), hashlib.sha1).hexdigest()
    return hmac.compare_digest(base64.b64encode(digest.encode()), headers.get("Signature", "").encode())


def parse(body: bytes) -> list[ExchangeEvent]:
    """Raises NotUnderstood."""
    fields = form_fields(body)
    known = _EVENTS.get(fields.get("event", ""))
    call_id = fields.get("pbx_call_id", "")
    if known is None or not call_id:
        raise NotUnderstood("an unknown event, or no pbx_call_id")
    kind, place, direction, _signed = known
    customer = fields.get("destination") if direction == "out" else fields.get("caller_id")
    return [
        ExchangeEvent(
            call_id=call_id[:100],
            kind=kind,
            seq=place,
            direction=direction,
            customer="" if kind == "recording" else customer_number(customer),
            line=e164(fields.get("called_did") or fields.get("caller_id")) if kind != "recording" else "",
            extension=fields.get("internal", "")[:20],
            reason=fields.get("disposition", "")[:60],
            talk_seconds=whole(fields.get("duration")) if kind == "ended" else None,
            recording=fields.get("call_id_with_rec", "")[:200],
            raw=fields,
        )
    ]
