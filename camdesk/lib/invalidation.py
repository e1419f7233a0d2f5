"""What a process remembers of the database, and when it must look again.

    invalidation.remember("outages", forget)     # where it is remembered
    invalidation.changed("outages")              # in the deed that changes it

Whoever changes it forgets at once and again after the commit, and the other processes hear of it by the bus. A lost
hint costs what it cost before: each memory looks again by itself after some seconds.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from camdesk.lib import bus

_CHANNEL = "remembered"
_forgets: dict[str, Callable[[], None]] = {}


def remember(name: str, forget: Callable[[], None]) -> None:
    """Something is remembered in this process; `forget` makes that it is looked up anew, from any thread."""
    _forgets[name] = forget


def changed(name: str) -> None:
    """In the deed's transaction, or outside of any."""
    _forgets[name]()
    transaction.on_commit(lambda: _tell(name))


def follow() -> Callable[[], None]:
    """Hears what other processes changed, until the returned function is called."""
    if settings.BUS == "memory":
        return lambda: None
    return bus.listen(_hear)


def _tell(name: str) -> None:
    _forgets[name]()
    if settings.BUS != "memory":
        bus.publish([_CHANNEL], {"forget": name})


def _hear(channels: list[str], hint: bus.Hint) -> None:
    if bus.EVERYONE in channels:  # whatever was missed
        for forget in list(_forgets.values()):
            forget()
    elif _CHANNEL in channels and (named := _forgets.get(str(hint.get("forget")))) is not None:
        named()
