"""One line for what strangers send and for what the machine lacks; a traceback for faults of ours; as text and as JSON,
in UTC, with the id of the request, and without anything that is secret or somebody's own."""

import json
import logging
import re
import sqlite3
import sys
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import DisallowedHost

from camdesk.lib import request_ids
from camdesk.lib.log_lines import JsonLines, Lines, Seldom
from camdesk.lib.log_redaction import redacted

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00"
FAULT = SimpleNamespace(_fault_code="1f0c9a3e")


def record(name: str, level: int, error: Exception | None = None, message: str = "%s happened", *args: object) -> Any:
    try:
        if error is not None:
            raise error
    except Exception:
        return logging.LogRecord(name, level, "x.py", 1, message, args or ("it",), sys.exc_info())
    return logging.LogRecord(name, level, "x.py", 1, message, args or ("it",), None)


def line(name: str, level: int, error: Exception, message: str = "%s happened", *args: object) -> str:
    one = record(name, level, error, message, *args)
    before = one.exc_info
    text = Lines().format(one)
    assert one.exc_info is before, "other handlers still see it"
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
    assert re.match(rf"{TIME} {logging.getLevelName(level)} {name} it happened", text)
    assert (len(text.splitlines()) == 1) == (lines == 1), text
    said = json.loads(JsonLines().format(record(name, level, error)))
    assert ("Traceback" in said.get("trace", "")) == (lines > 1)


def test_the_line_says_why() -> None:
    assert line("camdesk.worker", logging.ERROR, locked()).endswith("(the database is locked by another process)")


def test_a_stranger_cannot_make_a_line_long() -> None:
    text = line("django.security.DisallowedHost", logging.ERROR, DisallowedHost("x"), "Invalid host: %r", "e" * 60_000)
    assert len(text) < 400


def test_a_stranger_cannot_write_a_line_of_their_own() -> None:
    text = Lines().format(record("camdesk.web", logging.INFO, None, "%s", "a\nERROR forged\r\x1b[31m\u2028"))
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text


def test_time_is_utc_whatever_the_machine_thinks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Vladivostok")
    time.tzset()
    try:
        one = record("camdesk.web", logging.INFO)
        one.created = 1_772_357_400.25
        assert Lines().format(one).startswith("2026-03-01T09:30:00.250+00:00 INFO camdesk.web it happened")
        assert json.loads(JsonLines().format(one))["time"] == "2026-03-01T09:30:00.250+00:00"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_line_bears_the_request_and_the_fault() -> None:
    one = record("django.request", logging.ERROR)
    one.request = FAULT
    with request_ids.under("0123456789abcdef"):
        assert Lines().format(one).endswith("it happened (fault 1f0c9a3e) [request 0123456789abcdef]")
        said = json.loads(JsonLines().format(one))
    assert (said["request"], said["fault"]) == ("0123456789abcdef", "1f0c9a3e")
    outside = json.loads(JsonLines().format(record("camdesk.web", logging.INFO)))
    assert {"request", "fault", "trace"} & set(outside) == set()


def test_json_is_one_object_a_line_with_the_figures_beside() -> None:
    one = record("camdesk.web", logging.ERROR, ValueError("ours\nreally"))
    one.figures = {"status": 200, "path": "/claims/AbCd-1234/", "message": "another"}
    text = JsonLines().format(one)
    assert len(text.splitlines()) == 1
    said = json.loads(text)
    assert (said["level"], said["logger"], said["message"]) == ("error", "camdesk.web", "it happened")
    assert (said["status"], said["path"]) == (200, "/claims/…/")


@pytest.mark.parametrize(
    "text, shown",
    [
        ("Forbidden: /claims/AbCd-1234/", "Forbidden: /claims/…/"),
        ("/hooks/phone/mango/s3cret/events", "/hooks/phone/mango/…/events"),
        ("GET /live?token=a:b:c&x=1 404", "GET /live?token=…&x=… 404"),
        ("imaps://user:pass@mail.example.org/INBOX", "imaps://…@mail.example.org/INBOX"),
        ("postgresql://u:p@10.0.0.1/db refused", "postgresql://…@10.0.0.1/db refused"),
        ("Authorization: Bearer cd_AbCd.12", "Authorization: Bearer …"),
        ("password=hunter2, user=x", "password=…, user=x"),
        ("450 <anna.k+x@example.org> greylisted", "450 <…@example.org> greylisted"),
        ("called by +7 (935) 000-00-01 twice", "called by … twice"),
        ("called by 89350000001", "called by …"),
        ("DETAIL: Key (email)=(anna) already exists.", "DETAIL: …"),
        # What is none of these stays readable.
        ("duty letters out failed (3 in a row), next try in 20 s", None),
        ("192.0.2.7 has 128 open at once", None),
        ("tickets.Delivery 71234567890123 failed, attempt 2", None),
        ("2026-03-01T09:30:00.123+00:00 and 1772357400.250 s", None),
        ("GET /desk/tickets/1042/ 200 5120 B 12.3 ms", None),
        ('File "/srv/camdesk/lib/bus.py", line 99, in publish', None),
        ("a hook was called with a wrong secret for mango", None),
    ],
)
def test_what_is_secret_or_somebodys_own_is_left_out(text: str, shown: str | None) -> None:
    assert redacted(text) == (text if shown is None else shown)
    assert (text if shown is None else shown) in Lines().format(record("camdesk", logging.INFO, None, "%s", text))


def test_a_traceback_too_names_nobody() -> None:
    text = line("django.request", logging.ERROR, ValueError("no anna@example.org\nDETAIL: Key (phone)=(8935)."))
    assert "anna" not in text
    assert "8935" not in text
    assert "ValueError: no …@example.org" in text


def test_that_the_database_is_away_is_said_once_a_minute_by_each_logger(monkeypatch):
    said = []
    seldom = Seldom()
    clock = iter([0.0, 10.0, 59.0, 61.0, 62.0, 200.0])
    monkeypatch.setattr("camdesk.lib.log_lines.time.monotonic", lambda: next(clock))
    for _ in range(4):
        one = record("camdesk.worker", logging.ERROR, locked())
        said += [one.getMessage()] if seldom.filter(one) else []
    assert said == ["it happened", "it happened; and 2 more like this before it"]
    assert seldom.filter(record("django.request", logging.ERROR, locked())), "of another it is news"
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    assert seldom.filter(record("camdesk.worker", logging.ERROR, full)), "another reason is news"
    for _ in range(3):
        assert seldom.filter(record("camdesk.worker", logging.ERROR, ValueError("ours"))), "faults of ours all are"
        assert seldom.filter(record("camdesk.worker", logging.ERROR))
