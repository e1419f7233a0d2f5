"""What holds for which camera: answers, what is on record; of the cameras that are chosen, of no other."""

from typing import Any

import pytest

from camdesk.bot.engine import DialogueState
from camdesk.bot.engine.scope import FlowScope
from camdesk.playbook.document import Fact, Option, Text
from camdesk.playbook.flows import BUILT_IN, Flow

HEIGHT = Fact(
    "height",
    Text("Высота"),
    "choice",
    Text("Высота?"),
    options=(Option("low", Text("Низко")), Option("high", Text("Высоко"))),
    scope="camera",
)
FLOW = Flow("f", Text("Проба"), (), topic="f", slots=(HEIGHT, *BUILT_IN))
PASSPORT = {"known_cameras": {"1": {"height": {"value": "high", "source": "passport"}}}}

HOLDS: list[tuple[str, list[str] | None, dict[str, str], dict[str, Any], dict[str, str]]] = [
    ("no camera is chosen", None, {"*": "low"}, {}, {"*": "low"}),
    ("no camera is chosen, and it was said of one", None, {"1": "low"}, {}, {"1": "low"}),
    ("the same for all", ["1", "2"], {"*": "low"}, {}, {"1": "low", "2": "low"}),
    ("one apart from the others", ["1", "2"], {"1": "high", "*": "low"}, {}, {"1": "high", "2": "low"}),
    ("of one that is chosen no more nothing holds", ["1"], {"1": "low", "2": "high"}, {}, {"1": "low"}),
    ("what is on record", ["1", "2"], {}, PASSPORT, {"1": "high"}),
    ("what is on record speaks of its camera", None, {}, PASSPORT, {}),
    ("the answer before what is on record", ["1"], {"1": "low"}, PASSPORT, {"1": "low"}),
    ("nothing", ["1"], {}, {}, {}),
]


@pytest.mark.parametrize(("chosen", "said", "ctx", "holds"), [row[1:] for row in HOLDS], ids=[row[0] for row in HOLDS])
def test_what_holds_for_which_camera(
    chosen: list[str] | None, said: dict[str, str], ctx: dict[str, Any], holds: dict[str, str]
) -> None:
    facts = ({"height": said} if said else {}) | ({"cameras": chosen} if chosen else {})
    assert FlowScope(FLOW, DialogueState(facts=facts), ctx, "ru").by_camera(HEIGHT) == holds
