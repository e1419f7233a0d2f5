"""uvicorn's HTTP protocol, with the limits it lacks on everything of a request that is not its body.

A request has one budget of bytes and one of fields for its head and its trailers together, a deadline for its head, and
chunks that must carry more than their own framing. Without them a thousand connections that send one byte a minute live
for ever (slow loris), and a head, a chunk's extension or trailers that never end fill the memory. The clock of a body
is bodies.py's.
"""

from asyncio import TimerHandle, Transport
from collections import Counter
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from camdesk.server.addresses import PerAddress

HEAD_SECONDS = 10.0
HEAD_BYTES = 64 * 1024
"""Bytes of a request that are not its body: head, trailers, framing of chunks."""
HEAD_FIELDS = 128
"""Fields of head and trailers together; browsers and proxies send some twenty."""
TINY_CHUNK = 64
"""Bytes of body that a chunk should carry; TINY_CHUNKS may carry nearly nothing."""
TINY_CHUNKS = 2000
READER_SECONDS = 240.0
"""So long an answer may lie in our buffer (64 KB or more) because its reader does not take it."""

_TOO_LARGE = b"431 Request Header Fields Too Large"
_TOO_LATE = b"408 Request Timeout"
_TOO_MANY = b"429 Too Many Requests"
_TINY = _NO_HOST = b"400 Bad Request"

given_up: Counter[str] = Counter()
"""Status → how many connections of this process were given up with it; for /metrics."""


class GivenUp(Exception):
    """Raised through the parser, so that it reads nothing more."""


class GuardedProtocol(HttpToolsProtocol):
    """`per_address`: who may have how many connections; None where nobody counts."""

    def __init__(self, *args: Any, per_address: PerAddress | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.per_address = per_address
        self._counted = ""
        self._deadline: TimerHandle | None = None
        self._watch: TimerHandle | None = None
        self._in_body = False
        self._deaf = False
        self._answering: Any = None  # the cycle that a waiting one (self.cycle) is behind
        self._spare = HEAD_BYTES
        self._fields = 0
        self._hosts = 0
        self._first_piece = True
        self._grains = TINY_CHUNK * TINY_CHUNKS

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # uvicorn names the same, under its own name
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if self.per_address is not None:
            if not self.per_address.enter(address):
                self._give_up(_TOO_MANY, b"retry-after: 30\r\n")
                return
            self._counted = address
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._no_deadline()
        self._no_watch()
        if self._counted and self.per_address is not None:
            self.per_address.leave(self._counted)
            self._counted = ""
        if self._answering is not None:  # uvicorn tells only the newest
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._expect_head()
        # No more at once than the budget is looked at again: a read of the socket may be many times as long.
        for start in range(0, len(data), HEAD_BYTES):
            if self.transport.is_closing():
                return
            if self._deaf:
                self.transport.pause_reading()
                return
            piece = data[start : start + HEAD_BYTES]
            self._spare -= len(piece)
            self._first_piece = True
            self._parse(piece)
            if self._spare < 0:
                self._give_up(_TOO_LARGE)

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            if not self._deaf and not self.transport.is_closing():
                given_up["400"] += 1
                self.send_400_response("Invalid HTTP request received.")
        except httptools.HttpParserUpgrade:
            pass  # to nothing that we speak: the request is answered as it stands

    # --- the parser's callbacks

    def on_message_begin(self) -> None:
        if self.pipeline:
            self._no_more_after_this()
            raise GivenUp
        if self._deadline is None:  # behind another one that is still being answered
            self._expect_head()
        self._in_body = False
        self._fields = self._hosts = 0
        self._grains = TINY_CHUNK * TINY_CHUNKS
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields += 1
        if self._fields > HEAD_FIELDS:
            self._give_up(_TOO_LARGE)
            raise GivenUp
        if name.lower() == b"host":
            self._hosts += not self._in_body
        if not self._in_body:  # a trailer must not slip into the head that is being answered
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        # A proxy that took another of two for ours would keep one host's page for the other (RFC 9112, 3.2).
        if self._hosts > 1 or (not self._hosts and self.parser.get_http_version() == "1.1"):
            self._give_up(_NO_HOST)
            raise GivenUp
        self._no_deadline()
        before = self.cycle
        super().on_headers_complete()
        self._in_body = True
        if self.pipeline:
            self._answering = before

    def on_body(self, body: bytes) -> None:
        # What body earns back is its own bytes and an eighth for its framing; it is no reserve for trailers.
        self._spare = min(HEAD_BYTES, self._spare + len(body) + len(body) // 8)
        # A piece that came by itself is as small as the network made it; those beside it are chunks.
        if not self._first_piece:
            self._grains = min(TINY_CHUNK * TINY_CHUNKS, self._grains + len(body) - TINY_CHUNK)
            if self._grains < 0:
                self._give_up(_TINY)
                raise GivenUp
        self._first_piece = False
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._spare = HEAD_BYTES
        super().on_message_complete()

    # --- readers who do not read

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._no_watch()

    def on_response_complete(self) -> None:
        self._answering = None
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_reader()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._watch_reader()

    def _watch_reader(self) -> None:
        """A full buffer waits for its reader, and so does close(); neither may wait for ever."""
        if self._watch is None:
            self._watch = self.loop.call_later(READER_SECONDS, self.transport.abort)

    def _no_watch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    # --- giving up

    def _expect_head(self) -> None:
        self._deadline = self.loop.call_later(HEAD_SECONDS, self._give_up, _TOO_LATE)

    def _no_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _no_more_after_this(self) -> None:
        """One request may wait behind the one that is being answered: a client may have read its last byte before we
        have closed the books on it. Who sends still more asks again, on another connection."""
        self._deaf = True
        self.cycle.keep_alive = False
        self.transport.pause_reading()

    def _give_up(self, status: bytes, more: bytes = b"") -> None:
        """Says why, where it cannot be taken for the answer to another request, and closes."""
        self._no_deadline()
        if self.transport.is_closing():
            return
        given_up[status[:3].decode()] += 1
        if self._in_body:
            silent = self.cycle.response_started or bool(self.pipeline)
        else:
            silent = self.cycle is not None and not self.cycle.response_complete
        if not silent:
            head = b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n" + more + b"\r\n"
            self.transport.write(head)
        self.transport.close()
        self._watch_reader()
