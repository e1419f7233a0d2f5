"""The event-stream hub: holds thousands of idle streams cheaply and tells them that something moved on.

A bare ASGI application on purpose (docs/adr: a stream held by a Django view costs 49 KiB and 4 ms to open, here about
10 KiB and 0.2 ms). It knows no tickets and keeps no log: on every connect the page asks Django for what came after the
last number it has, so a lost hint costs a moment, never a message.
"""

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from camdesk.lib import bus
from camdesk.lib.shared_counts import SharedCounts
from camdesk.lib.stream_tokens import LIFETIME, StreamToken, read

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]

BEAT_SECONDS = 20
"""A proxy closes what is silent for 30-60 s; a page that heard nothing for two beats reconnects by itself."""
STREAMS_A_SUBJECT = 20
STREAMS_IN_ALL = 20_000

_BEAT = b"event: beat\ndata:\n\n"
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class _Stream:
    __slots__ = ("send", "task", "token")

    def __init__(self, token: StreamToken, send: Send, task: "asyncio.Task[None]") -> None:
        self.token = token
        self.send = send
        self.task = task

    def push(self, data: bytes, *, more: bool = True) -> bool:
        """Hands `data` to the server without waiting; False when its buffer is full, that is, the reader too slow.

        The server's `send` only ever suspends because its write buffer (64 KiB, the bounded queue of this client) is
        full; stepping it by hand spares a task and a queue for each stream.
        """
        step = self.send({"type": "http.response.body", "body": data, "more_body": more})
        try:
            step.send(None)  # type: ignore[attr-defined]  # a coroutine, with every server
        except StopIteration:
            return True
        except Exception:
            return False
        step.close()  # type: ignore[attr-defined]  # a coroutine, as above
        return False

    def close(self) -> None:
        self.task.cancel()


class Hub:
    """An ASGI application. `start()` and `stop()` are called by whoever serves it, inside the running loop. `shared`:
    the streams a subject has open in other processes."""

    def __init__(
        self,
        *,
        beat: float = BEAT_SECONDS,
        a_subject: int = STREAMS_A_SUBJECT,
        in_all: int = STREAMS_IN_ALL,
        shared: SharedCounts | None = None,
    ) -> None:
        self._beat_every = beat
        self._a_subject = a_subject
        self._in_all = in_all
        self._shared = shared
        self._streams: set[_Stream] = set()
        self._channels: dict[str, set[_Stream]] = {}
        self._subjects: dict[str, int] = {}
        self._ended: dict[str, float] = {}  # when the rights behind a channel changed: older tokens open it no more
        self._heard: deque[tuple[list[str], bus.Hint]] = deque()
        self._woken = False
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._beating: asyncio.Task[None] | None = None
        self._stop_listening: Callable[[], None] | None = None
        self.opened = self.refused = self.delivered = self.closed_slow = 0

    @property
    def open(self) -> int:
        return len(self._streams)

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._beating = asyncio.create_task(self._beat())
        self._stop_listening = bus.listen(self.hear)

    async def stop(self) -> None:
        """Ends every stream; the pages come back spread over some seconds, by the `retry` each was given."""
        self._stopping = True
        if self._stop_listening:
            self._stop_listening()
        if self._beating:
            self._beating.cancel()
        tasks = [stream.task for stream in self._streams]
        for stream in list(self._streams):
            stream.close()
        if tasks:
            await asyncio.wait(tasks, timeout=2)

    # --- hints in, from any thread

    def hear(self, channels: list[str], hint: bus.Hint) -> None:
        """Called by the bus. One wake-up of the loop, however many hints came since the last."""
        self._heard.append((channels, hint))
        if not self._woken and self._loop is not None:
            self._woken = True
            try:
                self._loop.call_soon_threadsafe(self._deliver)
            except RuntimeError:  # the loop is closed: we are going down
                self._heard.clear()

    def _deliver(self) -> None:
        """One write for each stream, whatever number of hints this turn of the loop brought it."""
        self._woken = False
        waiting: dict[_Stream, list[bytes]] = {}
        ending: set[_Stream] = set()
        while self._heard:
            channels, hint = self._heard.popleft()
            if bus.EVERYONE in channels:
                listeners = set(self._streams)
            else:
                listeners = set().union(*(self._channels.get(channel, ()) for channel in channels))
            data = b"data: " + json.dumps(hint, separators=(",", ":")).encode() + b"\n\n"
            for stream in listeners:
                waiting.setdefault(stream, []).append(data)
            if hint.get("renew"):  # rights changed: the page fetches a new token, or learns that it may not
                ending |= listeners
                self._ended.update(dict.fromkeys(channels, time.time()))
            self.delivered += len(listeners)
        for stream, pieces in waiting.items():
            if not stream.push(b"".join(pieces)):
                self._drop(stream)
            elif stream in ending:
                stream.close()

    def _drop(self, stream: _Stream) -> None:
        self.closed_slow += 1
        stream.close()

    async def _beat(self) -> None:
        """The one timer: every stream hears a beat, and ends with its token."""
        while True:
            await asyncio.sleep(self._beat_every)
            now = time.time()
            self._ended = {channel: at for channel, at in self._ended.items() if at + LIFETIME > now}
            for number, stream in enumerate(list(self._streams)):
                if stream.token.until <= now:
                    stream.close()
                elif not stream.push(_BEAT):
                    self._drop(stream)
                if number % 500 == 499:
                    await asyncio.sleep(0)  # others wait for the loop too

    # --- streams

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            return await _refuse(send, 405, "GET")
        query = parse_qs(scope["query_string"].decode("latin-1"))
        token = read(query.get("token", [""])[0])
        if token is None or self._is_over(token):
            self.refused += 1
            return await _refuse(send, 403, "the token is not valid any more")
        if self._stopping or len(self._streams) >= self._in_all:
            self.refused += 1
            return await _refuse(send, 503, "no more streams")
        elsewhere = self._shared.elsewhere(token.subject) if self._shared is not None else 0
        if self._subjects.get(token.subject, 0) + elsewhere >= self._a_subject:
            self.refused += 1
            return await _refuse(send, 429, "too many open pages")
        scope["headers"].clear()  # a browser's headers weigh 2 KiB, and live as long as the stream
        task = asyncio.current_task()
        assert task is not None
        stream = _Stream(token, send, task)
        self._enter(stream)
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            # Spread, so that a restart is not followed by everybody at the same moment.
            retry = random.randint(1000, 3000 + 2 * len(self._streams))  # noqa: S311
            stream.push(b"retry: %d\nevent: hello\ndata:\n\n" % retry)
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            # Closed by us (slow, over, stopping). Swallowed: the server would log it as a crash.
            task.uncancel()
            stream.push(b"", more=False)
        finally:
            self._leave(stream)

    def _is_over(self, token: StreamToken) -> bool:
        """Whether it may be from before a change of rights: whoever had it shall ask for a new one."""
        return any(token.until <= self._ended.get(channel, 0.0) + LIFETIME for channel in token.channels)

    def _enter(self, stream: _Stream) -> None:
        self.opened += 1
        self._streams.add(stream)
        for channel in stream.token.channels:
            self._channels.setdefault(channel, set()).add(stream)
        subject = stream.token.subject
        self._subjects[subject] = self._subjects.get(subject, 0) + 1
        if self._shared is not None:
            self._shared.add(subject, 1)

    def _leave(self, stream: _Stream) -> None:
        self._streams.discard(stream)
        for channel in stream.token.channels:
            listeners = self._channels[channel]
            listeners.discard(stream)
            if not listeners:
                del self._channels[channel]
        subject = stream.token.subject
        self._subjects[subject] -= 1
        if self._shared is not None:
            self._shared.add(subject, -1)
        if not self._subjects[subject]:
            del self._subjects[subject]


async def _refuse(send: Send, status: int, why: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    if status in (429, 503):
        headers.append((b"retry-after", b"%d" % random.randint(5, 30)))  # noqa: S311
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": why.encode() + b"\n"})
