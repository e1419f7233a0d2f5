"""A reader that understands nothing: training the real one takes seconds, and few tests are about topics."""

import pytest

from camdesk.bot.understanding import plain_topic
from camdesk.bot.understanding.classify import Understanding


@pytest.fixture(autouse=True)
def untrained(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Every letter is about «Другое»; a test that asks for `reads` has the real reader."""
    if "reads" in request.fixturenames:
        return
    nothing = Understanding([], "offer", "topic", 0.0)
    monkeypatch.setattr(plain_topic, "model_of", lambda document: None)
    monkeypatch.setattr(plain_topic, "understand", lambda model, text: nothing)


@pytest.fixture
def reads() -> None:
    """Asks for the real reader."""
