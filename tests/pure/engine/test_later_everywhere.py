"""«Вечером проверю» is an answer everywhere: whatever a flow asks first, the move is the customer's, with a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from camdesk.bot.engine import DialogueState
from camdesk.bot.engine.acts import _asks_when
from camdesk.bot.engine.effects import SystemCall, Timer
from camdesk.bot.engine.events import AnyEvent, Began, CallAnswered, WordsTyped
from camdesk.bot.engine.reducer import play
from camdesk.bot.engine.state import ASKS
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.playbook.document import Fact, Playbook, Text
from camdesk.playbook.flow_binding import flows_of
from camdesk.playbook.flows import Flow, Step
from camdesk.playbook.loading import load
from tests.pure.engine.heard_by import heard

PLAYBOOK = Path(__file__).parents[3] / "playbook"
CAMERAS = [{"id": "1", "title": "Двор", "address": "Мира, 4"}, {"id": "2", "title": "Вход", "address": "Мира, 4"}]
CUSTOMER = {"phone": "+79120000000", "cameras": CAMERAS, "rights": ["invite", "share"], "organisation": True}
CTX: dict[str, Any] = {"lang": "ru", "customer": CUSTOMER}
SEVEN = 6.5 * 60 * 60  # seconds from half past twelve to the evening


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    found = load(PLAYBOOK).playbook
    assert found is not None
    return found


def at_its_first_question(flows: dict[str, Flow], flow: Flow) -> DialogueState:
    state = DialogueState()
    waiting: list[AnyEvent] = [Began(topic=flow.id)]
    while waiting:
        state, _replies, effects = play(flows, state, waiting.pop(0), CTX)
        looks = [one for one in effects if isinstance(one, SystemCall)]
        waiting += [CallAnswered(call=one.call, value={"verdict": "online", "cameras": {}}) for one in looks]
    return state


def test_of_every_flow(playbook: Playbook) -> None:
    flows = dict(flows_of(playbook))
    asked, missed = 0, []
    for flow in flows.values():
        if flow.part or flow.id == "talk-to-person":
            continue
        state = at_its_first_question(flows, flow)
        turn = DialogueTurn(flows, state, CTX)
        if state.status != "active" or turn.frame.phase not in ASKS or _asks_when(turn):
            continue  # «когда это было?»: there it is the answer
        asked += 1
        words = heard(WordsTyped(text="я на работе, вечером посмотрю"), CTX)
        found, _, effects = play(flows, state, words, CTX)
        reminders = [one.after for one in effects if isinstance(one, Timer) and one.name == "remind"]
        if not found.promised or reminders != [SEVEN] or found.question != state.question:
            missed.append((flow.id, state.question, reminders))
    assert missed == []
    assert asked > 60, "of 83 topics some go to a person at once, some ask when"


@pytest.mark.parametrize(
    ("kind", "question", "when"),
    [
        ("text", "Какая модель камеры?", False),
        ("text", "В какие дни и часы удобно?", True),
        ("text", "Кто откроет и когда?", True),
        ("longtext", "Что происходит?", True),
        ("date", "Какой день?", True),
        ("choice", "Когда вы платили?", False),
        ("files", "Приложите фото.", False),
    ],
)
def test_which_questions_ask_when(kind: str, question: str, when: bool) -> None:
    fact = Fact("x", Text("x"), kind, question=Text(question))
    flow = Flow("f", Text("f"), (Step("q", "ask", ask=("x",)),), topic="f", slots=(fact,))
    state = play({"f": flow}, DialogueState(), Began(topic="f"), CTX)[0]
    assert _asks_when(DialogueTurn({"f": flow}, state, CTX)) is when
