"""Which errors say that nothing could be written just now, though the same will do later: a database that is locked,
restarted or out of reach, a store of files that is, and a disk that is full. Everything else is a fault of ours.

One table for pages, the API, the worker and the log. Reasons are for operators: they hold no data of anybody.
"""

import errno
import sqlite3
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

from camdesk.lib import files

BUSY, FULL = 503, 507
AGAIN_SECONDS = 10
"""What Retry-After says."""


@dataclass(frozen=True, slots=True)
class Unwritable:
    """`status`: BUSY or FULL, as HTTP has them; `reason`: one clause for the log."""

    status: int
    reason: str


_SQLITE = {
    sqlite3.SQLITE_BUSY: Unwritable(BUSY, "the database is locked by another process"),
    sqlite3.SQLITE_LOCKED: Unwritable(BUSY, "the database is locked"),
    sqlite3.SQLITE_READONLY: Unwritable(BUSY, "the database may not be written"),
    sqlite3.SQLITE_IOERR: Unwritable(BUSY, "the disk under the database fails"),
    sqlite3.SQLITE_CANTOPEN: Unwritable(BUSY, "the database cannot be opened"),
    sqlite3.SQLITE_FULL: Unwritable(FULL, "the disk is full"),
    sqlite3.SQLITE_IOERR_SHMSIZE: Unwritable(FULL, "the disk is full"),  # how the index beside the log says it
}
# By SQLSTATE, or its class: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES = {
    "08": Unwritable(BUSY, "the line to the database broke"),
    "25006": Unwritable(BUSY, "the database may not be written"),  # this one is a standby now
    "53": Unwritable(BUSY, "the database is short of memory or connections"),
    "53100": Unwritable(FULL, "the disk of the database is full"),
    "55P03": Unwritable(BUSY, "a lock of the database could not be had in time"),
    "57014": Unwritable(BUSY, "the database took too long"),
    "57P": Unwritable(BUSY, "the database is shutting down or starting"),
    "58030": Unwritable(BUSY, "the disk under the database fails"),
}
_OF_THE_LINE = {"OperationalError", "InterfaceError", "ConnectionTimeout", "PoolTimeout"}
_GONE = Unwritable(BUSY, "the database does not answer")
_REFUSALS = {"ClientError", "S3UploadFailedError", "AccessDenied", "NoSuchBucket"}
_STORE_REFUSES = Unwritable(BUSY, "the store of files refuses")
_STORE_AWAY = Unwritable(BUSY, "the store of files does not answer")
_STORE_BUSY = Unwritable(BUSY, "the store of files is slow, and others wait for it")
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


def not_now(error: BaseException | None) -> Unwritable | None:
    """What the error, or what it came of, says; None for a fault of ours."""
    for _ in range(8):
        if error is None:
            return None
        found = _said(error)
        if found is not None:
            return found
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return None


def _said(error: BaseException) -> Unwritable | None:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) or 0
        return _SQLITE.get(code) or _SQLITE.get(code & 0xFF)
    if type(error).__module__.startswith("psycopg"):  # not imported where it is not used: it is large
        state = getattr(error, "sqlstate", None)
        if state is None:  # the client's own word: there is no connection, or no longer
            return _GONE if type(error).__name__ in _OF_THE_LINE else None
        return _POSTGRES.get(state) or _POSTGRES.get(state[:3]) or _POSTGRES.get(state[:2])
    if type(error).__module__.startswith(("botocore.", "boto3.")):  # the same holds for it
        return _STORE_REFUSES if type(error).__name__ in _REFUSALS else _STORE_AWAY
    if isinstance(error, files.StoreBusy):
        return _STORE_BUSY
    if isinstance(error, files.NoRoom) or (isinstance(error, OSError) and error.errno in _DISK_FULL):
        return Unwritable(FULL, "the disk is full")
    if isinstance(error, OperationalError | InterfaceError) and error.__cause__ is None:
        return Unwritable(BUSY, str(error))  # our own queue of writers, or Django before it asked
    return None
