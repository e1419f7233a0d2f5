"""The alert rules by Prometheus's own tool: they are read, tried with series made for them, and the dashboard's
expressions are PromQL."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.house.test_alerts import DASHBOARD, FOLDER

pytestmark = pytest.mark.fault


def promtool(*words: object, folder: Path) -> subprocess.CompletedProcess[str]:
    found = shutil.which("promtool")
    if not found:
        if "promtool" in os.environ.get("CAMDESK_TESTS_WITHOUT", "").split():
            pytest.skip("promtool cannot be had on this machine; bin/test says so")
        pytest.fail("promtool is missing (on Debian: apt-get install prometheus)")
    return subprocess.run([found, *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=120)


def test_the_rules_are_read_and_do_what_they_say() -> None:
    for words in (("check", "rules", "alerts.yaml"), ("test", "rules", "alerts_test.yaml")):
        done = promtool(*words, folder=FOLDER)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("changed", ["> 600", "== 0", "> 300", "> 900", "> 2"])
def test_a_rule_that_says_something_else_is_noticed(changed: str, tmp_path: Path) -> None:
    rules = (FOLDER / "alerts.yaml").read_text()
    assert changed in rules
    (tmp_path / "alerts.yaml").write_text(rules.replace(changed, "> 1e9"))
    shutil.copy(FOLDER / "alerts_test.yaml", tmp_path)
    assert promtool("test", "rules", "alerts_test.yaml", folder=tmp_path).returncode == 1


def test_what_the_dashboard_asks_can_be_asked(tmp_path: Path) -> None:
    asked = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
    rules = [
        {"record": f"panel:{number}", "expr": one.replace("$__rate_interval", "5m")} for number, one in enumerate(asked)
    ]
    (tmp_path / "asked.yaml").write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": rules}]}))
    done = promtool("check", "rules", "asked.yaml", folder=tmp_path)
    assert (done.returncode, f"{len(asked)} rules found" in done.stdout) == (0, True), done.stdout + done.stderr
