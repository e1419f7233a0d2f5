"""How many of the kept letters (tests/letters) are read right, by kind. docs/mail.md gives the numbers."""

import re
from pathlib import Path

import pytest

from camdesk.channels.mail.mime.parse import parse
from tests.letters import bounces, machines
from tests.letters.bounces import Kept


@pytest.mark.parametrize("kept", bounces.BOUNCES, ids=lambda kept: kept.name)
def test_bounces(kept: Kept) -> None:
    read = parse(kept.raw)
    wanted = None if kept.recipient is None else {"recipient": kept.recipient, "permanent": kept.permanent}
    assert read["bounce"] == wanted, read["text"]
    assert (bounces.OUR_ID in read["returned"]) == kept.ours
    if wanted:
        assert read["automatic"]


@pytest.mark.parametrize("name", machines.MACHINES)
def test_machines_and_people(name: str) -> None:
    raw, automatic = machines.MACHINES[name]
    read = parse(raw)
    assert read["automatic"] == automatic
    assert read["bounce"] is None


def _kinds() -> dict[str, int]:
    return {
        "bounces": sum(kept.recipient is not None for kept in bounces.BOUNCES),
        "letters that only look like bounces": sum(kept.recipient is None for kept in bounces.BOUNCES),
        "machines and people": len(machines.MACHINES),
    }


def test_the_documentation_gives_these_numbers() -> None:
    """Every one of them is right, or a test above fails."""
    table = (
        (Path(__file__).parents[4] / "docs/mail.md").read_text().partition("| right / all |")[2].partition("\n\n")[0]
    )
    rows = re.findall(r"^\| ([a-z ]+) \| (\d+) / (\d+) \|$", table, re.M)
    assert {kind: (int(right), int(whole)) for kind, right, whole in rows} == {k: (n, n) for k, n in _kinds().items()}
