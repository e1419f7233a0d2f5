"""The id of the request that is at work in this thread or task: the log's lines bear it, the rows that wait because of
it (lib/leases.py), the letters it caused, and its answer (docs/logs.md)."""

import contextlib
import re
import secrets
from collections.abc import Iterator
from contextvars import ContextVar

HEADER = "X-Request-ID"
LONGEST = 64
_MEANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,63}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def read(said: str) -> str:
    """The id a proxy has said, or "" where it is none: 8 to 64 letters, digits and . _ : - and nothing that could break
    a line, a header or a log."""
    return said if _MEANT.fullmatch(said) else ""


def new() -> str:
    """Sixteen hexadecimal digits."""
    return secrets.token_hex(8)


def current() -> str:
    """ "" where nothing has begun."""
    return _current.get()


def begin(request_id: str) -> None:
    """For the rest of this task or thread."""
    _current.set(request_id)


@contextlib.contextmanager
def under(request_id: str) -> Iterator[None]:
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)
