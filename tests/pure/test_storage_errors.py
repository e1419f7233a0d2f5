"""Which errors of databases and disks mean "not now", as pages, the API and the log are told."""

import errno
import sqlite3

import psycopg
import pytest
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from django.db import IntegrityError, InterfaceError, OperationalError
from psycopg import errors as pg

from camdesk.lib.files import NoRoom, StoreBusy
from camdesk.lib.sqlite.writers import WritersBusy
from camdesk.lib.storage_errors import BUSY, FULL, not_now


def lite(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("said by SQLite")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (lite(sqlite3.SQLITE_BUSY), BUSY),
        (lite(sqlite3.SQLITE_BUSY_SNAPSHOT), BUSY),
        (lite(sqlite3.SQLITE_LOCKED), BUSY),
        (lite(sqlite3.SQLITE_READONLY), BUSY),
        (lite(sqlite3.SQLITE_IOERR_FSYNC), BUSY),
        (lite(sqlite3.SQLITE_CANTOPEN), BUSY),
        (lite(sqlite3.SQLITE_FULL), FULL),
        (lite(sqlite3.SQLITE_IOERR_SHMSIZE), FULL),
        (lite(sqlite3.SQLITE_CORRUPT), None),
        (lite(sqlite3.SQLITE_NOTADB), None),
        (lite(sqlite3.SQLITE_ERROR), None),  # no such column
        (lite(sqlite3.SQLITE_CONSTRAINT), None),
        (StoreBusy(), BUSY),
        (ReadTimeoutError(endpoint_url="http://store"), BUSY),
        (EndpointConnectionError(endpoint_url="http://store"), BUSY),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject"), BUSY),
        (S3UploadFailedError("refused"), BUSY),
        (WritersBusy("no place"), BUSY),
        (pg.DiskFull(), FULL),
        (pg.TooManyConnections(), BUSY),
        (pg.AdminShutdown(), BUSY),
        (pg.CannotConnectNow(), BUSY),
        (pg.ReadOnlySqlTransaction(), BUSY),
        (pg.LockNotAvailable(), BUSY),
        (pg.QueryCanceled(), BUSY),
        (psycopg.OperationalError("connection refused"), BUSY),
        (psycopg.InterfaceError("the connection is closed"), BUSY),
        (pg.UndefinedColumn(), None),
        (pg.UniqueViolation(), None),
        (pg.DeadlockDetected(), None),
        (psycopg.ProgrammingError("the query has 1 placeholder"), None),
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), FULL),
        (NoRoom(), FULL),
        (FileNotFoundError(errno.ENOENT, "x"), None),
        (ValueError("ours"), None),
        (None, None),
    ],
    ids=repr,
)
def test_what_is_not_now_and_what_is_a_fault_of_ours(error: Exception | None, status: int | None) -> None:
    found = not_now(error)
    assert (found and found.status) == status


@pytest.mark.parametrize("outer", [OperationalError, InterfaceError, RuntimeError])
def test_what_an_error_came_of_counts(outer: type[Exception]) -> None:
    def raised(inner: Exception) -> Exception:
        try:
            try:
                raise inner
            except Exception as why:
                raise outer("outer") from why
        except Exception as error:
            return error

    assert not_now(raised(lite(sqlite3.SQLITE_FULL))).status == FULL  # type: ignore[union-attr]
    assert not_now(raised(lite(sqlite3.SQLITE_CORRUPT))) is None


def test_an_error_of_its_own_is_not_told_by_the_one_it_was_raised_instead_of() -> None:
    def instead(error: Exception) -> None:
        try:
            raise lite(sqlite3.SQLITE_BUSY)
        except sqlite3.Error:
            raise error from None

    with pytest.raises(IntegrityError) as caught:
        instead(IntegrityError("ours"))
    assert not_now(caught.value) is None


def test_a_reason_repeats_nothing_that_anybody_wrote() -> None:
    error = psycopg.OperationalError('connection to "10.0.0.1" failed: password of user anna')
    found = not_now(error)
    assert found is not None
    assert "anna" not in found.reason
