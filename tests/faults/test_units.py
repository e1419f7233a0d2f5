"""The systemd units: what systemd itself says of them, and what their ExecStart lines start."""

import re
import shlex
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests import prepared
from tests.engines import Missing, free_port, wait_until
from tests.faults.doors import ROOT, camdesk, environment

pytestmark = pytest.mark.fault
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
PROGRAM = "/opt/camdesk/bin/camdesk"


def said(unit: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit.read_text(), re.MULTILINE)


@pytest.fixture
def analyze(tmp_path) -> list[str]:
    """systemd-analyze over copies whose program and user this machine has."""
    if (program := shutil.which("systemd-analyze")) is None:
        pytest.skip("there is no systemd-analyze here, and it comes only with systemd itself")
    for unit in UNITS:
        text = unit.read_text().replace(PROGRAM, shutil.which("true") or "/bin/true")
        (tmp_path / unit.name).write_text(text.replace("User=camdesk", "User=daemon"))
    return [program]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_to_say(analyze, tmp_path, unit: Path) -> None:
    name = str(tmp_path / unit.name.replace("@", "@8001"))
    if "@" in unit.name:
        shutil.copy(tmp_path / unit.name, name)
    done = subprocess.run([*analyze, "verify", "--man=no", name], capture_output=True, text=True, timeout=60)
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "camdesk" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_service_can_do_little_but_write_its_data(analyze, tmp_path, unit: Path) -> None:
    words = [*analyze, "security", "--offline=true", "--threshold=25", str(tmp_path / unit.name)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    if "Unknown option" in done.stderr or "unrecognized option" in done.stderr:
        pytest.skip("this systemd does not judge units that are not loaded")
    assert done.returncode == 0, done.stdout[-500:] + done.stderr


def test_their_lines_start_a_desk_of_several_processes(tmp_path) -> None:
    """As the units say it, but for the program's place, the data folder and the ports."""
    try:
        server = prepared.postgres().start()
    except Missing as missing:
        pytest.fail(f"{missing} is missing")
    running: list[subprocess.Popen[bytes]] = []
    told = {"CAMDESK_DATABASE_URL": server.url, "CAMDESK_BUS": "postgres"}
    try:
        (tmp_path / "settings.env").write_text("".join(f"{name}={value}\n" for name, value in told.items()))
        camdesk(prepared.of_postgres(tmp_path), "prepare")
        ports = {}
        for unit in UNITS:
            [line] = said(unit, "ExecStart")
            [data] = said(unit, "Environment")
            assert data == "CAMDESK_DATA=/var/lib/camdesk"
            assert said(unit, "StateDirectory") == ["camdesk"]
            ports[unit.name] = free_port()
            words = shlex.split(line.replace("%i", str(ports[unit.name])))
            assert words[0] == PROGRAM
            if "@" not in unit.name:
                words += ["--port", str(ports[unit.name])]
            with (tmp_path / f"{unit.name}.log").open("wb") as log:
                command = [sys.executable, "-m", "camdesk", *words[1:]]
                running.append(
                    subprocess.Popen(command, env=environment(tmp_path), cwd=tmp_path, stdout=log, stderr=log)
                )
        for unit in UNITS:
            told_last = (tmp_path / f"{unit.name}.log").read_text()[-800:]
            wait_until(lambda at=ports[unit.name]: _ready(at), seconds=120, what=f"{unit.name}: {told_last}")
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)
        server.remove()


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            return bool(answer.read() == b"ready\n")
    except (OSError, urllib.error.HTTPError):
        return False
