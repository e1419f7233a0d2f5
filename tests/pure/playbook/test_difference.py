"""What changed between two playbooks, thing by thing, in an operator's words."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from camdesk.playbook.difference import difference, in_words
from camdesk.playbook.document import Playbook, Text
from camdesk.playbook.loading import load

LOADED = load(Path(__file__).parent / "small").playbook
assert LOADED is not None
SMALL: Playbook = LOADED
TOPIC, FLOW, TEAM, REPLY = SMALL.topics["other"], SMALL.flows["common"], SMALL.teams["support"], SMALL.replies[0]


def changed(**parts: Any) -> list[str]:
    return [line for one in difference(SMALL, replace(SMALL, **parts)) for line in in_words(one)]


def test_between_equal_playbooks_nothing_changed() -> None:
    assert difference(SMALL, replace(SMALL)) == ()


CHANGES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a list of a topic": (
        {"topics": SMALL.topics | {"other": replace(TOPIC, phrases=("другой вопрос", "ещё"), team="other")}},
        [
            "topic other «Другое»: changed team, phrases",
            "    - support", "    + other", "    + ещё",
        ],
    ),
    "a text in two languages": (
        {"title": Text("Новый\nсборник", "New")},
        ["title: changed title", "    - ru: Малый сборник", "    - en: Small playbook",
         "    + ru:", "    +   Новый", "    +   сборник", "    + en: New"],
    ),
    "a new team": (
        {"teams": SMALL.teams | {"new": replace(TEAM, id="new", title=Text("Новая"))}}, ["team new «Новая»: added"]
    ),
    "no team": ({"teams": {}}, ["team support «Поддержка»: removed"]),
    "a reply": (
        {"replies": (replace(REPLY, topics=()),)}, ["reply hello «Приветствие»: changed topics", "    - camera-offline"]
    ),
    "a flow's step": (
        {"flows": {"common": FLOW | {"steps": FLOW["steps"][1:], "part": True}}},
        ["flow common «Общий разговор»: changed steps, part", "    - id: details", "    - ask:", "    -   photo",
         "    - text: Опишите, что случилось.", "    + True"],
    ),
    "a flow with a plain title": ({"flows": {"common": FLOW, "b": {"title": "Б"}}}, ["flow b «Б»: added"]),
    "a flow without a title": ({"flows": {"common": FLOW, "b": {}}}, ["flow b: added"]),
    "a single thing": ({"common_flow": "other"}, ["common_flow: changed common_flow", "    - common", "    + other"]),
    "a field of the contacts": (
        {"contacts": replace(SMALL.contacts, email="")}, ["contacts: changed email", "    - support@example.org"]
    ),
    "a text of the texts": (
        {"texts": SMALL.texts | {"end": Text("Конец")}}, ["texts: changed end", "    + ru: Конец"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed(name: str) -> None:
    parts, lines = CHANGES[name]
    assert changed(**parts) == lines
