"""Whether the database file is whole. A damaged one is said in one sentence at the start, by the doctor and by a
backup, instead of in one page's error here and there while copies of the damage replace the good ones.
"""

import contextlib
import sqlite3
from pathlib import Path

from django.conf import settings
from django.db import connection

from camdesk.config import startup

AT_START_BYTES = 256 * 1024 * 1024
"""A start looks at every page of a database of up to so much (1 GB takes about a second once it is in memory, and as
long as the disk needs before); of a larger one at its header, size and schema."""
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_EVERY_PAGE = "PRAGMA quick_check(1)"
_SCHEMA = "SELECT 'ok' FROM (SELECT count(*) FROM sqlite_schema)"


def damage_of(path: Path, *, most: int | None = None) -> str:
    """What is found first, or "". `most`: bytes of a file of which every page is looked at. Raises sqlite3.Error for a
    file that cannot be read."""
    every_page = most is None or path.stat().st_size <= most
    address = f"{path.resolve().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=10)) as database:
            found = str(database.execute(_EVERY_PAGE if every_page else _SCHEMA).fetchone()[0])
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
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
        found = _emptied(path) or damage_of(path, most=AT_START_BYTES)
    except sqlite3.Error as error:
        raise SystemExit(f"camdesk: the database {path} cannot be opened ({error})") from None
    if found:
        raise SystemExit(
            f"camdesk: the database {path} is damaged ({found}); keep it, and put the last good backup back:"
            " camdesk restore FILE --replace"
        )


def _emptied(path: Path) -> str:
    """To SQLite a file without a byte is a new database: a start would quietly begin an installation beside the files
    of the old one. Only a first start that was broken off leaves one, and that has remembered nothing yet."""
    began = startup.Memory(settings.DATA_DIR / startup.MEMORY).known.get("database")
    return "it is empty, and camdesk has run on it before" if began and not path.stat().st_size else ""
