"""The bus: deeds say that something moved on, event-stream hubs hear it, in this process or in another.

A hint is a small dict of ids, `{"ticket": 1042, "seq": 17}`; never a body, never a name. It may be lost (a restart, an
outage): whoever hears nothing asks the database, and after every gap the listener hears `RESYNC` on `EVERYONE`, which
tells each page to ask what it missed.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from django.conf import settings

log = logging.getLogger("camdesk.bus")

Hint = dict[str, Any]
Receive = Callable[[list[str], Hint], None]
"""Called from any thread, with channels and a hint; must return at once and never raise."""

EVERYONE = "*"
RESYNC: Hint = {"resync": True}


class Bus(Protocol):
    def publish(self, channels: list[str], hint: Hint) -> None: ...

    def listen(self, receive: Receive) -> Callable[[], None]:
        """Calls `receive` for every hint until the returned function is called."""
        ...

    def is_deaf(self) -> bool:
        """Whether somebody here listens and hears nothing, because what carries the hints is away."""
        ...


class MemoryBus:
    """One process: publishing is a function call."""

    def __init__(self) -> None:
        self._receivers: tuple[Receive, ...] = ()
        self._lock = threading.Lock()

    def publish(self, channels: list[str], hint: Hint) -> None:
        for receive in self._receivers:
            receive(channels, hint)

    def listen(self, receive: Receive) -> Callable[[], None]:
        with self._lock:
            self._receivers = (*self._receivers, receive)

        def stop() -> None:
            with self._lock:
                self._receivers = tuple(one for one in self._receivers if one is not receive)

        return stop

    def is_deaf(self) -> bool:
        return False


_bus: Bus | None = None
_making = threading.Lock()


def bus() -> Bus:
    """The bus that settings.BUS names; one a process."""
    global _bus
    if _bus is None:
        with _making:
            if _bus is None:
                _bus = _make(settings.BUS)
    return _bus


def _make(address: str) -> Bus:
    if address == "memory":
        return MemoryBus()
    if address == "postgres":
        from camdesk.lib.bus_postgres import PostgresBus

        return PostgresBus()
    if address.startswith(("redis://", "rediss://", "unix://")):
        try:
            from camdesk.lib.bus_redis import RedisBus
        except ImportError:
            raise SystemExit("camdesk: CAMDESK_BUS names Redis, whose client is not installed: pip install redis")

        return RedisBus(address)
    raise SystemExit(f"camdesk: CAMDESK_BUS: memory, postgres or redis://host:port is needed, not {address!r}")


def publish(channels: Iterable[str], hint: Hint) -> None:
    """Tells everybody who listens on one of `channels`. Call it after COMMIT. Never raises: a deed is done already."""
    try:
        bus().publish(list(channels), hint)
    except Exception:
        log.exception("a hint was not published")


def listen(receive: Receive) -> Callable[[], None]:
    return bus().listen(receive)


def is_deaf() -> bool:
    return bus().is_deaf()


def encode(channels: list[str], hint: Hint) -> str:
    return json.dumps([channels, hint], separators=(",", ":"))


def decode(payload: str | bytes) -> tuple[list[str], Hint] | None:
    """None for what is not ours: a shared server may carry anything."""
    try:
        channels, hint = json.loads(payload)
    except (ValueError, TypeError):
        return None
    return (channels, hint) if isinstance(channels, list) and isinstance(hint, dict) else None
