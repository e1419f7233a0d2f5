"""Exchanges whose administrator writes what they send: UIS, MTS Exolve, Asterisk. Pure.

docs/phone.md gives the template to paste. They sign nothing: the secret in the address is all there is, so it has to be
called over https and, where possible, from listed addresses only.
"""

from collections.abc import Callable, Mapping
from typing import Any

from camdesk.channels.phone.exchange_events import (
    KINDS,
    ExchangeEvent,
    Kind,
    NotUnderstood,
    customer_number,
    e164,
    form_fields,
    moment,
    whole,
)
from camdesk.lib.json_input import loads

_ORDER = {kind: place for place, kind in enumerate(KINDS)}
_WORDS: dict[str, Kind] = {
    "start": "ringing", "ring": "ringing", "incoming": "ringing", "queue": "queued", "answer": "answered",
    "hold": "held", "transfer": "transferred", "end": "ended", "hangup": "ended", "lost": "missed",
    "record": "recording",
}  # fmt: skip
_NAMES = {
    "uis": {"call": "call_session_id", "from": "contact_phone_number", "line": "virtual_phone_number"},
    "exolve": {"call": "call_sid", "from": "numberA", "line": "numberB"},
    "asterisk": {"call": "linkedid", "from": "customer", "line": "line"},
}


def unsigned(headers: Mapping[str, str], body: bytes, key: str) -> bool:
    """Nothing is signed: the secret of the address was checked before."""
    return True


def parser(provider: str) -> Callable[[bytes], list[ExchangeEvent]]:
    names = _NAMES[provider]

    def parse(body: bytes) -> list[ExchangeEvent]:
        """Raises NotUnderstood."""
        fields = _fields(body)
        word = str(fields.get("kind") or fields.get("event") or "").strip().lower()
        kind = _WORDS.get(word) or next((known for known in KINDS if known == word), None)
        call_id = str(fields.get(names["call"]) or fields.get("call_id") or "")
        if kind is None or not call_id:
            raise NotUnderstood("no call, or an unknown kind of event")
        direction = str(fields.get("direction") or "in").lower()
        return [
            ExchangeEvent(
                call_id=call_id[:100],
                kind=kind,
                leg_id=_leg(fields, kind),
                seq=whole(fields.get("seq"), _ORDER[kind]),
                at=moment(fields.get("at") or fields.get("start_time")),
                direction="out" if direction.startswith("out") else "internal" if direction == "internal" else "in",
                customer=customer_number(fields.get(names["from"]) or fields.get("customer")),
                line=e164(fields.get(names["line"])),
                extension=str(fields.get("extension") or "")[:20],
                queue=str(fields.get("queue") or "")[:60],
                reason=str(fields.get("reason") or "")[:60],
                talk_seconds=whole(fields["talk"]) if "talk" in fields else None,
                recording=str(fields.get("recording") or "")[:200],
                raw=fields,
            )
        ]

    return parse


def _leg(fields: Mapping[str, Any], kind: Kind) -> str:
    """A group rings several telephones in one call: where the exchange names no legs, each telephone is one."""
    named = fields.get("uniqueid") or fields.get("leg_id") or (fields.get("extension") if kind == "ringing" else "")
    return str(named or "")[:100]


def _fields(body: bytes) -> dict[str, Any]:
    text = body.decode("utf-8", "replace").strip()
    if not text.startswith("{"):
        return dict(form_fields(body.strip()))
    try:
        found = loads(text)
    except ValueError:
        raise NotUnderstood("no JSON") from None
    return found if isinstance(found, dict) else {}
