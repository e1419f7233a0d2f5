"""What an exchange says is cut where its column ends, not sooner and not later: PostgreSQL refuses a longer one."""

import json
from urllib.parse import urlencode

import pytest

from camdesk.channels.models import CallEvent
from camdesk.channels.phone.exchanges import EXCHANGES

LONG = "7" * 1000
_SIDE = {"number": LONG, "extension": LONG, "acd_group": LONG, "line_number": LONG}
_MANGO = {"entry_id": LONG, "call_id": LONG, "disconnect_reason": LONG, "from": {"number": LONG}, "line_number": LONG}
_PLAIN = {name: LONG for name in ("uniqueid", "extension", "queue", "reason", "recording")}
_ZADARMA = {name: LONG for name in ("pbx_call_id", "caller_id", "called_did", "internal", "disposition")}
LONG_EVENTS = {
    "mango, a leg": ("mango", {**_MANGO, "to": _SIDE, "call_state": "Connected", "location": "abonent"}),
    "mango, the call": ("mango", {**_MANGO, "to": _SIDE}),
    "mango, its recording": ("mango", {"entry_id": LONG, "recording_id": LONG}),
    "zadarma, an end": ("zadarma", {**_ZADARMA, "event": "NOTIFY_END"}),
    "zadarma, its recording": ("zadarma", {**_ZADARMA, "event": "NOTIFY_RECORD", "call_id_with_rec": LONG}),
    "uis": ("uis", {**_PLAIN, "event": "end", "call_session_id": LONG, "contact_phone_number": LONG}),
    "uis, a telephone that rings": ("uis", {"event": "ring", "call_session_id": LONG, "extension": LONG}),
    "exolve": ("exolve", {**_PLAIN, "event": "end", "call_sid": LONG, "numberA": LONG, "numberB": LONG}),
    "asterisk": ("asterisk", {**_PLAIN, "event": "end", "linkedid": LONG, "customer": LONG, "line": LONG}),
}
WHOLE = ("leg_id", "extension", "queue", "reason", "recording")  # kept as they are said
SPELLED = ("customer", "line")  # numbers: read, or kept as they were spelled


@pytest.mark.parametrize("provider, said", LONG_EVENTS.values(), ids=LONG_EVENTS)
def test_a_long_word_of_an_exchange_fits_its_column(provider, said):
    fields = {"json": json.dumps(said)} if provider == "mango" else said
    [event] = EXCHANGES[provider].parse(urlencode(fields).encode())
    most = {name: CallEvent._meta.get_field(name).max_length for name in (*WHOLE, *SPELLED)}
    assert {name for name in most if len(getattr(event, name)) > most[name]} == set()
    told = {name for name in WHOLE if getattr(event, name)}
    assert told, "an event that says nothing proves nothing"
    assert {name for name in told if len(getattr(event, name)) < most[name]} == set()
