"""Whether the database file is whole. A damaged one is said in one sentence at the start, by the doctor and by a
backup, instead of in one page's error here and there while copies of the damage replace the good ones.
"""

import contextlib
import sqlite3
import time
from pathlib import Path

from django.db import connection

AT_START_SECONDS = 0.5
"""A start looks for so long: at all of some 100 MB, and at the beginning of a larger database."""
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def damage_of(path: Path, *, seconds: float | None = None) -> str:
    """What SQLite's quick_check finds first, or "". `seconds`: look no longer than that. Raises sqlite3.Error for a
    file that cannot be read."""
    until = None if seconds is None else time.monotonic() + seconds
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
        ) as database:
            if until is not None:
                database.set_progress_handler(lambda: time.monotonic() > until, 10_000)
            found = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code == sqlite3.SQLITE_INTERRUPT:
            return ""
        if code & 0xFF in _DAMAGED:
            return str(error)
        raise
    return "" if found == "ok" else " ".join(found.split())


def refuse_damaged() -> None:
    """Raises SystemExit with one sentence when the database of this installation is damaged, or cannot be opened."""
    if connection.vendor != "sqlite":
        return
    path = Path(connection.settings_dict["NAME"])
    if not path.exists():
        return
    try:
        found = damage_of(path, seconds=AT_START_SECONDS)
    except sqlite3.Error as error:
        raise SystemExit(f"camdesk: the database {path} cannot be opened ({error})") from None
    if found:
        raise SystemExit(
            f"camdesk: the database {path} is damaged ({found}); keep it, and put the last good backup back:"
            " camdesk restore FILE --replace"
        )
