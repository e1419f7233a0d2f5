"""The digest under which a reader is kept tells apart whatever it would learn otherwise."""

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from camdesk.bot.understanding.training_data import course_of, digest_of
from camdesk.playbook.document import Playbook
from camdesk.playbook.loading import load

PLAYBOOK = Path(__file__).parents[3] / "playbook"


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    found = load(PLAYBOOK).playbook
    assert found is not None
    return found


def other(value: Any) -> Any:
    """Another value of that kind: without its last part, or other words."""
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, int):
        return value + 1
    if isinstance(value, tuple):
        return value[:-1]
    if hasattr(value, "items"):
        return dict(list(value.items())[:-1])
    if not is_dataclass(value):
        return value
    changed = {field.name: other(getattr(value, field.name)) for field in fields(value)}
    return replace(value, **changed)  # type: ignore[type-var]


@pytest.mark.parametrize("name", [field.name for field in fields(Playbook)])
def test_a_part_that_changes_the_course_changes_the_digest_and_no_other_does(playbook: Playbook, name: str) -> None:
    changed = replace(playbook, **{name: other(getattr(playbook, name))})
    assert changed != playbook
    learns_otherwise = course_of(changed) != course_of(playbook)
    if name == "articles":  # the last of them may be no topic's
        learns_otherwise = True
    assert (digest_of(changed) != digest_of(playbook)) == learns_otherwise
