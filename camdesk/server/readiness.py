"""What keeps this process from doing its work, one sentence each, for /readyz. It tries rather than asks: a database
that answers may still be locked, and a folder with room may still not be written.
"""

import contextlib
import shutil
import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import close_old_connections, connection

from camdesk.lib import bus, disk_reserve, files, schema
from camdesk.lib.storage_errors import not_now

_MB = 1024 * 1024
LOCK_SECONDS = 3.0
"""So long it waits for the lock to write; the dispatcher gives up on all of it after 5 s."""
STORE_SECONDS = 1.5
_aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")


def what_is_wrong_with_streams() -> list[str]:
    """Of a process that has streams only: it hears what to tell its pages by the bus."""
    return ["the bus does not answer (CAMDESK_BUS): pages hear nothing by their streams"] if bus.is_deaf() else []


def what_is_wrong() -> list[str]:
    wrong = []
    try:
        close_old_connections()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _take_the_lock_to_write()
        if waiting := schema.fit().waiting:
            wrong.append(f"{len(waiting)} migrations wait: run camdesk prepare")
    except Exception as error:
        why = not_now(error)
        wrong.append(f"the database cannot be written: {why.reason if why else type(error).__name__}")
    with contextlib.suppress(OSError):
        disk = shutil.disk_usage(settings.DATA_DIR)
        if disk.free < disk_reserve.kept(disk.total):
            wrong.append(f"only {disk.free // _MB} MB of disk are free under the data folder")
    try:
        with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR or settings.DATA_DIR, buffering=0) as file:
            file.write(bytes(4096))
    except OSError as error:
        wrong.append(f"the data folder cannot be written: {error.strerror}")
    return [*wrong, *what_is_wrong_with_store()]


def what_is_wrong_with_store() -> list[str]:
    """Asked aside: a store on another machine may let one wait for a minute."""
    asked = _aside.submit(lambda: files.store().home.probe())
    try:
        asked.result(timeout=STORE_SECONDS)
    except TimeoutError:
        asked.cancel()
        return [f"the store of files does not answer within {STORE_SECONDS:.0f} s (CAMDESK_FILES_URL)"]
    except Exception as error:
        said = getattr(error, "strerror", None) or type(error).__name__  # never its text: it may name a key
        return [f"the store of files cannot be used: {said}"]
    return []


def _take_the_lock_to_write() -> None:
    """Raises what the database says when it cannot be written; changes nothing."""
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            # Of no row: a standby, and a database that was set to reading only, refuse the question.
            cursor.execute("SELECT 1 FROM django_migrations WHERE id = 0 FOR UPDATE")
        return
    # Beside the queue of this process, whose long waits would be waited for as well.
    with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=LOCK_SECONDS)) as probe:
        probe.isolation_level = None
        probe.execute("BEGIN IMMEDIATE")
        probe.execute("ROLLBACK")
