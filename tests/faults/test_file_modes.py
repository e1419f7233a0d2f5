"""Who may read the data on the machine: whatever the shell's umask was, and whoever made them."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests import prepared
from tests.engines import free_port
from tests.faults.doors import Desk, camdesk, environment

pytestmark = pytest.mark.fault
AS_ROOT = "import os, sys; os.geteuid = lambda: 0; from camdesk.config.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture(autouse=True)
def _open_shell():
    """Everything is started from a shell that lets everybody read and write."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(data: Path) -> dict[str, str]:
    """{path: mode} of all that others may use. What the test itself writes there is not camdesk's."""
    found = {}
    for path in [data, *data.rglob("*")]:
        mode = stat.S_IMODE(path.lstat().st_mode)
        if mode & 0o077 and path.name != "serve.log":
            found[str(path.relative_to(data))] = oct(mode)
    return found


def test_nothing_a_new_installation_makes_is_anybody_elses(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with Desk(tmp_path) as running:
        running.get("/account/login/")
        names = {path.name for path in tmp_path.iterdir()}
        assert {"camdesk.sqlite3", "camdesk.sqlite3-wal", "camdesk.sqlite3-shm", "secret.key", "incoming"} <= names
        assert open_to_others(tmp_path) == {}


def test_a_copy_and_what_is_put_back_of_it_are_nobody_elses(tmp_path: Path) -> None:
    data, new, copy = tmp_path / "data", tmp_path / "new", tmp_path / "copy.tar"
    prepared.plain(data)
    kept = data / "files" / "aa" / "bb" / "picture"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"jpeg")
    camdesk(data, "backup", str(copy))
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.tar", "data"], "no half copy is left"
    camdesk(tmp_path, "restore", str(copy), "--data", str(new))
    assert (new / "files" / "aa" / "bb" / "picture").read_bytes() == b"jpeg"
    assert open_to_others(new) == {}


def test_an_older_installation_is_shut_at_its_next_start(tmp_path: Path) -> None:
    prepared.plain(tmp_path)
    kept = tmp_path / "files" / "aa" / "bb" / "picture"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"jpeg")
    outside = tmp_path.with_name(tmp_path.name + "-outside")
    outside.write_text("not ours")
    (tmp_path / "link").symlink_to(outside)
    for path in [tmp_path, *tmp_path.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o777 if path.is_dir() else 0o666)
    if os.geteuid() == 0:  # only root can give files away
        os.chown(kept, 12345, 12345)
    ill = camdesk(tmp_path, "doctor", "--quiet", check=False)
    assert ill.returncode == 1
    assert f"chmod -R go= {tmp_path}" in ill.stdout
    assert (f"chown -R 0 {tmp_path}" in ill.stdout) == (os.geteuid() == 0)
    said = camdesk(tmp_path, "migrate").stderr
    assert "open to others here; they are shut" in said
    assert {path for path in open_to_others(tmp_path) if path != "link"} == set()
    assert stat.S_IMODE(outside.stat().st_mode) == 0o666, "a link leads out of the data"
    assert "open to others" not in camdesk(tmp_path, "migrate").stderr
    assert "modes:" not in camdesk(tmp_path, "doctor", "--quiet", check=False).stdout
    kept.chmod(0o644)
    assert f"others on this machine may read {kept};" in camdesk(tmp_path, "doctor", "--quiet", check=False).stdout


def test_files_and_database_that_lie_elsewhere_are_shut_too(tmp_path: Path) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    for place in (data, elsewhere, elsewhere / "files"):
        place.mkdir()
    (data / "files").symlink_to(elsewhere / "files")
    (data / "camdesk.sqlite3").symlink_to(elsewhere / "db")
    (elsewhere / "db").touch()
    camdesk(data, "migrate")
    assert {path for path in open_to_others(elsewhere) if path != "."} == set()


@pytest.mark.parametrize("command", ["serve", "web", "live", "work"])
def test_root_is_refused_in_one_sentence_before_anything_is_made(tmp_path: Path, command: str) -> None:
    port = [] if command == "work" else ["--port", str(free_port())]
    done = subprocess.run(
        [sys.executable, "-c", AS_ROOT, command, *port],
        env=environment(tmp_path / "data", CAMDESK_ALLOW_ROOT=""),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("camdesk: this is root")
    assert "CAMDESK_ALLOW_ROOT=1" in line
    assert not (tmp_path / "data").exists(), "what root made the service could not write"
