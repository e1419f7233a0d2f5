"""Processes that must not serve from one database together refuse in one sentence; the doctor names who does."""

import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests import prepared
from tests.engines import Missing, Postgres, free_port, wait_until
from tests.faults.doors import PREPARED, Desk, camdesk
from tests.faults.test_prepare import refused

pytestmark = [pytest.mark.fault, pytest.mark.long]

KEY, OTHER_KEY = "first-" * 8, "other-" * 8
# camdesk as it would be: of another version, or on a machine whose clock is off.
AS_IT_WOULD_BE = """
import os, runpy, time
import camdesk
camdesk.__version__ = os.environ.get("AS_VERSION", camdesk.__version__)
real, off = time.time, float(os.environ.get("CLOCK_OFF", "0"))
time.time = lambda: real() + off
runpy.run_module("camdesk", run_name="__main__", alter_sys=True)
"""


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    try:
        server = prepared.postgres(durable=False)
    except Missing as missing:
        pytest.fail(f"{missing} is missing")
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def ways(database: Postgres) -> dict[str, str]:
    return {
        "CAMDESK_DATABASE_URL": database.url,
        "CAMDESK_ALLOW_LOSS": "fsync,synchronous_commit,full_page_writes",
        "CAMDESK_SECRET_KEY": KEY,
        "CAMDESK_BUS": "postgres",
        PREPARED: "",
    }


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes a prepared data folder: a machine of its own."""

    def made() -> Path:
        found = prepared.of_postgres(tmp_path_factory.mktemp("node"))
        (found / "would_be.py").write_text(AS_IT_WOULD_BE)
        (found / "would_be.py").chmod(0o600)  # what is open to others is shut, and said
        return found

    return made


def rows(database: Postgres) -> list[tuple[str, str]]:
    with psycopg.connect(database.url) as there:
        return there.execute("SELECT kind, version FROM nodes_servingprocess ORDER BY kind").fetchall()


def there_is(database: Postgres, *kinds: str) -> None:
    wait_until(lambda: [kind for kind, _ in rows(database)] == sorted(kinds), seconds=60, what=f"{kinds} are told of")


def test_another_secret_key_is_refused_while_one_lives(database, ways, folder):
    one, other = folder(), folder()
    foreign = {**ways, "CAMDESK_SECRET_KEY": OTHER_KEY}
    with Desk(one, "web", **ways) as web:
        there_is(database, "web")
        for command in ("web", "work", "live", "serve"):
            port = ("--port", str(free_port())) if command != "work" else ()
            line = refused(other, command, *port, **foreign)
            assert "with another secret key" in line
            assert "one CAMDESK_SECRET_KEY" in line
            assert f"(pid {web.process.pid})" in line
            assert KEY[:6] not in line
        doctor = camdesk(other, "doctor", check=False, **foreign)
        assert re.search(r"fail +nodes: \S+ signs with another secret key than this machine", doctor.stdout)
        with Desk(other, "work", **ways) as work:
            there_is(database, "web", "work")
            work.interrupt()
            there_is(database, "web")
        web.interrupt()
    there_is(database)
    with Desk(other, "web", **foreign) as desk:
        there_is(database, "web")
        desk.interrupt()


def test_who_was_killed_is_not_in_the_way_on_its_own_machine(database, ways, folder):
    one, other = folder(), folder()
    with Desk(one, "web", **ways) as web:
        wait_until(lambda: "web" in dict(rows(database)), seconds=60, what="it is told of")
        web.process.kill()
        web.process.wait(10)
        assert "web" in dict(rows(database))
    with Desk(other, "web", **{**ways, "CAMDESK_SECRET_KEY": OTHER_KEY}) as desk:
        assert desk.get("/readyz")[0] == 200
        desk.interrupt()


def test_a_newer_version_joins_and_an_older_one_does_not(database, ways, folder):
    one, other = folder(), folder()
    with Desk(one, "web", **ways) as old, Desk(other, "web", module="would_be", AS_VERSION="9.0.0", **ways) as new:
        wait_until(lambda: ("web", "9.0.0") in rows(database), seconds=60, what="the newer one is told of")
        assert (old.get("/readyz")[0], new.get("/readyz")[0]) == (200, 200)
        line = refused(one, "work", **ways)
        assert "of camdesk 9.0.0 serves from this database" in line
        assert "upgrading.md" in line
        said = camdesk(one, "doctor", check=False, **ways).stdout
        assert "9.0.0 serve together" in said
        old.interrupt()
        new.interrupt()


def test_a_clock_off_by_five_minutes_is_named(database, ways, folder):
    one, other = folder(), folder()
    with Desk(one, "web", **ways), Desk(other, "web", module="would_be", CLOCK_OFF="300", **ways):
        wait_until(lambda: len(rows(database)) >= 2, seconds=60, what="both are told of")
        done = camdesk(one, "doctor", check=False, **ways)
        found = re.search(r"fail +clock: that of \S+ is (\d+) s before that of \S+;", done.stdout)
        assert found, done.stdout
        assert 295 <= int(found[1]) <= 305
        assert done.returncode == 1
        assert "web (" in done.stdout


def test_streams_start_while_the_database_is_away(ways, folder):
    away = {**ways, "CAMDESK_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "CAMDESK_BUS": "postgres"}
    with Desk(folder(), "live", **away) as live:
        assert live.get("/healthz")[0] == 200


def test_the_doctor_does_not_wait_for_a_database_that_hangs(database, ways, folder):
    one = folder()
    assert database.server is not None
    database.server.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        done = camdesk(one, "doctor", check=False, **ways)
        took = time.monotonic() - began
    finally:
        database.server.send_signal(signal.SIGCONT)
    # Whichever is first: the driver gives up connecting, or the doctor asking.
    assert re.search(r"fail  database: .*no(t)? answer.*; what asks it was not looked at", done.stdout), done.stdout
    assert done.returncode == 1
    assert took < 60
    assert "ok    data folder" in done.stdout, "the rest is said"
