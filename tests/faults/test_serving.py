"""camdesk as a process: starts, refuses to start in one sentence, stops with everything it holds open."""

import hashlib
import http.client
import json
import os
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from camdesk.server.serving import STOP_SECONDS
from tests import prepared, trained
from tests.engines import free_port, wait_until
from tests.faults.damage import damage
from tests.faults.doors import ROOT, Desk, camdesk, environment

pytestmark = [pytest.mark.fault, pytest.mark.long]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk(trained.give(tmp_path_factory.mktemp("data"))) as running:
        yield running


def test_a_new_installation_is_ready_and_invites_its_administrator_once(desk: Desk) -> None:
    assert desk.get("/readyz") == (200, "ready\n")
    assert "/invitations/" in desk.said()
    assert "camdesk-demo" not in desk.said(), "demo logins belong to the demo"
    assert stat.S_IMODE((desk.data / "secret.key").stat().st_mode) == 0o600


def test_a_stranger_gets_words_and_no_trace(desk: Desk) -> None:
    status, text = desk.get("/no-such-page")
    assert status == 404
    assert "Traceback" not in text


def test_a_log_for_programs_names_the_request_and_no_secret(tmp_path: Path) -> None:
    asked = "5e3c7d1e1a2b4c3d8e9f0a1b2c3d4e5f"
    shutil.rmtree(prepared.plain(tmp_path) / "static")  # so that it has something to say
    with Desk(tmp_path, CAMDESK_LOG_FORMAT="json") as running:
        line = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        line.request("GET", "/claims/AbCd-1234/?q=anna", headers={"X-Request-ID": asked})
        answer = line.getresponse()
        assert (answer.status, answer.headers.get_all("X-Request-ID")) == (404, [asked])
        line.close()
        running.get("/readyz")
        wait_until(lambda: "camdesk.access" in running.said(), seconds=30, what="a line for the request")
        assert running.interrupt() == 0
    said = [json.loads(one) for one in running.said().splitlines() if one.startswith("{")]
    about = [one for one in said if one.get("request") == asked]
    assert {one["logger"] for one in about} == {"django.request", "camdesk.access"}
    [access] = [one for one in about if one["logger"] == "camdesk.access"]
    assert (access["method"], access["path"], access["status"]) == ("GET", "/claims/…/", 404)
    assert [one for one in said if one.get("path") == "/readyz"] == []
    assert any(one["logger"] == "camdesk.start" for one in said), "what a start says is JSON too"
    assert "AbCd" not in running.said()
    assert "anna" not in running.said()


def test_a_stream_without_a_token_is_refused(desk: Desk) -> None:
    assert desk.get("/live?token=forged")[0] == 403


def test_control_c_stops_everything_though_streams_and_requests_are_open(tmp_path: Path) -> None:
    with Desk(prepared.plain(tmp_path)) as running:
        token = subprocess.run(
            [sys.executable, "-c", "from camdesk.lib.stream_tokens import issue; print(issue('user:1', ['desk']))"],
            env=environment(tmp_path, DJANGO_SETTINGS_MODULE="camdesk.config.settings"),
            capture_output=True,
            text=True,
        ).stdout.strip()
        streams = [socket.create_connection(("127.0.0.1", running.port), timeout=10) for _ in range(3)]
        for line in streams:
            line.sendall(f"GET /live?token={token} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            said = b""
            while b"event: hello" not in said:
                said += line.recv(4096)
        half = socket.create_connection(("127.0.0.1", running.port), timeout=10)
        half.sendall(b"POST /account/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
        began = time.monotonic()
        assert running.interrupt() == 0
        assert time.monotonic() - began < STOP_SECONDS + 3
        assert "Traceback" not in running.said()
        for line in streams:  # ended in order, not cut
            assert line.recv(4096).endswith(b"0\r\n\r\n")


def test_a_busy_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = camdesk(tmp_path, "serve", "--port", port, check=False)
    assert done.returncode != 0
    assert done.stderr.strip().splitlines() == [
        f"camdesk: port {port} on 127.0.0.1 cannot be used (Address already in use);"
        " stop what runs there, or choose another with --port"
    ]


def test_a_data_folder_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    done = camdesk(tmp_path, "serve", "--port", str(free_port()), "--data", str(file / "data"), check=False)
    assert done.returncode != 0
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("camdesk: ")
    assert "cannot be written" in line


def test_an_old_python_is_said_in_one_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\nexit 1\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["bash", str(ROOT / "bin" / "run")],
        env={**environment(tmp_path), "CAMDESK_VENV": str(tmp_path / "venv"), "CAMDESK_PYTHON": str(old)},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode != 0
    [line] = done.stderr.strip().splitlines()
    assert "Python 3.11 or newer is needed" in line
    assert not (tmp_path / "venv").exists()


def test_a_database_that_may_forget_is_refused_unless_allowed_by_name(tmp_path: Path) -> None:
    script = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "connection.cursor().execute('PRAGMA synchronous=NORMAL')\n"
        "from camdesk.config.durability import refuse_to_lose; refuse_to_lose()\n"
    )

    def start(**more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script],
            env=environment(tmp_path, DJANGO_SETTINGS_MODULE="camdesk.config.settings", **more),
            capture_output=True,
            text=True,
        )

    refused = start()
    assert refused.returncode != 0
    assert "CAMDESK_ALLOW_LOSS=synchronous" in refused.stderr
    assert start(CAMDESK_ALLOW_LOSS="synchronous").returncode == 0


def test_an_unreachable_bus_is_a_finding_and_an_event_stream_process_needs_one(tmp_path: Path) -> None:
    done = camdesk(tmp_path, "live", "--port", str(free_port()), check=False)
    assert done.returncode != 0
    assert "CAMDESK_BUS is memory" in done.stderr


def test_the_doctor_finds_what_is_wrong_and_says_what_to_do(desk: Desk, tmp_path: Path) -> None:
    fine = camdesk(desk.data, "doctor", check=False)
    assert "ok    database: synchronous keeps what was confirmed" in fine.stdout
    (desk.data / "secret.key").chmod(0o644)
    several = {"CAMDESK_BUS": "postgres", "CAMDESK_LIMITS": "memory"}
    try:
        ill = camdesk(desk.data, "doctor", "--quiet", check=False, CAMDESK_URL="http://desk.example.org", **several)
    finally:
        (desk.data / "secret.key").chmod(0o600)
    assert ill.returncode == 1
    assert f"chmod -R go= {desk.data}" in ill.stdout
    assert "is not https" in ill.stdout
    assert "set CAMDESK_LIMITS=database" in ill.stdout


def test_a_key_is_printed_on_the_last_line_and_kept_only_as_a_hash(desk: Desk) -> None:
    done = camdesk(desk.data, "api-key", "create", "--name", "billing", "--role", "agent")
    secret = done.stdout.splitlines()[-1]
    assert secret.startswith("cdk_")
    with sqlite3.connect(desk.data / "camdesk.sqlite3") as database:
        assert secret not in "\n".join(database.iterdump())


def test_a_copy_made_while_running_holds_everything_and_is_put_back_whole(desk: Desk, tmp_path: Path) -> None:
    kept = desk.data / "files" / "aa" / "picture"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"jpeg" * 1000)
    key = camdesk(desk.data, "api-key", "create", "--name", "kept", "--role", "agent").stdout
    copy = tmp_path / "copy.tar"
    camdesk(desk.data, "backup", str(copy))
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600

    new = tmp_path / "new"
    camdesk(tmp_path, "restore", str(copy), "--data", str(new))
    assert (new / "files" / "aa" / "picture").read_bytes() == kept.read_bytes()
    assert (new / "secret.key").read_text() == (desk.data / "secret.key").read_text()
    with sqlite3.connect(new / "camdesk.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM people_apikey WHERE name = 'kept'").fetchone() == (1,), key
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    again = camdesk(tmp_path, "restore", str(copy), "--data", str(new), check=False)
    assert "there are data already" in again.stderr
    running = camdesk(tmp_path, "restore", str(copy), "--replace", "--data", str(desk.data), check=False)
    assert "camdesk is running on these data" in running.stderr


def test_a_damaged_copy_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tar"
    camdesk(desk.data, "backup", str(copy))
    data = bytearray(copy.read_bytes())
    data[2048] ^= 0xFF
    copy.write_bytes(data)
    done = camdesk(tmp_path, "restore", str(copy), "--data", str(tmp_path / "new"), check=False)
    assert "database has changed" in done.stderr
    assert not (tmp_path / "new" / "camdesk.sqlite3").exists()


def test_a_damaged_database_is_one_sentence_at_the_start_and_is_never_copied_or_put_back(
    desk: Desk, tmp_path: Path
) -> None:
    good, copy, data = tmp_path / "good.tar", tmp_path / "copy.tar", tmp_path / "data"
    camdesk(desk.data, "backup", str(good))
    camdesk(tmp_path, "restore", str(good), "--data", str(data))
    damage(data / "camdesk.sqlite3", "midst")

    for command in (["serve", "--port", str(free_port())], ["migrate"]):
        refused = camdesk(data, *command, check=False)
        assert refused.returncode != 0
        [line] = refused.stderr.strip().splitlines()
        assert line.startswith(f"camdesk: the database {data / 'camdesk.sqlite3'} is damaged (")
    looked = camdesk(data, "doctor", check=False)
    assert looked.returncode == 1
    assert f"fail  database: {data / 'camdesk.sqlite3'} is damaged" in looked.stdout

    done = camdesk(data, "backup", str(copy), check=False)
    assert done.returncode != 0
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("camdesk: the database is damaged (")
    assert not copy.exists()
    assert list(tmp_path.glob("*.part")) == []

    camdesk(data, "restore", str(good), "--replace")
    assert "ok    database: its file is whole" in camdesk(data, "doctor", check=False).stdout


def test_a_copy_of_a_damaged_database_is_not_put_back(desk: Desk, tmp_path: Path) -> None:
    """Older copies were not looked at when they were made."""
    good, bad = tmp_path / "good.tar", tmp_path / "bad.tar"
    camdesk(desk.data, "backup", str(good))
    with tarfile.open(good) as tar:
        tar.extractall(tmp_path / "parts")  # noqa: S202  our own; Python 3.11.2 knows no filter
    damage(tmp_path / "parts" / "database", "midst")
    manifest = json.loads((tmp_path / "parts" / "manifest.json").read_text())
    database = (tmp_path / "parts" / "database").read_bytes()
    manifest["parts"]["database"] = hashlib.sha256(database).hexdigest()
    (tmp_path / "parts" / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(bad, "w") as tar:
        for path in sorted((tmp_path / "parts").rglob("*")):
            if path.is_file():
                tar.add(path, str(path.relative_to(tmp_path / "parts")))
    refused = camdesk(tmp_path, "restore", str(bad), "--data", str(tmp_path / "new"), check=False)
    assert "the database in the copy is damaged" in refused.stderr
    assert not (tmp_path / "new" / "camdesk.sqlite3").exists()


@pytest.mark.parametrize(
    ("method", "path", "host"),
    [
        ("GET", "/", "evil.example"),
        ("POST", "/account/login/", "evil.example"),
        ("GET", "/api/v1/tickets", "evil.example"),
        ("GET", "/", "a" * 50_000),
        ("GET", "/", "x y"),
        ("GET", "/", ""),
    ],
)
def test_a_host_that_is_not_ours_is_refused_in_words_and_is_one_line_of_the_log(
    desk: Desk, method: str, path: str, host: str
) -> None:
    before = desk.said()
    line = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=10)
    line.putrequest(method, path, skip_host=True)
    line.putheader("Host", host)
    line.putheader("Content-Length", "0")
    line.endheaders()
    answer = line.getresponse()
    body = answer.read().decode()
    assert answer.status == 400
    if path.startswith("/api/"):
        assert json.loads(body)["status"] == 400
    else:
        assert "Запрос не разобрать" in body
    lines = desk.said().removeprefix(before).splitlines()
    [written] = [one for one in lines if "camdesk.access" not in one]
    assert len(written) < 500


def test_the_worker_alone_stops_on_a_signal(desk: Desk) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "camdesk", "work"],
        env=environment(desk.data),
        cwd=desk.data,
        stderr=subprocess.PIPE,
    )
    lock = desk.data / "in-use.lock"
    wait_until(lambda: _holds(process.pid, lock), seconds=30, what="the worker runs")
    process.terminate()
    assert process.wait(10) == 0


def _holds(pid: int, path: Path) -> bool:
    try:
        return any(os.readlink(link) == str(path) for link in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False
