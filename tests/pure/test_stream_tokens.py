"""Stream tokens: what is signed, and what tabs that share a stream have in common."""

import pytest

from camdesk.lib import stream_tokens
from camdesk.lib.stream_tokens import audience_of, issue, read


def test_a_token_says_who_hears_what() -> None:
    token = read(issue("person:5", ["desk", "agent:7", "desk"]))
    assert token is not None
    assert (token.subject, token.channels) == ("person:5", ("agent:7", "desk"))


def test_those_who_hear_the_same_have_one_audience_whenever_they_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    first = issue("person:5", ["desk", "agent:7"])
    monkeypatch.setattr(stream_tokens.time, "time", lambda: 4e9)
    later = issue("person:5", ["agent:7", "desk"])
    assert first != later
    assert audience_of(first) == audience_of(later)


@pytest.mark.parametrize(
    ("subject", "channels"),
    [("person:5", ["person:5"]), ("person:6", ["desk"]), ("person:5", ["desk", "desk:team:3"]), ("person:5", [])],
)
def test_who_hears_something_else_has_another_audience(subject: str, channels: list[str]) -> None:
    assert audience_of(issue(subject, channels)) != audience_of(issue("person:5", ["desk"]))


def test_an_audience_opens_nothing() -> None:
    token = issue("person:5", ["desk"])
    stranger = issue("person:6", ["person:6"])
    assert read(audience_of(token)) is None
    assert read(f"{audience_of(token)}~{'x' * 40}") is None
    mixed = read(f"{audience_of(token)}~{stranger.partition('~')[2]}")
    assert mixed is not None
    assert mixed.channels == ("person:6",), "what is signed says what is heard"
