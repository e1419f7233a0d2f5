"""Data folders as `camdesk prepare` leaves them, made once (tests/made_once.py) and copied for whoever begins with one:
migrations, static files, playbook and reader cost half a minute of CPU each time.

What is proven of the preparing itself begins with an empty folder (tests/faults/test_prepare.py, test_serving.py).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests import made_once, trained
from tests.engines import Postgres

DEMO_SECONDS = 1800.0  # its town was built for the moment it was built at
_MADE_FROM = ("camdesk", "camdesk_demo", "playbook")


def plain(data: Path) -> Path:
    """A folder with SQLite; `data` itself is given back."""
    return _copied(_kept("plain", _plain), data)


def demo(data: Path) -> Path:
    return _copied(_kept("demo", partial(_plain, CAMDESK_DEMO="1"), seconds=DEMO_SECONDS), data)


def of_postgres(data: Path) -> Path:
    """A folder beside a `postgres`: what a start makes there is done."""
    return _copied(_kept("postgres", _postgres, *_servers()) / "data", data)


def postgres(*, durable: bool = True) -> Postgres:
    """A server that is not started yet, whose database is prepared. Raises Missing."""
    return Postgres(durable=durable, cluster=_kept("postgres", _postgres, *_servers()) / "cluster")


def _servers() -> list[Path]:
    """The system's PostgreSQL: another version cannot read what this one wrote."""
    return sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


def _kept(kind: str, make: Callable[[Path], object], *also: Path, seconds: float = float("inf")) -> Path:
    made_from = [sys.executable, *also, *made_once.sources(*_MADE_FROM)]
    return made_once.folder(f"prepared-{kind}", made_from, make, seconds=seconds)


def _plain(data: Path, **more: str) -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("CAMDESK_", "DJANGO_"))}
    env = {**known, "CAMDESK_DATA": str(data), "PYTHONPATH": str(made_once.ROOT), "CAMDESK_ALLOW_ROOT": "1", **more}
    data.chmod(0o700)
    trained.give(data)
    line = [sys.executable, "-m", "camdesk", "prepare"]
    done = subprocess.run(line, env=env, cwd=data, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"camdesk prepare failed: {done.stderr[-3000:]}")
    (data / "secret.key").unlink(missing_ok=True)  # each has its own


def _postgres(place: Path) -> None:
    server = Postgres(durable=False).start()
    try:
        (place / "data").mkdir()
        loss = "fsync,synchronous_commit,full_page_writes"
        _plain(place / "data", CAMDESK_DATABASE_URL=server.url, CAMDESK_ALLOW_LOSS=loss)
        server.stop()
        shutil.copytree(server.data, place / "cluster")
    finally:
        server.remove()


def _copied(kept: Path, data: Path) -> Path:
    shutil.copytree(kept, data, dirs_exist_ok=True)
    return data
