"""Which language this thread speaks, kept where it costs little to ask.

Django asks a store that serves every kind of server, behind a lock that all threads share; a page asks a hundred times.
Here one thread makes a page from its beginning to its end: the language lies in a context variable, marked with its
thread, so that a thread begun by another speaks none (Python 3.14 may hand variables down).
"""

from contextvars import ContextVar
from threading import get_ident
from typing import Any

from django.utils.translation import trans_real

from camdesk.lib.internals import tried

_django: Any = trans_real  # its `_active` is in no stub
_spoken: ContextVar[tuple[int, Any] | None] = ContextVar("camdesk.spoken_language", default=None)


class _Active:
    """In the place of Django's own: `value` is a catalogue, and is not there where none was chosen."""

    __slots__ = ()

    @property
    def value(self) -> Any:
        spoken = _spoken.get()
        if spoken is None or spoken[0] != get_ident():
            raise AttributeError("value")
        return spoken[1]

    @value.setter
    def value(self, catalogue: Any) -> None:
        _spoken.set((get_ident(), catalogue))

    @value.deleter
    def value(self) -> None:
        _spoken.set(None)


def keep_here() -> None:
    """From now on, in this process. What was chosen before is chosen still."""
    if not tried() or isinstance(_django._active, _Active):
        return
    chosen = getattr(_django._active, "value", None)
    _django._active = _Active()
    if chosen is not None:
        _django._active.value = chosen
