"""Every event that is written has a sentence and a line in docs/events.md, and nothing else has."""

import re
from pathlib import Path

from camdesk.tickets.sentences import EVENT_NAMES

ROOT = Path(__file__).parents[2]
WRITTEN = {
    name
    for path in (ROOT / "camdesk").rglob("*.py")
    for name in re.findall(r'(?:record|first)\(\s*\w+,\s*"([a-z_]+\.[a-z_]+)"', path.read_text())
}
TOLD = set(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", (ROOT / "docs/events.md").read_text(), re.MULTILINE))


def test_every_event_has_a_sentence():
    assert WRITTEN
    assert sorted(WRITTEN - EVENT_NAMES) == []


def test_every_sentence_is_of_an_event():
    assert sorted(EVENT_NAMES - WRITTEN) == []


def test_every_event_is_documented():
    assert sorted(WRITTEN ^ TOLD) == []
