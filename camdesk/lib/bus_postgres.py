"""The bus on PostgreSQL: NOTIFY by the connection that has just committed, LISTEN by one connection of its own."""

import logging
import random
import threading
from collections.abc import Callable

import psycopg
from django.db import connection

from camdesk.lib import own_lines
from camdesk.lib.bus import EVERYONE, RESYNC, Hint, Receive, decode, encode

log = logging.getLogger("camdesk.bus")

CHANNEL = "camdesk"
_LONGEST = 7_900
"""Bytes; PostgreSQL refuses a payload of 8,000."""
_QUIET_SECONDS = 10
_LONGEST_PAUSE = 15.0


class PostgresBus:
    """Publishes in Django's connection, so after the COMMIT of the deed and at the cost of one round trip. All who
    listen in a process share one connection: the lanes of the worker alone are a dozen."""

    def __init__(self) -> None:
        self._receivers: tuple[Receive, ...] = ()
        self._listener: _Listener | None = None
        self._lock = threading.Lock()

    def publish(self, channels: list[str], hint: Hint) -> None:
        payload = encode(channels, hint)
        if len(payload.encode()) > _LONGEST:
            if len(channels) < 2:
                raise ValueError("a hint holds ids, not texts")
            half = len(channels) // 2
            self.publish(channels[:half], hint)
            self.publish(channels[half:], hint)
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])

    def listen(self, receive: Receive) -> Callable[[], None]:
        with self._lock:
            self._receivers = (*self._receivers, receive)
            if self._listener is None:
                self._listener = _Listener(self._hear)
                self._listener.start()

        def stop() -> None:
            with self._lock:
                self._receivers = tuple(one for one in self._receivers if one is not receive)
                unheard = self._listener if not self._receivers else None
                if unheard is not None:
                    self._listener = None
            if unheard is not None:
                unheard.stop()

        return stop

    def is_deaf(self) -> bool:
        listener = self._listener
        return listener is not None and not listener.listening

    def _hear(self, channels: list[str], hint: Hint) -> None:
        for receive in self._receivers:
            receive(channels, hint)


class _Listener(threading.Thread):
    """Comes back after every outage, and then says RESYNC: what was said meanwhile is not kept anywhere."""

    def __init__(self, receive: Receive) -> None:
        super().__init__(name="bus-postgres", daemon=True)
        self._receive = receive
        self.listening = False
        self._stopping = threading.Event()
        # Read here, in the thread that has the settings: Django's own connection belongs to its thread.
        self._address = own_lines.address()

    def stop(self) -> None:
        self._stopping.set()
        self.join(2)

    def run(self) -> None:
        failures = 0
        missed = False
        while not self._stopping.is_set():
            try:
                with psycopg.connect(**self._address, autocommit=True) as listening:
                    listening.execute(f"LISTEN {CHANNEL}")
                    if missed:
                        self._receive([EVERYONE], RESYNC)
                    failures, missed, self.listening = 0, True, True
                    self._hear(listening)
            except (psycopg.Error, OSError) as error:
                pause = min(_LONGEST_PAUSE, 0.5 * 2**failures) * random.uniform(0.5, 1)  # noqa: S311
                failures += 1
                self.listening = False
                log.warning("the bus lost PostgreSQL (%s), again in %.1f s", type(error).__name__, pause)
                self._stopping.wait(pause)

    def _hear(self, listening: "psycopg.Connection[object]") -> None:
        while not self._stopping.is_set():
            heard = False
            # Short, so that stopping is quick; a quiet stretch is answered by a question, below.
            for _ in range(_QUIET_SECONDS * 2):
                for notification in listening.notifies(timeout=0.5):
                    heard = True
                    message = decode(notification.payload)
                    if message is not None:
                        self._receive(*message)
                if self._stopping.is_set():
                    return
            if not heard:
                listening.execute("SELECT 1")
