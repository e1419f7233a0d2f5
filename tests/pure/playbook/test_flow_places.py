"""The steps of a flow by what they are for: whom it hands over to, what comes next."""

import pytest

from camdesk.playbook.document import Text
from camdesk.playbook.flows import PERSON, Flow, Step


def flow(*steps: tuple[str, str]) -> Flow:
    return Flow("x", Text("Т"), tuple(Step(name, kind) for name, kind in steps))


@pytest.mark.parametrize(
    "steps, found",
    [
        ([("a", "say")], None),
        ([("a", "handover"), ("b", "say")], "a"),
        ([("a", "handover"), ("b", "handover")], "b"),
        ([(PERSON, "handover"), ("b", "handover")], PERSON),
        ([("a", "handover"), (PERSON, "say")], "a"),
        ([(PERSON, "say")], None),
    ],
)
def test_who_is_called_when_a_person_is_asked_for(steps, found):
    step = flow(*steps).person()
    assert (step.id if step else None) == found


def test_what_follows_a_step():
    three = flow(("a", "say"), ("b", "say"), ("c", "say"))
    after = {name: three.after(name) for name in ("a", "b", "c", "nowhere")}
    assert {name: step.id if step else None for name, step in after.items()} == {
        "a": "b",
        "b": "c",
        "c": None,
        "nowhere": None,
    }
