"""What a conversation keeps is read again as it was: by this release, and what earlier ones have left.

`states_of_227189c.json.xz` holds states as commit 227189c stored them (schema 1), the next event, and what that commit
made of it: {"flows": […], "cases": [{what, ctx, state, event, then, replies}]}.
"""

import json
import lzma
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import pytest

from camdesk.bot import dialogues
from camdesk.bot.engine import DialogueState, events, give_up, replies, stored_state
from camdesk.bot.engine.reducer import play
from camdesk.bot.engine.state import StateDraft, Status
from camdesk.bot.engine.stored_state import InvalidState
from camdesk.playbook.flow_binding import flows_of
from camdesk.playbook.flows import from_json as flow_from_json
from camdesk.playbook.loading import load

HERE = Path(__file__).parent
PLAYBOOK = HERE.parents[2] / "playbook"
KEPT = json.loads(lzma.decompress((HERE / "states_of_227189c.json.xz").read_bytes()))
FLOWS = {flow.id: flow for flow in map(flow_from_json, KEPT["flows"])}


def through_json(data: Any) -> Any:
    return json.loads(json.dumps(data, ensure_ascii=False))


def as_it_is_put_now(reply: replies.AnyReply) -> replies.AnyReply:
    """Since then one camera is no longer named before each question, and one value is one button."""
    if not isinstance(reply, replies.FactAsked):
        return reply
    return replace(reply, about="", input="choice" if reply.input == "choices" else reply.input)


def as_it_was_kept(state: DialogueState) -> DialogueState:
    """Without what has been kept since."""
    return replace(state, declined=(), announced=-1, taken=())


def asked_on_then(before: DialogueState, then: DialogueState, now: DialogueState) -> bool:
    """Who does not know is not asked any more what only serves the person who comes next."""
    lost = any(one in str(then.facts) for one in ("out-of-sight", "unknown"))
    return lost and before.status == "active" and then.frames != now.frames and len(then.path) < len(now.path)


@pytest.mark.parametrize("case", KEPT["cases"], ids=lambda case: ", ".join(case["what"]))
def test_a_conversation_of_before_goes_on_as_it_would_have(case: dict[str, Any]) -> None:
    state = stored_state.from_json(case["state"])
    assert stored_state.from_json(through_json(stored_state.to_json(state))) == state
    if case["event"] is not None:
        before = state.status
        state, said, _effects = play(FLOWS, state, events.from_json(case["event"]), case["ctx"])
        if before == "handed":  # then nothing was said to whoever wrote on (test_after_the_hand_over.py)
            assert state.status == "handed"
            return
        if asked_on_then(stored_state.from_json(case["state"]), stored_state.from_json(case["then"]), state):
            return
        assert as_it_was_kept(state) == stored_state.from_json(case["then"])
        then = [replies.from_json(one) for one in case["replies"]]
        assert list(map(as_it_is_put_now, said)) == list(map(as_it_is_put_now, then))


def test_the_conversations_of_before_stood_everywhere() -> None:
    told = {one for case in KEPT["cases"] for one in case["what"]}
    assert set(get_args(Status)) - {"new", "waiting"} <= told, "«waiting» came later"
    assert {"phase:ask", "phase:confirm", "phase:call", "phase:hold"} <= told
    assert {"deep", "undo", "offer", "each", "only", "anew", "skipped", "all", "one camera", "rating:asked"} <= told


def test_every_step_of_every_dialogue_of_the_playbook_comes_back() -> None:
    playbook = load(PLAYBOOK).playbook
    assert playbook
    flows, steps = flows_of(playbook), 0
    for dialogue in dialogues.recorded(PLAYBOOK, playbook):
        state = DialogueState()
        for event in dialogue.events:
            assert events.from_json(through_json(events.to_json(event))) == event
            state, said, _effects = play(flows, state, event, dialogue.ctx)
            assert stored_state.from_json(through_json(stored_state.to_json(state))) == state
            assert [replies.from_json(through_json(replies.to_json(one))) for one in said] == said
            steps += 1
    assert steps > 2000


def test_a_state_of_a_newer_program_is_refused_and_an_incomplete_one_completed() -> None:
    with pytest.raises(InvalidState, match="schema 99"):
        stored_state.from_json({"schema": 99})
    assert stored_state.from_json({}) == DialogueState()
    assert stored_state.from_json({"schema": 1, "status": "new"}) == DialogueState()


def test_a_refusal_says_where_and_nothing_of_what_stands_there() -> None:
    stored = {"schema": 2, "frames": [{"flow": "f", "step": "s", "phase": "Анна Королёва, +79120000000"}]}
    with pytest.raises(InvalidState, match="frames: phase: expected one of enter, leave") as refused:
        stored_state.from_json(stored)
    assert "Анна" not in str(refused.value)


def test_what_cannot_be_read_goes_to_a_person_with_what_can() -> None:
    stored = {"schema": 2, "frames": "?", "facts": {"led": "off"}, "notes": ["мигает"], "files": [1], "turn": 7}
    with pytest.raises(InvalidState) as refused:
        stored_state.from_json(stored)
    state, said, effects = give_up({}, stored_state.salvaged(stored), refused.value, {})
    handed = next(one for one in effects if one.kind == "handover")
    assert (handed.reason, handed.data.facts, handed.data.notes) == ("fault", {"led": "off"}, ("мигает",))
    assert [one.kind for one in said] == ["say", "handover"]
    assert said[0].id == "8.1", "ids go on"
    assert (state.status, state.unreadable) == ("handed", stored)
    assert stored_state.to_json(state)["unreadable"] == stored


def test_a_draft_has_the_fields_of_the_state() -> None:
    def named(kind: Any) -> list[tuple[str, Any]]:
        return [(one.name, one.type) for one in fields(kind)]

    assert named(StateDraft) == named(DialogueState)
