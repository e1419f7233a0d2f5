"""Which of the topics that the reader found are offered."""

import pytest

from camdesk.bot.understanding.classify import Understanding
from camdesk.bot.understanding.decision import Decision
from camdesk.bot.understanding.matters import Matters
from camdesk.bot.understood import understood_as
from camdesk.bot.utterances.sentences import sentences_of


@pytest.mark.parametrize(
    ("decision", "scores", "offered"),
    [
        ("offer", (0.5, 0.3), ("a", "b")),
        ("offer", (0.5, 0.14), ("a",)),
        ("offer", (0.11, 0.08), ()),  # guesses
        ("likely", (0.1, 0.02), ("a", "b")),  # it stands out, however the rest is spread
        ("open", (0.1, 0.02), ("a", "b")),
        ("person", (0.5, 0.3), ()),
    ],
)
def test_guesses_are_not_offered(decision: Decision, scores: tuple[float, ...], offered: tuple[str, ...]) -> None:
    found = Understanding(list(zip("ab", scores, strict=True)), decision, "topic", 0.3)
    event = understood_as(Matters(found), 1)
    assert event.topics == offered  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("во-первых двор не показывает, во-вторых за что сняли", "за что сняли"),
        ("1) двор не показывает 2) за что сняли", "за что сняли"),
        ("двор не показывает, и верните деньги", "верните деньги"),
        ("двор не показывает и можно ли вернуть деньги", "можно ли вернуть деньги"),
        ("двор не показывает и не могу войти", "не могу войти"),
    ],
)
def test_two_matters_are_told_apart(text: str, second: str) -> None:
    assert sentences_of(text) == ["двор не показывает", second]
