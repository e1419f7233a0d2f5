"""The lines of the log. What strangers send, and what the machine lacks, is one line: a traceback tells nothing there,
and whoever can make us write fifty lines with each request fills the disk.
"""

import logging

from camdesk.lib.storage_errors import not_now

_LONGEST = 300
"""Characters of what a stranger wrote."""


class Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return super().format(record)
        why = not_now(error)
        if why is None and not _of_a_stranger(record):
            return super().format(record)
        line = logging.makeLogRecord(record.__dict__)
        line.exc_info = line.exc_text = None
        message = record.getMessage()
        line.args = ()
        line.msg = f"{message} ({why.reason})" if why else message[:_LONGEST]
        return super().format(line)


def _of_a_stranger(record: logging.LogRecord) -> bool:
    """A request that Django refuses: a host that is not ours, a form that cannot be read, a page not for them."""
    return record.name.startswith("django.security.") or (
        record.name == "django.request" and record.levelno < logging.ERROR
    )
