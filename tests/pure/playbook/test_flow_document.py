"""The reference for authors is true: its example loads without a fault, and says it in the order of the file."""

import re
from pathlib import Path

from camdesk.playbook import flow_checks
from camdesk.playbook.flow_reading import flow_of, parse_flow
from camdesk.playbook.flows import from_json, to_json
from camdesk.playbook.yaml_source import parse_yaml, plain

DOC = Path(__file__).parents[3] / "docs" / "flows.md"
NAMES = flow_checks.KnownNames(articles={"camera-power-cycle"}, topics={"camera-offline"})


def example() -> str:
    return re.findall(r"```yaml\n(.*?)```", DOC.read_text(encoding="utf-8"), re.S)[0]


def test_the_example_of_the_reference_has_no_fault() -> None:
    problems: list = []
    warnings: list = []
    flow = parse_flow(parse_yaml(example(), "flows/camera-offline.yaml", problems), problems, warnings)
    assert flow is not None
    problems += flow_checks.check(flow, NAMES)
    assert [str(one) for one in problems + warnings + flow_checks.warnings(flow)] == []
    assert [step.id for step in flow.steps][:3] == ["which", "outage", "probe"]


def test_a_flow_survives_json_and_plain_data() -> None:
    problems: list = []
    node = parse_yaml(example(), "f.yaml", problems)
    flow = parse_flow(node, problems)
    assert from_json(to_json(flow)) == flow
    assert flow_of(plain(node)) == flow
