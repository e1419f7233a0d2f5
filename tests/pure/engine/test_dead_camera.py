"""What is known of a camera decides where words do not."""

from __future__ import annotations

import pytest

from camdesk.bot.engine import DialogueState
from camdesk.bot.engine.dead_camera import begun_by
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.playbook.document import Text
from camdesk.playbook.flows import About, CallSpec, Flow, Step

LOOK = Step("p", "call", call=CallSpec("check", ("cameras",), save="diag"))


def _flow(name: str, kind: str, *steps: Step) -> Flow:
    return Flow(name, Text(name), steps or (Step("h", "say", say=Text("да")),), topic=name, about=About(kind=kind))


FLOWS = {
    one.id: one
    for one in (
        _flow("camera-offline", "camera", LOOK),
        _flow("black-screen", "camera", LOOK),
        _flow("led-meaning", "camera"),
        _flow("money", "billing"),
        _flow("footage", "archive"),
    )
}


@pytest.mark.parametrize(
    ("fails", "down", "sure", "found", "begun"),
    [
        (True, True, True, ["black-screen"], ""),  # it looks itself
        (True, True, False, ["black-screen"], "black-screen"),  # and so it does where nothing else was found
        (False, True, False, ["black-screen"], "black-screen"),
        (True, True, False, ["black-screen", "camera-offline"], "camera-offline"),
        (False, True, False, ["black-screen", "footage"], ""),  # what was recorded is wanted
        (True, True, True, ["led-meaning"], "camera-offline"),
        (True, True, True, ["money"], "camera-offline"),
        (True, True, False, [], "camera-offline"),
        (True, True, False, ["money", "black-screen"], "camera-offline"),
        (False, True, False, ["black-screen", "money"], "camera-offline"),
        (False, True, False, ["money"], ""),
        (False, True, True, ["money"], ""),
        (True, False, False, ["money", "black-screen"], "black-screen"),
        (True, False, False, ["money"], "camera-offline"),
        (True, False, True, ["money"], ""),
        (False, False, False, ["black-screen"], ""),
        (False, False, False, [], ""),
    ],
)
def test_what_is_begun_at_once(fails: bool, down: bool, sure: bool, found: list[str], begun: str) -> None:
    cameras = [{"id": "1", "title": "Двор", "status": "offline" if down else "online"}]
    turn = DialogueTurn(FLOWS, DialogueState(told={"fails": fails}), {"customer": {"cameras": cameras}})
    assert begun_by(turn, found, sure=sure) == begun


def test_another_matter_that_is_likely_is_asked_about_where_the_camera_works() -> None:
    turn = DialogueTurn(FLOWS, DialogueState(told={"fails": True}), {"customer": {"cameras": [{"id": "1"}]}})
    assert begun_by(turn, ["money", "black-screen"], sure=False, likely=True) == ""
    assert begun_by(turn, ["black-screen", "money"], sure=False, likely=True) == "black-screen"


@pytest.mark.parametrize(("likely", "begun"), [(False, "camera-offline"), (True, "black-screen")])
def test_what_is_only_not_seen_is_looked_at(likely: bool, begun: str) -> None:
    told = {"fails": True, "unseen": True, "cameras": ["1"]}
    turn = DialogueTurn(FLOWS, DialogueState(told=told), {"customer": {"cameras": [{"id": "1", "title": "Двор"}]}})
    assert begun_by(turn, ["black-screen"], sure=False, likely=likely) == begun


@pytest.mark.parametrize(
    ("named", "begun"), [([], ""), (["1"], "camera-offline"), (["2"], ""), (["1", "2"], "camera-offline")]
)
def test_of_several_cameras_the_one_that_is_named_counts(named: list[str], begun: str) -> None:
    cameras = [{"id": "1", "title": "Двор", "status": "offline"}, {"id": "2", "title": "Вход", "status": "online"}]
    turn = DialogueTurn(FLOWS, DialogueState(told={"cameras": named}), {"customer": {"cameras": cameras}})
    assert begun_by(turn, ["led-meaning"], sure=False) == begun
