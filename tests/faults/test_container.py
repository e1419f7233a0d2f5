"""The Dockerfile: hadolint reads it, its steps are done one by one, and what they made is started as the container
would be: as nobody who matters, on a file system that cannot be written."""

import json
import shlex
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines import Missing, wait_until
from tests.faults import dockerfile
from tests.faults.dockerfile import Stage
from tests.faults.doors import ROOT
from tests.faults.own_machine import Machine

pytestmark = [pytest.mark.fault, pytest.mark.long]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
STAGES = dockerfile.read(DOCKERFILE.read_text())
LAST = STAGES[-1]
# What this machine stands in for is not weighed here: python:3.11-slim-bookworm is 125 MB, libpq5 and what it needs 10.
BASE_MB, MOST_MB = 135, 400


def test_hadolint_has_nothing_to_say() -> None:
    program = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([str(program), str(DOCKERFILE)], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_it_runs_as_a_number_that_is_not_root_and_says_what_it_starts() -> None:
    user, _colon, group = LAST.said("USER")[-1].partition(":")
    assert min(int(user), int(group)) >= 10000
    assert json.loads(LAST.said("ENTRYPOINT")[-1]) == ["/opt/camdesk/bin/camdesk"]
    assert LAST.said("VOLUME") == [LAST.env["CAMDESK_DATA"]]


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Iterator[tuple[Machine, list[Path]]]:
    """The last stage's machine, and what was copied into it."""
    place = tmp_path_factory.mktemp("image")
    if not shutil.which("setpriv"):
        pytest.skip("there is no setpriv here")
    try:
        machines = {stage.name: Machine(place / (stage.name or "last")) for stage in STAGES}
    except Missing as missing:
        pytest.skip(f"no machine of its own: {missing}")
    try:
        brought: list[Path] = []
        for stage in STAGES:
            machine = machines[stage.name]
            (machine.root / "usr/local/bin").mkdir(parents=True, exist_ok=True)
            machine.does("ln -sf /usr/bin/python3 /usr/local/bin/python", cwd=Path("/"))
            brought = dockerfile.build(stage, machine, context=ROOT, before=machines)
        yield machines[LAST.name], brought
    finally:
        for machine in machines.values():
            machine.__exit__()


def test_it_stays_below_400_mb(image) -> None:
    _machine, brought = image
    files = [path for top in brought for path in ([top] if top.is_file() else top.rglob("*"))]
    size = sum(path.lstat().st_size for path in files if path.is_file() and not path.is_symlink()) / 1e6
    assert size > 100, "an image without the program is none"
    assert BASE_MB + size <= MOST_MB


def test_what_the_extras_and_the_backup_need_is_there(image) -> None:
    machine, _brought = image

    def as_it(line: str) -> str:
        return machine.does(f"{run_as(LAST)} {line}", cwd=Path("/"))

    as_it("/opt/camdesk/bin/python -c 'import redis, storages.backends.s3, psycopg'")
    assert "15." in as_it("/usr/local/bin/pg_dump --version")
    assert "diff3" in as_it("diff3 --version")


def run_as(stage: Stage) -> str:
    user, _colon, group = stage.said("USER")[-1].partition(":")
    env = " ".join(f"{name}={value}" for name, value in stage.env.items())
    return f"setpriv --reuid {user} --regid {group} --clear-groups --bounding-set=-all --no-new-privs env {env}"


def test_it_serves_from_a_file_system_that_cannot_be_written(image) -> None:
    machine, _brought = image
    user, _colon, group = LAST.said("USER")[-1].partition(":")
    [volume] = LAST.said("VOLUME")
    machine.does(f"mount -t tmpfs -o mode=700,uid={user},gid={group} none {volume}", cwd=Path("/"))
    machine.does("mount -o remount,ro /", cwd=Path("/"))
    command = shlex.join([*json.loads(LAST.said("ENTRYPOINT")[-1]), *json.loads(LAST.said("CMD")[-1])])
    machine.does(f"{run_as(LAST)} {command} >/dev/null 2>&1 &", cwd=Path("/"))
    with machine.network():
        wait_until(ready, seconds=180, what="the container is ready")
    asks = LAST.said("HEALTHCHECK")[-1].partition("CMD ")[2]
    machine.does(f"{run_as(LAST)} {shlex.join(json.loads(asks))}", cwd=Path("/"))
    with pytest.raises(AssertionError, match="Read-only file system"):
        machine.does("touch /opt/camdesk/written", cwd=Path("/"))


def ready() -> bool:
    try:
        with urllib.request.urlopen("http://127.0.0.1:8000/readyz", timeout=10) as answer:
            return bool(answer.read() == b"ready\n")
    except OSError:
        return False
