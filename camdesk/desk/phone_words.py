"""What the desk says of calls."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from camdesk.channels.models import Call
from camdesk.ui.values import Look

_IN = {
    Call.State.RINGING: Look(_("звонит"), "attention", "phone-incoming"),
    Call.State.QUEUED: Look(_("ждёт на линии"), "attention", "phone-incoming"),
    Call.State.ANSWERED: Look(_("разговор"), "good", "phone-call"),
    Call.State.HELD: Look(_("на удержании"), "info", "pause"),
    Call.State.ENDED: Look(_("входящий"), "neutral", "phone-incoming"),
    Call.State.MISSED: Look(_("пропущен"), "trouble", "phone-missed"),
}
_OUT = {
    Call.State.RINGING: Look(_("вызываем"), "info", "phone-outgoing"),
    Call.State.QUEUED: Look(_("вызываем"), "info", "phone-outgoing"),
    Call.State.ENDED: Look(_("исходящий"), "neutral", "phone-outgoing"),
}
_NOT_ANSWERED = Look(_("не ответили"), "neutral", "phone-off")
_INTERNAL = Look(_("между собой"), "neutral", "phone-forwarded")


def look_of(call: Call) -> Look:
    if call.direction == "internal":
        return _INTERNAL
    if call.direction == "out" and call.state == Call.State.ENDED and not call.talk_seconds:
        return _NOT_ANSWERED
    state = Call.State(call.state)
    return (_OUT.get(state) if call.direction == "out" else None) or _IN[state]


def look_of_entry(data: Mapping[str, Any]) -> Look:
    """Of a call that is a message: `data` as phone/call_messages.py writes it."""
    if data.get("direction") == "out":
        return _OUT[Call.State.ENDED] if data.get("seconds") else _NOT_ANSWERED
    return _IN[Call.State.ENDED]
