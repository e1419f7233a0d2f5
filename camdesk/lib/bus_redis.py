"""The bus on Redis or Valkey: PUBLISH by a thread with a short queue, SUBSCRIBE by another.

A deed never waits for Redis: it puts the hint into the queue and goes on. Pitfalls of redis-py 8 that shape this file:
its sockets time out after 5 s unless told otherwise, its TimeoutError and ConnectionError are no OSError, and a
subscription whose server vanished may stay silent for ever, so a quiet one is asked.
"""

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import redis

from camdesk.lib.bus import EVERYONE, RESYNC, Hint, Receive, decode, encode

log = logging.getLogger("camdesk.bus")

CHANNEL = "camdesk"
_WAITING_MOST = 10_000
_TIMEOUT = 3.0
_QUIET_SECONDS = 5.0
_DEAF_SECONDS = 12.0
_LONGEST_PAUSE = 10.0
_FAULTS = (redis.RedisError, OSError)


class RedisBus:
    def __init__(self, address: str) -> None:
        self._address = address
        self._sender: _Sender | None = None
        self._listeners: tuple[_Listener, ...] = ()
        self._lock = threading.Lock()

    def publish(self, channels: list[str], hint: Hint) -> None:
        if self._sender is None:
            with self._lock:
                if self._sender is None:
                    self._sender = _Sender(self._address)
                    self._sender.start()
        self._sender.put(encode(channels, hint))

    def listen(self, receive: Receive) -> Callable[[], None]:
        listener = _Listener(self._address, receive)
        listener.start()
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def stop() -> None:
            with self._lock:
                self._listeners = tuple(one for one in self._listeners if one is not listener)
            listener.stop()

        return stop

    def is_deaf(self) -> bool:
        return any(not listener.listening for listener in self._listeners)


def _client(address: str) -> Any:
    return redis.Redis.from_url(address, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)


def _pause(failures: int) -> float:
    longest: float = min(_LONGEST_PAUSE, 0.25 * 2**failures)
    return longest * random.uniform(0.5, 1)  # noqa: S311


class _Sender(threading.Thread):
    """Sends in order; keeps what waits through an outage, and says RESYNC once when that was too much to keep."""

    def __init__(self, address: str) -> None:
        super().__init__(name="bus-redis-out", daemon=True)
        self._client = _client(address)
        self._waiting: deque[str] = deque()
        self._some = threading.Event()

    def put(self, payload: str) -> None:
        if len(self._waiting) >= _WAITING_MOST:
            self._waiting.clear()
            payload = encode([EVERYONE], RESYNC)
        self._waiting.append(payload)
        self._some.set()

    def run(self) -> None:
        failures = 0
        while True:
            self._some.wait()
            self._some.clear()
            while self._waiting:
                payload = self._waiting[0]
                try:
                    self._client.publish(CHANNEL, payload)
                except _FAULTS as error:
                    pause = _pause(failures)
                    failures += 1
                    log.warning("a hint waits for Redis (%s), again in %.1f s", type(error).__name__, pause)
                    time.sleep(pause)
                    continue
                failures = 0
                # Only what was sent: `put` may have emptied the queue meanwhile.
                if self._waiting and self._waiting[0] is payload:
                    self._waiting.popleft()


class _Listener(threading.Thread):
    def __init__(self, address: str, receive: Receive) -> None:
        super().__init__(name="bus-redis-in", daemon=True)
        self._address = address
        self._receive = receive
        self.listening = False
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()
        self.join(2)

    def run(self) -> None:
        failures = 0
        missed = False
        while not self._stopping.is_set():
            client = _client(self._address)
            try:
                with client.pubsub() as subscription:
                    subscription.subscribe(CHANNEL)
                    # The server's own word that we are subscribed: from here on nothing is missed.
                    if subscription.get_message(timeout=_TIMEOUT) is None:
                        raise TimeoutError("no answer to SUBSCRIBE")
                    if missed:
                        self._receive([EVERYONE], RESYNC)
                    failures, missed, self.listening = 0, True, True
                    self._hear(subscription)
            except _FAULTS as error:
                pause = _pause(failures)
                failures += 1
                self.listening = False
                log.warning("the bus lost Redis (%s), again in %.1f s", type(error).__name__, pause)
                self._stopping.wait(pause)
            finally:
                client.close()

    def _hear(self, subscription: Any) -> None:
        heard_at = asked_at = time.monotonic()
        while not self._stopping.is_set():
            message = subscription.get_message(timeout=0.5)
            now = time.monotonic()
            if message is not None:
                heard_at = now
                found = decode(message["data"]) if message["type"] == "message" else None
                if found is not None:
                    self._receive(*found)
            elif now - heard_at > _DEAF_SECONDS:
                raise TimeoutError("Redis does not answer")
            elif now - heard_at > _QUIET_SECONDS and now - asked_at > _QUIET_SECONDS:
                asked_at = now
                subscription.ping()
