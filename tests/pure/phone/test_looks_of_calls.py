"""How a call is shown: by its state, which way it went, and whether anybody answered."""

import pytest

from camdesk.channels.models import Call
from camdesk.desk.phone_words import look_of, look_of_entry

IN = {
    "ringing": "звонит",
    "queued": "ждёт на линии",
    "answered": "разговор",
    "held": "на удержании",
    "ended": "входящий",
    "missed": "пропущен",
}
OUT = IN | {"ringing": "вызываем", "queued": "вызываем", "ended": "исходящий"}


@pytest.mark.parametrize("state", Call.State.values)
def test_a_call(state: str) -> None:
    def word(direction: str, seconds: int = 5) -> str:
        return str(look_of(Call(direction=direction, state=state, talk_seconds=seconds)).word)

    assert (word("in"), word("out"), word("internal")) == (IN[state], OUT[state], "между собой")
    assert word("in", 0) == IN[state]
    assert word("out", 0) == ("не ответили" if state == "ended" else OUT[state])


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({"direction": "in", "seconds": 5}, "входящий"),
        ({"direction": "in", "seconds": 0}, "входящий"),
        ({"direction": "out", "seconds": 5}, "исходящий"),
        ({"direction": "out", "seconds": 0}, "не ответили"),
        ({"direction": "out"}, "не ответили"),
        ({}, "входящий"),
    ],
)
def test_a_call_among_messages(data: dict, word: str) -> None:
    assert str(look_of_entry(data).word) == word
