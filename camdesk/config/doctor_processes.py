"""What camdesk doctor says of the processes of `serve --workers`, as the one that watches over them has noted."""

import json
import os
from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from camdesk.config.findings import FAIL, OK, WARN, Finding


def processes() -> Iterator[Finding]:
    if settings.WORKERS > 1 and connection.vendor == "sqlite":
        yield Finding(FAIL, "workers: CAMDESK_WORKERS needs PostgreSQL; SQLite has one writer, in one process")
        return
    try:
        note = json.loads((settings.DATA_DIR / "workers.json").read_text())
        known, there = note["processes"], _is_there(note["supervisor"])
    except (OSError, ValueError, KeyError, TypeError):
        return  # there is one process, or none
    if not there:
        yield Finding(WARN, "workers: whoever watched over them is gone; start camdesk serve")
        return
    missing = [one["name"] for one in known if not _is_there(one["pid"])]
    deaths = sum(one["deaths"] for one in known)
    if missing:
        yield Finding(FAIL, f"workers: {', '.join(missing)} does not stay up; look into the log")
    elif deaths:
        yield Finding(WARN, f"workers: all {len(known)} run, {deaths} died and were started again; see the log")
    else:
        yield Finding(OK, f"workers: all {len(known)} processes run")
    if settings.WORKERS == 1:
        yield Finding(WARN, "workers: other commands reach no open page; say CAMDESK_WORKERS instead of --workers")
    if connection.vendor == "postgresql":
        yield from _database_places(len(known))


def _database_places(processes: int) -> Iterator[Finding]:
    """Each thread of a page has a connection, and so have what a server hears, /readyz, and the lanes of the duties."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_connections")
        places = int(cursor.fetchone()[0])
    needed = (processes - 1) * (settings.WEB_THREADS + 2) + 20
    if needed > places:
        text = f"workers: they may want {needed} connections, and the database has {places}; raise max_connections"
        yield Finding(WARN, f"{text} or lower CAMDESK_WEB_THREADS")


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0
