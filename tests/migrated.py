"""The migrated SQLite database, made once for all processes of the tests: migrating costs a process 4 s of CPU.

The copy is kept under the digest of everything a migration may depend on, so it never serves another state of the code;
`migrate` still runs over it and finds nothing to do.
"""

import hashlib
import os
import sqlite3
import stat
import tempfile
from pathlib import Path

import django
from django.db import connection

_KEPT = 5  # states of the code: a few branches worked on in turn
CAMDESK = Path(__file__).resolve().parent.parent / "camdesk"


def place_copy() -> bool:
    """Puts the kept copy where the test database will be looked for. False: there is none, or this is no SQLite."""
    if connection.vendor != "sqlite":
        return False
    kept = _kept()
    if not kept.is_file():
        return False
    _copy(kept, Path(_test_database()))
    return True


def keep_copy() -> None:
    """Keeps the test database, as it was migrated, for whoever comes next."""
    if connection.vendor != "sqlite":
        return
    kept = _kept()
    fresh = kept.with_suffix(f".{os.getpid()}")
    _copy(Path(connection.settings_dict["NAME"]), fresh)
    fresh.replace(kept)
    for old in sorted(kept.parent.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
        old.unlink(missing_ok=True)


def _test_database() -> str:
    return connection.creation._get_test_db_name()  # type: ignore[attr-defined]


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as here, sqlite3.connect(target) as there:
        here.backup(there)
    here.close()
    there.close()


def _kept() -> Path:
    folder = Path(tempfile.gettempdir()) / f"camdesk-migrated-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = folder.lstat()
    if owner.st_uid != os.geteuid() or not stat.S_ISDIR(owner.st_mode):
        raise RuntimeError(f"{folder} is somebody else's")
    digest = hashlib.sha256(django.__version__.encode())
    for path in sorted(
        [*CAMDESK.rglob("migrations/*.py"), *CAMDESK.glob("*/models/*.py"), *CAMDESK.glob("*/models.py")]
    ):
        digest.update(path.relative_to(CAMDESK).as_posix().encode() + b"\0" + path.read_bytes())
    digest.update((CAMDESK / "config" / "settings.py").read_bytes())
    return folder / f"{digest.hexdigest()[:40]}.sqlite3"
