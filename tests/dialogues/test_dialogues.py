"""Every dialogue test of the playbook holds, and together they visit every step of every flow."""

from pathlib import Path

import pytest

from camdesk.bot.dialogues import KINDS, describe, run

PLAYBOOK = Path(__file__).parents[2] / "playbook"


@pytest.mark.seed("S10", "S11", "S12", "S18", "S19")
def test_the_dialogues_of_the_playbook_hold_and_visit_every_step() -> None:
    report = run(PLAYBOOK)
    assert report.ok, "\n".join(describe(report))
    assert report.tests > 0


def test_every_flow_is_tested_in_every_kind() -> None:
    report = run(PLAYBOOK)
    played: dict[str, set[str]] = {}
    for flow, kinds in report.kinds.items():
        played.setdefault(flow.split(".")[0], set()).update(kinds)
    wanted = {flow: _kinds_of(flow) for flow in played}
    missing = {flow: sorted(wanted[flow] - kinds) for flow, kinds in played.items() if wanted[flow] - kinds}
    assert missing == {}


def _kinds_of(flow: str) -> set[str]:
    """Every kind, but a known outage only where the flow asks for one: billing and access have none."""
    asks = "outage_for(" in (PLAYBOOK / "flows" / f"{flow}.yaml").read_text(encoding="utf-8")
    return set(KINDS) if asks else set(KINDS) - {"outage_known"}


def test_a_broken_dialogue_is_named_with_its_line(tmp_path: Path) -> None:
    import shutil

    for name in ("flows", "topics", "articles"):
        shutil.copytree(PLAYBOOK / name, tmp_path / name)
    for file in PLAYBOOK.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    folder = tmp_path / "dialogues" / "archive-gaps"
    folder.mkdir(parents=True)
    (folder / "happy.yaml").write_text(
        "test: нет такого\nflow: archive-gaps\nturns:\n  - {operator: true, bot: этого не сказано}\n  - {fly: true}\n",
        encoding="utf-8",
    )
    report = run(tmp_path)
    assert [(one.file, one.line) for one in report.failures] == [("dialogues/archive-gaps/happy.yaml", 4)]
    assert any(str(one).startswith("flows/archive-gaps.yaml:") for one in report.unvisited)
