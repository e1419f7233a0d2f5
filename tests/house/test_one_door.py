"""One door in: who opens requests, or adds a customer's words, does it by channels/inbound.py."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import CAMDESK, sources

DOOR = "channels/inbound.py"
# What only the door calls, and who else may: the file that defines it, and the bot, which keeps words in its own move.
GUARDED = {
    "NewTicket": {"tickets/opening.py"},
    "open_ticket": {"tickets/opening.py"},
    "receive_locked": {"tickets/conversation.py"},
    "add_locked": {"tickets/conversation.py", "bot/sessions/dialogue_moves.py", "camdesk_demo/story_player.py"},
    "hear_locked": {"bot/sessions/dialogue_moves.py"},
}


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = node.func
            yield called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def test_nobody_goes_past_the_door() -> None:
    found = []
    for place, path in sources():
        if place != DOOR:
            found += [f"{place}: {name}" for name in calls(path) if name in GUARDED and place not in GUARDED[name]]
    assert found == []


def test_the_door_calls_what_it_guards() -> None:
    assert set(calls(CAMDESK / DOOR)) >= set(GUARDED), "or this test holds nothing"
