"""A process serves only where it can: what web, live and work need is made beforehand, by as many as like at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import trained
from tests.engines import Missing, Postgres, free_port
from tests.faults.doors import PREPARED, Desk, camdesk, environment

pytestmark = [pytest.mark.fault, pytest.mark.long]


def refused(data: Path, *words: str, **env: str) -> str:
    """The one sentence of a command that does not start."""
    done = camdesk(data, *words, check=False, **env)
    assert done.returncode == 1, done.stdout + done.stderr
    [line] = done.stderr.strip().splitlines()
    return line


def together(data: list[Path], *words: str, **env: str) -> list[subprocess.Popen[str]]:
    """The same command in each of these data folders, at once."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "camdesk", *words],
            env=environment(one, **env),
            cwd=one,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for one in data
    ]
    for one in running:
        said = one.communicate(timeout=180)[0]
        assert one.returncode == 0, said
    return running


def test_who_serves_says_what_was_not_prepared_and_starts_afterwards(tmp_path: Path) -> None:
    assert "migrations wait" in refused(tmp_path, "web", "--port", str(free_port()))
    assert "run camdesk prepare first" in refused(tmp_path, "work")
    camdesk(trained.give(tmp_path), "migrate")
    assert "static files are not collected" in refused(tmp_path, "web", "--port", str(free_port()))
    assert "no playbook is published" in refused(tmp_path, "work")
    together([tmp_path, tmp_path], "prepare")
    with Desk(tmp_path, "web", **{PREPARED: ""}) as desk:
        assert desk.get("/readyz") == (200, "ready\n")
    with Desk(tmp_path, "work") as desk:
        assert desk.get("/readyz") == (200, "ready\n")
        assert desk.get("/support/")[0] == 404


def test_two_machines_may_migrate_one_database_at_once(tmp_path: Path) -> None:
    try:
        server = Postgres().start()
    except Missing as missing:
        pytest.fail(f"{missing} is missing")
    try:
        folders = [tmp_path / "one", tmp_path / "other"]
        for folder in folders:
            folder.mkdir()
        together(folders, "migrate", CAMDESK_DATABASE_URL=server.url)
        line = refused(tmp_path, "work", CAMDESK_DATABASE_URL=server.url)
        assert "no playbook is published" in line
    finally:
        server.remove()


@pytest.mark.parametrize(
    "env, said",
    [
        ({"CAMDESK_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "the database does not answer"),
        ({"CAMDESK_FILES_URL": "s3://nowhere"}, "CAMDESK_FILES_URL: s3://KEY:SECRET@HOST/BUCKET is needed"),
        ({"CAMDESK_BUS": "rabbit://here"}, "CAMDESK_BUS: memory, postgres or redis://host:port is needed"),
    ],
)
def test_what_is_not_there_is_one_sentence(tmp_path: Path, env: dict[str, str], said: str) -> None:
    for command in ("prepare", "work"):
        assert said in refused(tmp_path, command, **env)


@pytest.mark.parametrize(
    "lanes, said",
    [("", "a worker without lanes would do nothing"), ("mail,mial", "there is no lane 'mial'")],
)
def test_a_worker_without_a_lane_does_not_start(tmp_path: Path, lanes: str, said: str) -> None:
    assert said in refused(tmp_path, "work", CAMDESK_LANES=lanes)
