"""What telephone exchanges tell us: believed when signed, kept once, understood in any order."""

import base64
import hashlib
import hmac
import json
import logging
from urllib.parse import urlencode

import pytest

from camdesk.channels.models import CallEvent
from camdesk.channels.phone.exchange_events import ExchangeEvent, e164, standing

SECRET = "secret-of-the-address"
KEYS = {"mango": "key:salt", "zadarma": "zsecret"}
LEG = {
    "entry_id": "E1",
    "call_id": "L1",
    "timestamp": 1773740000,
    "seq": "1",
    "call_state": "Appeared",
    "location": "abonent",
    "from": {"number": "79350000001"},
    "to": {"extension": "101", "number": "74951234567", "line_number": "74951234567"},
}


@pytest.fixture
def call(db, client, settings):
    settings.PHONE_HOOK_SECRET, settings.PHONE_KEYS = SECRET, KEYS

    def post(provider: str, body: str, *, secret: str = SECRET, rest: str = "", **headers: str) -> int:
        address = f"/hooks/phone/{provider}/{secret}/{rest}"
        kind = "application/x-www-form-urlencoded"
        return client.post(address, body, content_type=kind, headers=headers).status_code

    return post


def mango(event: dict, *, salt: str = "salt") -> str:
    said = json.dumps(event)
    sign = hashlib.sha256(f"key{said}{salt}".encode()).hexdigest()
    return urlencode({"vpbx_api_key": "key", "sign": sign, "json": said})


def test_mango_is_believed_by_its_signature_and_kept_once(call):
    assert [call("mango", mango(LEG), rest="events/call") for _twice in range(2)] == [200, 200]
    row = CallEvent.objects.get()
    assert (row.call_id, row.leg_id, row.kind, row.seq) == ("E1", "L1", "ringing", 1)
    assert (row.direction, row.customer, row.line, row.extension) == ("in", "+79350000001", "+74951234567", "101")
    assert row.raw["call_state"] == "Appeared"
    summary = {
        "entry_id": "E1",
        "call_direction": 1,
        "talk_time": 100,
        "end_time": 160,
        "from": {"number": "79350000001"},
    }
    assert call("mango", mango(summary), rest="events/summary") == 200
    assert CallEvent.objects.get(kind="ended").talk_seconds == 60


def zadarma(event: str, **fields: str) -> tuple[str, str]:
    fields = {"event": event, "pbx_call_id": "in_1", "call_start": "2026-03-17 12:30:00", **fields}
    signed = fields["caller_id"] + fields.get("called_did", "") + fields["call_start"]
    digest = hmac.new(KEYS["zadarma"].encode(), signed.encode(), hashlib.sha1).hexdigest()
    return urlencode(fields), base64.b64encode(digest.encode()).decode()


def test_zadarma_is_believed_by_its_signature(call, client):
    body, sign = zadarma("NOTIFY_START", caller_id="+79350000001", called_did="74951234567")
    assert call("zadarma", body, Signature=sign) == 200
    assert CallEvent.objects.get().customer == "+79350000001"
    assert client.get(f"/hooks/phone/zadarma/{SECRET}/?zd_echo=42").content == b"42"


@pytest.mark.parametrize(
    "provider, names",
    [
        ("uis", {"call_session_id": "7", "contact_phone_number": "79350000001", "virtual_phone_number": "74951234567"}),
        ("exolve", {"call_sid": "7", "numberA": "79350000001", "numberB": "74951234567"}),
        ("asterisk", {"linkedid": "7", "customer": "+79350000001", "line": "74951234567"}),
    ],
)
def test_exchanges_that_send_our_template(call, provider, names):
    for body in (json.dumps({"kind": "ringing", **names}), urlencode({"kind": "hangup", "talk": "30", **names})):
        assert call(provider, body) == 200
    first, last = CallEvent.objects.order_by("seq")
    assert (first.call_id, first.kind, first.customer) == ("7", "ringing", "+79350000001")
    assert (last.kind, last.talk_seconds) == ("ended", 30)


REFUSED = {
    "a wrong signature": ("mango", mango(LEG, salt="other"), {}),
    "no signature": ("mango", urlencode({"json": json.dumps(LEG)}), {}),
    "a wrong secret in the address": ("mango", mango(LEG), {"secret": "wrong"}),
    "an unknown exchange": ("evil", mango(LEG), {}),
    "another account's signature": ("zadarma", zadarma("NOTIFY_START", caller_id="1")[0], {"Signature": "x"}),
    "an exchange without its key": ("zadarma", "event=NOTIFY_START", {}),
}


@pytest.mark.parametrize("provider, body, how", REFUSED.values(), ids=REFUSED)
def test_who_is_not_the_exchange_leaves_a_line_in_the_log_and_nothing_else(call, caplog, provider, body, how):
    with caplog.at_level(logging.WARNING, "camdesk.phone"):
        assert call(provider, body, **how) == 403
    assert not CallEvent.objects.exists()
    assert "wrong" in caplog.text
    assert "79350000001" not in caplog.text


def test_without_a_secret_the_hook_is_closed(call, settings):
    settings.PHONE_HOOK_SECRET = ""
    assert call("asterisk", "kind=ringing&linkedid=1") == 403


@pytest.mark.parametrize(
    "provider, body", [("asterisk", "kind=ringing"), ("uis", "{"), ("uis", "[1]"), ("asterisk", "kind=x&linkedid=1")]
)
def test_what_is_not_understood_is_said_so(call, provider, body):
    assert call(provider, body) == 400
    assert not CallEvent.objects.exists()


def test_a_body_without_end_is_refused(call):
    assert call("asterisk", "kind=ringing&linkedid=1&x=" + "y" * 70_000) == 413


def said(kind, leg="", seq=0, **more):
    return ExchangeEvent("1", kind, leg_id=leg, seq=seq, customer="+79350000001", **more)


STANDINGS = {
    "it rings": ([said("ringing")], ("ringing", False)),
    "it was answered": ([said("ringing"), said("answered", seq=1)], ("answered", False)),
    "the end came first": ([said("ended", seq=9), said("ringing"), said("answered", seq=1)], ("ended", True)),
    "nobody answered": ([said("ringing"), said("ended", seq=9)], ("missed", True)),
    "the answer was lost, but they talked": ([said("ringing"), said("ended", seq=9, talk_seconds=5)], ("ended", True)),
    "nobody answered us": ([said("ringing", direction="out"), said("ended", direction="out", seq=9)], ("ended", True)),
    "the robot hung up and the agent is rung": (
        [said("queued", "a", 1), said("ended", "a", 2), said("ringing", "b", 3)],
        ("ringing", False),
    ),
    "every leg has ended": (
        [said("answered", "b", 3), said("ended", "a", 2), said("ended", "b", 4)],
        ("ended", False),
    ),
    "one of two rung agents answered": (
        [said("ringing", "a", 1), said("ringing", "b", 1), said("ended", "a", 2), said("answered", "b", 2)],
        ("answered", False),
    ),
    "on hold": ([said("answered", seq=1), said("held", seq=2)], ("held", False)),
}


@pytest.mark.parametrize("events, expected", STANDINGS.values(), ids=STANDINGS)
def test_where_a_call_stands(events, expected):
    for order in (events, events[::-1], events + events):
        found = standing(order)
        assert (found.state, found.over) == expected


@pytest.mark.parametrize(
    "raw, expected",
    [
        ("79350000001", "+79350000001"),
        ("+79350000001", "+79350000001"),
        ("89350000001", "+79350000001"),
        (79350000001, "+79350000001"),
        ("sip:79350000001@mango", "+79350000001"),
        ("101", ""),
        ("anonymous", ""),
        ("", ""),
        (None, ""),
        ("9" * 40, ""),
    ],
)
def test_numbers_as_exchanges_give_them(raw, expected):
    assert e164(raw) == expected


def test_a_group_without_legs_rings_each_of_its_telephones(call):
    names = {"call_session_id": "7", "contact_phone_number": "79350000001"}
    for extension in ("101", "102"):
        assert call("uis", json.dumps({"kind": "ringing", "extension": extension, **names})) == 200
    assert sorted(CallEvent.objects.values_list("extension", flat=True)) == ["101", "102"]
    events = [said("ringing", row.leg_id, extension=row.extension) for row in CallEvent.objects.all()]
    assert standing(events).ringing == ("101", "102")
    assert standing([*events, said("answered", seq=2, extension="102")]).ringing == ()
