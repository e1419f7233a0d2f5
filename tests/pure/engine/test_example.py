"""The dialogue of the reference (docs/flows.md) plays as the reference says."""

import re
from pathlib import Path

from camdesk.bot.dialogues import describe, play
from camdesk.playbook.flow_reading import parse_flow
from camdesk.playbook.flows import Flow
from camdesk.playbook.yaml_source import parse_yaml

DOC = Path(__file__).parents[3] / "docs" / "flows.md"


def flow() -> Flow:
    found = parse_flow(parse_yaml(blocks()[0], "flows.md", []), [])
    assert found
    return found


def blocks() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", DOC.read_text(encoding="utf-8"), re.S)


def test_the_dialogue_of_the_reference_holds() -> None:
    report = play(blocks()[1], {"camera-offline": flow()})
    assert report.failures == [], "\n".join(describe(report))
    assert report.turns == 10
