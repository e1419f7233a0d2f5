"""Mango Office: a form with `vpbx_api_key`, `sign` and `json`, signed with key and salt. Pure."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from camdesk.channels.phone.exchange_events import (
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


def verified(headers: Mapping[str, str], body: bytes, key: str) -> bool:
    """key: "api key:salt". The signature is over the JSON as it was sent."""
    fields = form_fields(body)
    api_key, _colon, salt = key.partition(":")
    expected = hashlib.sha256((api_key + fields.get("json", "") + salt).encode()).hexdigest()
    known = hmac.compare_digest(fields.get("vpbx_api_key", "").encode(), api_key.encode())
    return bool(salt) and known and hmac.compare_digest(expected.encode(), fields.get("sign", "").lower().encode())


def parse(body: bytes) -> list[ExchangeEvent]:
    """Raises NotUnderstood."""
    try:
        event = loads(form_fields(body).get("json", ""))
        call_id = str(event["entry_id"])
    except (ValueError, KeyError, TypeError):
        raise NotUnderstood("no JSON with an entry_id") from None
    if "call_state" in event:
        return [_of_leg(event, call_id)]
    if "recording_id" in event:
        return [ExchangeEvent(call_id, "recording", recording=str(event["recording_id"])[:200], raw=event)]
    return [_summary(event, call_id)]


def _of_leg(event: dict[str, Any], call_id: str) -> ExchangeEvent:
    caller, callee = _side(event, "from"), _side(event, "to")
    inward = bool(callee.get("extension")) and not caller.get("extension")
    internal = bool(callee.get("extension")) and bool(caller.get("extension"))
    outward = bool(caller.get("extension")) and not internal
    return ExchangeEvent(
        call_id=call_id,
        kind=_kind(event),
        leg_id=str(event.get("call_id", ""))[:100],
        seq=whole(event.get("seq")),
        at=moment(event.get("timestamp")),
        direction="internal" if internal else "out" if outward else "in",
        customer="" if internal else customer_number((callee if outward else caller).get("number")),
        line=e164(callee.get("line_number") or caller.get("line_number")),
        extension=str((callee if inward or internal else caller).get("extension") or "")[:20],
        queue=str(callee.get("acd_group") or "")[:60],
        reason=str(event.get("disconnect_reason") or "")[:60],
        raw=event,
    )


def _kind(event: dict[str, Any]) -> Kind:
    state, with_person = event.get("call_state"), event.get("location") == "abonent"
    if state == "Connected":
        return "answered" if with_person else "queued"  # a robot that talks is nobody who answered
    if state == "Appeared":
        return "ringing" if with_person else "queued"
    if state == "OnHold":
        return "held"
    if state == "Disconnected":
        return "ended"
    raise NotUnderstood("an unknown call_state")


def _summary(event: dict[str, Any], call_id: str) -> ExchangeEvent:
    caller, callee = _side(event, "from"), _side(event, "to")
    outward = whole(event.get("call_direction")) == 2
    talked = whole(event.get("end_time")) - whole(event.get("talk_time")) if whole(event.get("talk_time")) else 0
    return ExchangeEvent(
        call_id=call_id,
        kind="ended",
        seq=10**6,
        at=moment(event.get("end_time")),
        direction="out" if outward else "in",
        customer=customer_number((callee if outward else caller).get("number")),
        line=e164(event.get("line_number")),
        extension=str((caller if outward else callee).get("extension") or "")[:20],
        reason=str(event.get("disconnect_reason") or "")[:60],
        talk_seconds=max(0, talked),
        raw=event,
    )


def _side(event: dict[str, Any], name: str) -> dict[str, Any]:
    side = event.get(name)
    return side if isinstance(side, dict) else {}
