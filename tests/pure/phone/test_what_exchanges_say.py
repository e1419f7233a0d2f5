"""What each exchange says, in the one shape: every kind of event, and what is none."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from camdesk.channels.phone import mango, templated, zadarma
from camdesk.channels.phone.exchange_events import ExchangeEvent, NotUnderstood, form_fields, whole

CUSTOMER, LINE = "+79123456789", "+74951234567"
OUTSIDE, INSIDE = {"number": "79123456789"}, {"extension": "12", "number": "100", "line_number": "74951234567"}


def of_mango(**said: Any) -> ExchangeEvent:
    [event] = mango.parse(urlencode({"json": json.dumps({"entry_id": "e1", **said})}).encode())
    return event


def of_zadarma(**said: str) -> ExchangeEvent:
    [event] = zadarma.parse(urlencode({"pbx_call_id": "z1", **said}).encode())
    return event


def of_uis(**said: Any) -> ExchangeEvent:
    [event] = templated.parser("uis")(json.dumps({"call_session_id": "u1", **said}).encode())
    return event


def differs(event: ExchangeEvent, **wanted: Any) -> None:
    assert {name: getattr(event, name) for name in wanted} == wanted


LEG = {"call_id": "leg", "seq": 3, "timestamp": 0, "from": OUTSIDE, "to": INSIDE}
MANGO = {
    "rings somebody": ({"call_state": "Appeared", "location": "abonent"}, "ringing"),
    "waits in a queue": ({"call_state": "Appeared", "location": "queue"}, "queued"),
    "hears a menu": ({"call_state": "Connected", "location": "ivr"}, "queued"),
    "is answered": ({"call_state": "Connected", "location": "abonent"}, "answered"),
    "is held": ({"call_state": "OnHold"}, "held"),
    "ends": ({"call_state": "Disconnected"}, "ended"),
}


@pytest.mark.parametrize("name", MANGO)
def test_what_mango_says_of_a_leg(name: str) -> None:
    said, kind = MANGO[name]
    differs(of_mango(**LEG, **said), call_id="e1", leg_id="leg", seq=3, kind=kind, customer=CUSTOMER, line=LINE)


SIDES = {
    "from outside": (OUTSIDE, INSIDE, {"direction": "in", "customer": CUSTOMER, "line": LINE, "extension": "12"}),
    "to outside": (INSIDE, OUTSIDE, {"direction": "out", "customer": CUSTOMER, "line": LINE, "extension": "12"}),
    "from one of us to another": (
        {"extension": "11"}, INSIDE, {"direction": "internal", "customer": "", "line": LINE, "extension": "12"}
    ),
    "to nobody's telephone": (OUTSIDE, {}, {"direction": "in", "customer": CUSTOMER, "line": "", "extension": ""}),
    "of which nothing is said": (None, "x", {"direction": "in", "customer": "", "line": "", "extension": ""}),
}  # fmt: skip


@pytest.mark.parametrize("name", SIDES)
def test_who_calls_whom_by_mango(name: str) -> None:
    caller, callee, wanted = SIDES[name]
    differs(of_mango(call_state="OnHold", **{"from": caller, "to": callee}), **wanted)


def test_the_rest_that_mango_says() -> None:
    to = {**INSIDE, "acd_group": "support"}
    differs(of_mango(call_state="OnHold", to=to, disconnect_reason=1110), queue="support", reason="1110")
    differs(of_mango(recording_id="r" * 300), kind="recording", recording="r" * 200)
    ended = {"from": OUTSIDE, "to": INSIDE, "line_number": "74951234567", "end_time": 100, "disconnect_reason": 1}
    differs(
        of_mango(**ended, talk_time=40), kind="ended", seq=10**6, direction="in", customer=CUSTOMER, line=LINE,
        extension="12", reason="1", talk_seconds=60,
    )  # fmt: skip
    differs(of_mango(**ended, talk_time=0), talk_seconds=0)
    differs(of_mango(**ended, talk_time=101), talk_seconds=0)
    out = {"call_direction": 2, "from": INSIDE, "to": OUTSIDE}
    differs(of_mango(**out), direction="out", customer=CUSTOMER, extension="12")


ZADARMA = {
    "NOTIFY_START": ("ringing", 0, "in"), "NOTIFY_INTERNAL": ("ringing", 1, "in"),
    "NOTIFY_ANSWER": ("answered", 2, "in"),
    "NOTIFY_END": ("ended", 9, "in"), "NOTIFY_OUT_START": ("ringing", 0, "out"), "NOTIFY_OUT_END": ("ended", 9, "out"),
}  # fmt: skip


@pytest.mark.parametrize("name", ZADARMA)
def test_what_zadarma_says(name: str) -> None:
    kind, seq, direction = ZADARMA[name]
    sides = {"caller_id": CUSTOMER, "called_did": LINE}
    if direction == "out":
        sides = {"destination": CUSTOMER, "caller_id": LINE}
    event = of_zadarma(event=name, **sides, internal="12", duration="60", disposition="busy")
    differs(
        event, call_id="z1", kind=kind, seq=seq, direction=direction, customer=CUSTOMER, line=LINE, extension="12",
        reason="busy", talk_seconds=60 if kind == "ended" else None,
    )  # fmt: skip


def test_a_recording_of_zadarma_is_of_nobody() -> None:
    event = of_zadarma(event="NOTIFY_RECORD", caller_id=CUSTOMER, call_id_with_rec="r" * 300)
    differs(event, kind="recording", seq=10, customer="", line="", recording="r" * 200, talk_seconds=None)


WORDS = {
    "start": "ringing", "ring": "ringing", "incoming": "ringing", "queue": "queued", "answer": "answered",
    "hold": "held", "transfer": "transferred", "end": "ended", "hangup": "ended", "lost": "missed",
    "record": "recording", " Ringing ": "ringing", "missed": "missed",
}  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_what_an_administrator_calls_it(word: str) -> None:
    assert of_uis(kind=word).kind == of_uis(event=word).kind == WORDS[word]


def test_what_an_administrator_may_send() -> None:
    said = {
        "kind": "end",
        "contact_phone_number": CUSTOMER,
        "virtual_phone_number": LINE,
        "extension": 12,
        "talk": "60",
    }
    differs(
        of_uis(**said, queue="q", reason="busy", recording="r" * 300, seq=7, at=0, leg_id="l"), customer=CUSTOMER,
        line=LINE, extension="12", talk_seconds=60, queue="q", reason="busy", recording="r" * 200, seq=7, leg_id="l",
        direction="in",
    )  # fmt: skip
    differs(of_uis(kind="ring", customer=CUSTOMER), customer=CUSTOMER, talk_seconds=None, seq=0, leg_id="")
    differs(of_uis(kind="ring", extension="12"), leg_id="12")
    differs(of_uis(kind="answer", extension="12"), leg_id="", seq=2)
    differs(of_uis(kind="ring", extension="12", uniqueid="u"), leg_id="u")
    for word, direction in (("OUT", "out"), ("outgoing", "out"), ("internal", "internal"), ("inner", "in"), ("", "in")):
        differs(of_uis(kind="ring", direction=word), direction=direction)
    [event] = templated.parser("asterisk")(b" linkedid=a1&kind=end&customer=79123456789&line=74951234567 ")
    differs(event, call_id="a1", kind="ended", customer=CUSTOMER, line=LINE)
    [event] = templated.parser("exolve")(
        b"call_id=" + b"x" * 200 + b"&kind=end&numberA=79123456789&numberB=74951234567"
    )
    differs(event, call_id="x" * 100, customer=CUSTOMER, line=LINE)


NOTHING = {
    "mango: no JSON": (mango.parse, b"json=x", "no JSON with an entry_id"),
    "mango: a list": (mango.parse, b"json=[1]", "no JSON with an entry_id"),
    "mango: no call": (mango.parse, b"json={}", "no JSON with an entry_id"),
    "mango: another state": (mango.parse, b'json={"entry_id":1,"call_state":"Flew"}', "an unknown call_state"),
    "zadarma: another event": (zadarma.parse, b"event=X&pbx_call_id=1", "an unknown event, or no pbx_call_id"),
    "zadarma: no call": (zadarma.parse, b"event=NOTIFY_END", "an unknown event, or no pbx_call_id"),
    "uis: no JSON": (templated.parser("uis"), b"{x", "no JSON"),
    "uis: no object": (templated.parser("uis"), b"[]", "no call, or an unknown kind of event"),
    "uis: no call": (templated.parser("uis"), b'{"kind":"end"}', "no call, or an unknown kind of event"),
    "uis: no kind": (templated.parser("uis"), b'{"call_session_id":"1"}', "no call, or an unknown kind of event"),
    "uis: another kind": (templated.parser("uis"), b"call_session_id=1&kind=x", "no call, or an unknown kind of event"),
    "uis: more fields than any sends": (
        templated.parser("uis"), b"kind=end&call_session_id=1&" + b"a=1&" * 59, "no call, or an unknown kind of event"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTHING)
def test_what_no_exchange_sends_is_refused_by_name(name: str) -> None:
    parse, body, why = NOTHING[name]
    with pytest.raises(NotUnderstood) as refused:
        parse(body)
    assert str(refused.value) == why


def test_fields_and_numbers() -> None:
    assert form_fields(b"a=&b=1&b=2") == {"a": "", "b": "1"}
    assert form_fields(b"a=1&" * 60 + b"a=1") == {}
    assert [whole(raw) for raw in (" 7 ", 0, None, "x", "9" * 19)] == [7, 0, 0, 0, 0]
    assert whole(None, 5) == 5
    assert templated.unsigned({}, b"", "")
