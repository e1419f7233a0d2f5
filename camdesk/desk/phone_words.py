"""What the desk says of calls."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from camdesk.channels.models import Call


class Look(NamedTuple):
    """How a call is shown: a word, its tone, its icon."""

    word: str
    tone: str
    icon: str


_IN = {
    Call.State.RINGING: (_("звонит"), "attention", "phone-incoming"),
    Call.State.QUEUED: (_("ждёт на линии"), "attention", "phone-incoming"),
    Call.State.ANSWERED: (_("разговор"), "good", "phone-call"),
    Call.State.HELD: (_("на удержании"), "info", "pause"),
    Call.State.ENDED: (_("входящий"), "neutral", "phone-incoming"),
    Call.State.MISSED: (_("пропущен"), "trouble", "phone-missed"),
}
_OUT = {
    Call.State.RINGING: (_("вызываем"), "info", "phone-outgoing"),
    Call.State.QUEUED: (_("вызываем"), "info", "phone-outgoing"),
    Call.State.ENDED: (_("исходящий"), "neutral", "phone-outgoing"),
}
_NOT_ANSWERED = (_("не ответили"), "neutral", "phone-off")
_INTERNAL = (_("между собой"), "neutral", "phone-forwarded")


def look_of(call: Call) -> Look:
    if call.direction == "internal":
        return _said(_INTERNAL)
    if call.direction == "out" and call.state == Call.State.ENDED and not call.talk_seconds:
        return _said(_NOT_ANSWERED)
    words = _OUT if call.direction == "out" else _IN
    return _said(words.get(Call.State(call.state)) or _IN[Call.State(call.state)])


def look_of_entry(data: dict) -> Look:  # type: ignore[type-arg]
    """Of a call that is a message: `data` as phone/call_messages.py writes it."""
    if data.get("direction") == "out":
        return _said(_OUT[Call.State.ENDED] if data.get("seconds") else _NOT_ANSWERED)
    return _said(_IN[Call.State.ENDED])


def _said(words: tuple) -> Look:  # type: ignore[type-arg]
    return Look(str(words[0]), words[1], words[2])
