"""Whatever queues something to leave says under which key: a retry of the deed queues it once."""

import ast
from collections.abc import Iterator

from tests.house.sources import sources

QUEUES = ("queue_letter", "queue")


def calls_in(source: str) -> Iterator[tuple[int, bool]]:
    """(line, whether it says a key) of each call that queues a delivery."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = {word.arg for word in node.keywords}
            if called in QUEUES and "to" in given:
                yield node.lineno, "dedupe_key" in given


def test_the_look_sees_them():
    assert list(calls_in("queue_letter(kind=k, to=a)\noutbox.queue(to=a, dedupe_key='x')\nqueue(1)")) == [
        (1, False),
        (2, True),
    ]


def test_every_deed_that_queues_a_delivery_says_its_key():
    found = {(name, line): said for name, path in sources() for line, said in calls_in(path.read_text())}
    assert len(found) >= 12
    assert {name for name, _line in found} >= {"tickets/outbox.py", "tickets/opening.py", "outages/notices.py"}
    assert [place for place, said in found.items() if not said] == []
