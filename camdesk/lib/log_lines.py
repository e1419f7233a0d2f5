"""The lines of the log, as text or as JSON (docs/logs.md). What strangers send, and what the machine lacks, is one
line: a traceback tells nothing there, and whoever can make us write fifty lines with each request fills the disk.

A module that has figures for who reads the log by a program hands them over as `extra={"figures": {…}}`; JSON has them
as fields beside the message.
"""

import json
import logging
import os
import time
from datetime import UTC, datetime

from camdesk.lib import request_ids
from camdesk.lib.fault_codes import code_in
from camdesk.lib.log_redaction import redacted
from camdesk.lib.storage_errors import not_now

_LONGEST = 300
"""Characters of what a stranger wrote."""


class Seldom(logging.Filter):
    """What only says that the database, the store or the disk is not there just now is said once a minute, by each
    logger: while it lasts, every request and every duty would say the same."""

    def __init__(self, every: float = 60.0) -> None:
        super().__init__()
        self._every = every
        self._said: dict[tuple[str, str], tuple[float, int]] = {}  # when it was said, and how often kept back since

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        why = not_now(error)
        if why is None:
            return True
        at, kept_back = self._said.get((record.name, why.reason), (-self._every, 0))
        now = time.monotonic()
        if now - at < self._every:
            self._said[record.name, why.reason] = at, kept_back + 1
            return False
        self._said[record.name, why.reason] = now, 0
        if kept_back:
            record.msg, record.args = f"{record.getMessage()}; and {kept_back} more like this before it", ()
        return True


class Lines(logging.Formatter):
    """`2026-03-01T09:30:00.123+00:00 WARNING camdesk.worker words [request 5e3c…]`, and the traceback of a fault."""

    def format(self, record: logging.LogRecord) -> str:
        message, trace = self.told(record)
        line = f"{moment(record)} {record.levelname} {record.name} {_one_line(message)}"
        if code := code_in(record):
            line += f" (fault {code})"
        if request_id := request_ids.current():
            line += f" [request {request_id}]"
        return f"{line}\n{trace}" if trace else line

    def told(self, record: logging.LogRecord) -> tuple[str, str]:
        """The message, and the traceback where it tells something; nothing in them is secret."""
        message = record.getMessage()
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return redacted(message), ""
        why = not_now(error)
        if why is not None:
            return redacted(f"{message} ({why.reason})"), ""
        if _of_a_stranger(record):
            return redacted(message[:_LONGEST]), ""
        assert record.exc_info is not None
        return redacted(message), redacted(self.formatException(record.exc_info))


class JsonLines(Lines):
    """One object a line, the traceback within it."""

    def format(self, record: logging.LogRecord) -> str:
        message, trace = self.told(record)
        fields: dict[str, object] = {
            "time": moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message,
            "request": request_ids.current(),
            "fault": code_in(record),
            "trace": trace,
        }
        said = {name: value for name, value in fields.items() if value}
        for name, value in getattr(record, "figures", {}).items():
            said.setdefault(name, redacted(value) if isinstance(value, str) else value)
        return json.dumps({**said, "process": os.getpid()}, ensure_ascii=False, default=str)


def moment(record: logging.LogRecord) -> str:
    """In UTC, with its offset, to the millisecond, whatever the time zone of the machine and of the settings."""
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _one_line(message: str) -> str:
    """What would end the line, or colour a terminal, is shown as its escape."""
    if message.isprintable():
        return message
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in message)


def _of_a_stranger(record: logging.LogRecord) -> bool:
    """A request that Django refuses: a host that is not ours, a form that cannot be read, a page not for them."""
    return record.name.startswith("django.security.") or (
        record.name == "django.request" and record.levelno < logging.ERROR
    )
