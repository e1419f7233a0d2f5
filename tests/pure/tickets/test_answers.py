"""How a ticket's answers are read: once for all cameras alike, else camera by camera; what is not answered is not."""

from types import SimpleNamespace
from typing import Any

import pytest

from camdesk.playbook.document import Fact, Option, Text
from camdesk.tickets import answers

LAMP = Fact("lamp", Text("Лампа"), "choice", options=(Option("on", Text("горит")), Option("off", Text("нет"))))
WHEN, NOTE = Fact("when", Text("Когда"), "time"), Fact("note", Text("Слова"), "text", heard="moment")
LEFT = Fact("left", Text("Не спрошено"), "text")
DOCUMENT: Any = SimpleNamespace(facts={one.id: one for one in (LEFT, LAMP, WHEN, NOTE)}, topics={})


def read(facts: dict[str, Any], *cameras: dict[str, Any]) -> list[tuple[str, str, str]]:
    ticket: Any = SimpleNamespace(facts=facts, opened_at=None)
    rows: Any = [
        SimpleNamespace(facts=known, camera=SimpleNamespace(name=f"К{number}"))
        for number, known in enumerate(cameras, 1)
    ]
    return [(one.term, one.value, one.note) for one in answers.facts_of(ticket, rows, DOCUMENT, "ru")]


@pytest.fixture(autouse=True)
def _note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "zone_of_ticket", lambda ticket, cameras: None)
    monkeypatch.setattr(answers.moments, "site_note", lambda at, zone: "по Омску")


@pytest.mark.parametrize(
    ("facts", "cameras", "said"),
    [
        ({}, [], []),
        ({"note": ""}, [{}], []),
        ({"lamp": "on"}, [], [("Лампа", "горит", "")]),
        ({"when": "09:05"}, [], [("Когда", "09:05", "по Омску")]),
        ({"note": "вчера"}, [], [("Слова", "вчера", "по Омску")]),
        ({}, [{"lamp": "on"}, {"lamp": "on"}], [("Лампа", "горит", "")]),
        ({}, [{"lamp": "on"}, {"lamp": "off"}], [("Лампа · К1", "горит", ""), ("Лампа · К2", "нет", "")]),
        ({}, [{"lamp": "on"}, {}], [("Лампа · К1", "горит", "")]),
        ({"lamp": "on"}, [{"lamp": "off"}], [("Лампа", "горит", ""), ("Лампа", "нет", "")]),
    ],
)
def test_what_was_answered(facts: dict, cameras: list, said: list) -> None:
    assert read(facts, *cameras) == said


@pytest.mark.parametrize(
    ("facts", "words"),
    [({}, ""), ({"bot": None}, ""), ({"bot": {"heard": None}}, ""), ({"bot": {"heard": ["двор", 7]}}, "двор, 7")],
)
def test_what_the_assistant_has_heard(facts: dict[str, Any], words: str) -> None:
    assert answers.heard_of(SimpleNamespace(facts=facts)) == words  # type: ignore[arg-type]
