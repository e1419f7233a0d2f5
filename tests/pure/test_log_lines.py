"""One line for what strangers send and for what the machine lacks; a traceback for faults of ours."""

import logging
import sqlite3
import sys

import pytest
from django.core.exceptions import DisallowedHost

from camdesk.lib.log_lines import Lines


def line(name: str, level: int, error: Exception, message: str = "%s happened", *args: object) -> str:
    try:
        raise error
    except Exception:
        record = logging.LogRecord(name, level, "x.py", 1, message, args or ("it",), sys.exc_info())
    before = record.exc_info
    text = Lines("%(levelname)s %(name)s %(message)s").format(record)
    assert record.exc_info is before, "other handlers still see it"
    return text


def locked() -> sqlite3.Error:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


@pytest.mark.parametrize(
    ("name", "level", "error", "lines"),
    [
        ("django.security.DisallowedHost", logging.ERROR, DisallowedHost("evil"), 1),
        ("django.security.SuspiciousOperation", logging.ERROR, ValueError("x"), 1),
        ("django.request", logging.WARNING, ValueError("x"), 1),  # 400, 403
        ("django.request", logging.ERROR, locked(), 1),
        ("camdesk.worker", logging.ERROR, locked(), 1),
        ("django.request", logging.ERROR, ValueError("ours"), 4),
        ("camdesk.worker", logging.ERROR, ValueError("ours"), 4),
    ],
)
def test_how_many_lines(name: str, level: int, error: Exception, lines: int) -> None:
    text = line(name, level, error)
    assert text.startswith(f"{logging.getLevelName(level)} {name} it happened")
    assert (len(text.splitlines()) == 1) == (lines == 1), text


def test_the_line_says_why() -> None:
    assert line("camdesk.worker", logging.ERROR, locked()).endswith("(the database is locked by another process)")


def test_a_stranger_cannot_make_a_line_long() -> None:
    text = line("django.security.DisallowedHost", logging.ERROR, DisallowedHost("x"), "Invalid host: %r", "e" * 60_000)
    assert len(text) < 400
