"""Behind a pooler that gives every transaction another connection (PgBouncer, pool_mode = transaction), hints by Redis:
everything is made, served and worked off, over fewer connections than there are threads. Seen failing without
`?prepare=0` (Debian's keeps no prepared statements) and with a lock that is the session's."""

import json
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests import prepared
from tests.engines import Missing, PgBouncer, Postgres, Redis, wait_until
from tests.faults.clusters import Sender
from tests.faults.doors import Desk, camdesk, environment
from tests.faults.neighbours import Ledger, blank, browser, filled, number_in, settle
from tests.faults.test_prepare import together

pytestmark = [pytest.mark.fault, pytest.mark.long]

CONNECTIONS = 4
CLIENTS, ROUNDS = 6, 5


def test_a_cluster_behind_a_pooler_of_transactions(tmp_path: Path) -> None:
    try:
        database, redis = Postgres(durable=False).start(), Redis().start()
        pooler = PgBouncer(database, connections=CONNECTIONS)
    except Missing as missing:
        pytest.fail(f"{missing} is missing")
    ways = {
        "CAMDESK_DATABASE_URL": f"{pooler.url}?prepare=0",
        "CAMDESK_ALLOW_LOSS": "fsync,synchronous_commit,full_page_writes",
        "CAMDESK_BUS": redis.url,
        "CAMDESK_LIMIT_REQUESTS": "off",
    }
    try:
        other = tmp_path / "other"
        together([prepared.of_postgres(tmp_path), prepared.of_postgres(other)], "prepare", **ways)
        neighbours = settle(tmp_path, CLIENTS, **ways)
        with (
            Desk(tmp_path, "web", **ways) as web,
            Desk(tmp_path, "live", **ways) as live,
            Desk(tmp_path, "work", **ways) as work,
        ):
            for desk in (web, live, work):
                assert desk.get("/readyz") == (200, "ready\n")
            line = _stream(live, _token(tmp_path, ways))

            def send(client: int) -> list[int]:
                one = browser(web.port, neighbours[client])
                sent = [
                    one.post("/support/write/", filled(blank(one), neighbours[client], f"{client} {n}"))
                    for n in range(ROUNDS)
                ]
                return [number_in(answer.headers["Location"]) for answer in sent]

            with ThreadPoolExecutor(CLIENTS) as crowd:
                numbers = [number for found in crowd.map(send, range(CLIENTS)) for number in found]
            assert sorted(numbers) == sorted(set(numbers))
            assert len(numbers) == CLIENTS * ROUNDS
            assert _heard(line), "hints go by Redis"

            sender, data = Sender(neighbours[0]), os.urandom(300_000)
            sender.begin(web, len(data))
            assert sender.piece(web, 0, data[:200_000])[0] == 204
            assert json.loads(sender.piece(web, 200_000, data[200_000:])[2])["size"] == len(data)
            with psycopg.connect(database.url) as asked:
                clients = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                [[most]] = asked.execute(f"{clients} AND pid <> pg_backend_pid()").fetchall()
            assert most <= CONNECTIONS
            ledger = Ledger(tmp_path, database.url)
            wait_until(
                lambda: (
                    not ledger.ask("SELECT 1 FROM tickets_delivery WHERE state = 'waiting' AND next_try_at < now()")
                ),
                seconds=60,
                what="the worker works off what waits",
            )
            for desk in (web, live, work):
                assert "Traceback" not in desk.said(), desk.said()[-3000:]
        assert {ticket.number for ticket in ledger.tickets()} == set(numbers)
        assert "strays" in camdesk(tmp_path, "verify", **ways).stdout
    finally:
        pooler.remove()
        redis.kill()
        database.remove()


def _token(data: Path, ways: dict[str, str]) -> str:
    script = (
        "import django; django.setup(); from camdesk.lib.stream_tokens import issue; print(issue('user:1', ['desk']))"
    )
    env = environment(data, DJANGO_SETTINGS_MODULE="camdesk.config.settings", **ways)
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _stream(desk: Desk, token: str) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", desk.port), timeout=10)
    line.sendall(f"GET /live?token={token} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    said = b""
    while b"event: hello" not in said:
        said += line.recv(4096)
    return line


def _heard(line: socket.socket) -> bool:
    until, said = time.monotonic() + 15, b""
    while time.monotonic() < until and b"ticket" not in said:
        said += line.recv(4096)
    return b"ticket" in said
