"""`serve --workers N`: several processes on one port, and what becomes of it when one of them dies."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests import prepared
from tests.engines import Missing, Postgres, free_port, wait_until
from tests.faults.doors import Desk, camdesk, environment

pytestmark = [pytest.mark.fault, pytest.mark.long]

SERVERS = 3


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    try:
        server = prepared.postgres(durable=False)
    except Missing as missing:
        pytest.skip(f"needs {missing}")
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def ways(database: Postgres) -> dict[str, str]:
    return {
        "CAMDESK_DATABASE_URL": database.url,
        "CAMDESK_ALLOW_LOSS": "fsync,synchronous_commit,full_page_writes",
        "CAMDESK_SECRET_KEY": "one for every folder here: " + "x" * 40,  # another beside it is refused (nodes)
    }


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, ways: dict[str, str]) -> Iterator[Desk]:
    with several(tmp_path_factory.mktemp("data"), ways) as running:
        yield running


def several(data: Path, ways: dict[str, str], **more: str) -> Desk:
    return Desk(prepared.of_postgres(data), "serve", "--workers", str(SERVERS), **ways, **more)


def processes(desk: Desk) -> dict[str, int]:
    """Name → pid, as the one that watches over them has noted; nothing while they start."""
    try:
        note = json.loads((desk.data / "workers.json").read_text())
    except OSError:
        return {}
    return {one["name"]: one["pid"] for one in note["processes"]}


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def token(desk: Desk, ways: dict[str, str], *channels: str, subject: str = "user:1") -> str:
    script = f"from camdesk.lib.stream_tokens import issue; print(issue({subject!r}, {list(channels)!r}))"
    env = environment(desk.data, DJANGO_SETTINGS_MODULE="camdesk.config.settings", **ways)
    return subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True).stdout.strip()


def stream(desk: Desk, given: str) -> tuple[int, socket.socket]:
    line = socket.create_connection(("127.0.0.1", desk.port), timeout=10)
    line.sendall(f"GET /live?token={given} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    said = b""
    while b"\r\n\r\n" not in said or (b" 200 " in said and b"event: hello" not in said):
        said += line.recv(4096)
    return int(said.split()[1]), line


def threads_of(desk: Desk) -> set[int]:
    """Which servers hold connections of ours now."""
    mine = f":{desk.port:04X}"
    inodes = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(mine) and line.split()[3] == "01"
    }
    holders = set()
    for pid in processes(desk).values():
        for fd in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = os.readlink(fd)
            except OSError:
                continue
            if target.removeprefix("socket:[").rstrip("]") in inodes:
                holders.add(pid)
    return holders


def test_sqlite_is_refused_in_one_sentence(tmp_path: Path) -> None:
    done = camdesk(tmp_path, "serve", "--workers", "2", "--port", str(free_port()), check=False)
    assert done.returncode != 0
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("camdesk: --workers 2 needs PostgreSQL")


def test_several_answer_on_one_port_and_a_hint_reaches_the_pages_of_each(
    desk: Desk, ways: dict[str, str], database: Postgres
) -> None:
    assert desk.get("/readyz") == (200, "ready\n")
    lines = [stream(desk, token(desk, ways, "desk", subject=f"user:{number}"))[1] for number in range(4)]
    while len(threads_of(desk)) < SERVERS and len(lines) < 60:
        lines.append(stream(desk, token(desk, ways, "desk", subject=f"user:{len(lines)}"))[1])
    assert len(threads_of(desk)) == SERVERS, "the kernel divides them"
    with psycopg.connect(database.url, autocommit=True) as other:
        other.execute("SELECT pg_notify('camdesk', %s)", ['[["desk"],{"ticket":1042,"seq":7}]'])
    for line in lines:
        said = b""
        while b'"ticket":1042' not in said:
            said += line.recv(4096)
        line.close()


def test_open_pages_of_one_person_are_counted_in_all_of_them(desk: Desk, ways: dict[str, str]) -> None:
    """With the others' left out of the sum three times as many would be let in."""
    given = token(desk, ways, "person:5", subject="person:5")
    opened = [stream(desk, given) for _ in range(30)]
    let_in = sum(status == 200 for status, _line in opened)
    assert 20 <= let_in <= 20 + SERVERS
    assert {status for status, _line in opened} == {200, 429}
    for _status, line in opened:
        line.close()
    wait_until(lambda: reopened(desk, given), seconds=5, what="the places are given back")


def reopened(desk: Desk, given: str) -> bool:
    status, line = stream(desk, given)
    line.close()
    return status == 200


def test_limits_are_counted_in_all_of_them(desk: Desk) -> None:
    """Wrong keys of the API: twenty in ten minutes from one address, whoever of them was asked."""

    def asked(number: int) -> int:
        line = socket.create_connection(("127.0.0.1", desk.port), timeout=10)
        head = f"GET /api/v1/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer cdk_{number}\r\n"
        line.sendall(f"{head}X-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n".encode())
        status = int(line.recv(4096).split()[1])
        line.close()
        return status

    with ThreadPoolExecutor(4) as many:
        answers = list(many.map(asked, range(40)))
    assert set(answers) == {401, 429}
    assert answers.count(401) == 20


def test_whichever_answers_tells_the_figures_of_all(desk: Desk) -> None:
    counted = 'camdesk_http_request_seconds_count{method="GET",room="account",status="2xx"}'

    def figure() -> float:
        said = desk.get("/metrics")[1]
        return next((float(line.rpartition(" ")[2]) for line in said.splitlines() if line.startswith(counted)), 0.0)

    before = figure()
    assert {desk.get("/account/login/")[0] for _ in range(30)} == {200}
    assert {figure() for _ in range(12)} == {before + 30}
    said = desk.get("/metrics")[1]
    assert 'camdesk_duty_runs_total{duty="letters out",outcome="done"}' in said, "of the process of the duties"
    assert "camdesk_database_up 1.0" in said


def test_whoever_dies_is_started_again_and_the_others_go_on(desk: Desk) -> None:
    before = processes(desk)
    victim = before["server 2 of 3"]
    os.kill(victim, signal.SIGKILL)
    # Also those whom the kernel gives to the dead one's socket: they wait in its queue and are answered.
    assert {desk.get("/healthz")[0] for _ in range(60)} == {200}
    wait_until(lambda: processes(desk).get("server 2 of 3", 0) not in (0, victim), seconds=10, what="another is there")
    after = processes(desk)
    assert {name for name in before if before[name] != after[name]} == {"server 2 of 3"}
    wait_until(lambda: desk.get("/readyz") == (200, "ready\n"), seconds=10, what="all are up")
    duties = after["the process of the duties"]
    os.kill(duties, signal.SIGKILL)
    wait_until(
        lambda: processes(desk)["the process of the duties"] not in (0, duties), seconds=10, what="the duties go on"
    )


def test_servers_that_are_killed_lose_nothing_they_confirmed(
    desk: Desk, ways: dict[str, str], database: Postgres
) -> None:
    """Six integrations open requests while servers are killed under them, and ask again under the same key."""
    made = camdesk(desk.data, "api-key", "create", "--name", "kill", "--role", "agent", **ways)
    secret = made.stdout.splitlines()[-1]
    confirmed: dict[str, int] = {}

    def opens(client: int) -> None:
        for number in range(20):
            key = f"kill-{client}-{number}"
            while key not in confirmed:
                answered = opened(desk, secret, key)
                if answered is not None:
                    confirmed[key] = answered

    with ThreadPoolExecutor(6) as many:
        sending = [many.submit(opens, client) for client in range(6)]
        for name in ("server 1 of 3", "server 3 of 3"):
            before = len(confirmed)
            wait_until(lambda: len(confirmed) >= before + 15, seconds=30, what="some are confirmed")  # noqa: B023
            os.kill(processes(desk)[name], signal.SIGKILL)
        for one in sending:
            one.result(60)
    assert len(confirmed) == len(set(confirmed.values())) == 120
    with psycopg.connect(database.url) as other:
        kept = dict(other.execute("SELECT key, ticket_id FROM tickets_receipt WHERE key LIKE 'kill-%'").fetchall())
        said = other.execute("SELECT count(*) FROM tickets_message WHERE text LIKE 'kill-%'").fetchone()
    assert kept == confirmed
    assert said == (120,), "none twice"
    wait_until(lambda: desk.get("/readyz") == (200, "ready\n"), seconds=20, what="all are up again")


def opened(desk: Desk, secret: str, key: str) -> int | None:
    """The number of the request; None when nobody answered."""
    person = {"name": "Анна", "email": "anna@example.org", "external_id": key.rpartition("-")[0]}
    body = {"topic": "other", "text": key, "person": person}
    line = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=20)
    try:
        head = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json", "Idempotency-Key": key}
        line.request("POST", "/api/v1/tickets", json.dumps(body).encode(), head)
        answer = line.getresponse()
        said = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        line.close()
    assert answer.status == 201, said
    return int(said["number"])


def test_the_doctor_says_who_runs_and_who_died(desk: Desk, ways: dict[str, str]) -> None:
    said = camdesk(desk.data, "doctor", check=False, CAMDESK_WORKERS=str(SERVERS), **ways).stdout
    assert f"workers: all {SERVERS + 1} run, 4 died and were started again" in said
    assert "bus: a hint comes back" in said


def test_an_outage_declared_in_one_is_known_to_all_at_once(desk: Desk, ways: dict[str, str]) -> None:
    """By the bus, not after the seconds in which each looks again by itself (tests/deeds/lib/test_invalidation.py)."""
    line = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup()\n"
            "from camdesk.lib import bus, invalidation\n"
            "import threading\n"
            "heard = threading.Event(); forgets = []\n"
            "invalidation.remember('x', lambda: (forgets.append(1), heard.set()))\n"
            "stop = invalidation.follow()\n"
            "for _ in range(50):\n"
            "    bus.publish(['remembered'], {'forget': 'x'})\n"
            "    if heard.wait(0.1): break\n"
            "stop(); print(bool(forgets))",
        ],
        env=environment(
            desk.data, DJANGO_SETTINGS_MODULE="camdesk.config.settings", CAMDESK_WORKERS=str(SERVERS), **ways
        ),
        capture_output=True,
        text=True,
    )
    assert line.stdout.strip() == "True", line.stderr


def test_control_c_stops_all_of_them(tmp_path: Path, ways: dict[str, str]) -> None:
    with several(tmp_path, ways) as running:
        wait_until(lambda: len(processes(running)) == SERVERS + 1, seconds=20, what="all are there")
        wait_until(lambda: "Ctrl-C stops everything" in running.said(), seconds=20, what="it greets")
        pids = list(processes(running).values())
        _status, line = stream(running, token(running, ways, "desk"))
        began = time.monotonic()
        assert running.interrupt() == 0
        assert time.monotonic() - began < 8
        assert not any(alive(pid) for pid in pids)
        assert line.recv(4096).endswith(b"0\r\n\r\n"), "streams are ended in order"
        assert "Traceback" not in running.said()
        assert not (tmp_path / "workers.json").exists()


def test_nobody_outlives_the_one_who_started_them(tmp_path: Path, ways: dict[str, str]) -> None:
    """It holds the end of a pipe; when that goes, they end."""
    with several(tmp_path, ways) as running:
        wait_until(lambda: len(processes(running)) == SERVERS + 1, seconds=20, what="all are there")
        pids = list(processes(running).values())
        running.process.kill()
        wait_until(lambda: not any(alive(pid) for pid in pids), seconds=10, what="they stop too")


def test_a_busy_port_is_said_though_the_other_shares_it(desk: Desk, tmp_path: Path, ways: dict[str, str]) -> None:
    done = camdesk(tmp_path, "serve", "--workers", "2", "--port", str(desk.port), check=False, **ways)
    assert f"port {desk.port} on 127.0.0.1 cannot be used" in done.stderr
