"""Conditions on the arrows of a flow, as people read them."""

import re
from html import unescape

import pytest

from camdesk.playbook.condition_words import in_words
from camdesk.playbook.document import Playbook
from camdesk.playbook.flow_binding import flows_of
from camdesk.playbook.flow_graph import svg
from tests.pure.playbook.test_shipped import playbook  # noqa: F401


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("diag.verdict == 'offline'", "не в сети"),
        ("now_seen.verdict == 'online'", "в сети"),
        (
            "diag.verdict in ['offline', 'unstable'] and not diag.neighbours",
            "не в сети или с перебоями и рядом работают",
        ),
        ("diag.neighbours and diag.neighbours > 0", "рядом тоже не работают"),
        ("has(seen, 'red') or has(seen, 'blue')", "red или blue"),
        ("missing != 'camera'", "не «camera»"),
        ("not has(supplier, 'own')", "не «own»"),
        ("not (has(network, 'vpn') or has(network, 'office'))", "не «vpn или office»"),
        ("len(cameras) == 1 and diag.neighbours == 0", "камера одна и рядом работают"),
        ("weather.wind > 7", "по условию"),
        ("diag.verdict == 'offline' and weather.wind > 7", "по условию"),
    ],
)
def test_in_words(condition: str, words: str) -> None:
    assert in_words(condition, None, "ru") == words


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_no_arrow_of_ours_shows_code(playbook: Playbook, lang: str) -> None:  # noqa: F811
    raw = re.compile(r"==|!=|'|[a-z]\(|_|\[|по условию|on a condition")
    said = [
        unescape(words)
        for flow in flows_of(playbook).values()
        for words in re.findall(r'<g class="flow-label"><title>([^<]*)</title>', svg(flow, lang))
    ]
    assert len(said) > 200
    assert [words for words in said if raw.search(words)] == []
