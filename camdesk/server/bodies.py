"""Takes the body of a request in, complete, before a thread is taken: in memory or in an unnamed file.

Whatever the framing (an announced length, or chunks whose end nobody knows), the same clock runs: what brings nothing
is given up soon, what brings too little a little later, and everything at one absolute deadline.
"""

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from io import BytesIO
from typing import IO, Any

from camdesk.server.threads import NoThread, in_thread
from camdesk.server.wsgi_environ import Environ, environ_of

log = logging.getLogger("camdesk.web")

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]

IN_MEMORY = 1024 * 1024
"""Bytes of a body that stay in memory; what is longer passes through a file."""
IN_MEMORY_OF_ALL = 64 * 1024 * 1024
"""Bytes that all bodies on their way hold in memory together; beyond it each goes to disk at once."""
STALL_SECONDS = 20
"""A body that brings nothing for so long is given up."""
LEAST_RATE = 1024
"""Bytes a second, looked at after GRACE_SECONDS: less is an attack, not a weak link."""
GRACE_SECONDS = 60
WHOLE_SECONDS = 3600
"""The absolute deadline of a body: ten files of 50 MB at 1.2 Mbit/s."""


class RequestRefused(Exception):
    """The request is answered here, before Django; `status` is the HTTP status. `stranger`: somebody we know might."""

    def __init__(self, status: int, *, stranger: bool = False) -> None:
        self.status = status
        self.stranger = stranger


class Gone(Exception):
    """The client has left."""


class Bodies:
    """All bodies that are on their way into this process.

    `most_for(environ)`: bytes whose body this very client may send (at most `max_body`); asked, in `pool`, only for
    bodies longer than `anybody`. Without it everybody may send `max_body`. `need_room()` raises OSError when the disk
    has no room for bodies any more, though it may still have some for texts.
    """

    def __init__(
        self,
        pool: Executor,
        *,
        max_body: int,
        anybody: int = IN_MEMORY,
        most_for: Callable[[Environ], int] | None = None,
        spool_dir: str | None = None,
        need_room: Callable[[], None] | None = None,
    ) -> None:
        self.pool = pool
        self.max_body = max_body
        self.anybody = max_body if most_for is None else min(anybody, max_body)
        self.most_for = most_for
        self.spool_dir = spool_dir
        self.need_room = need_room
        self.held = 0

    async def whole(self, scope: Message, receive: Receive) -> tuple[IO[bytes], int]:
        """The body, complete and rewound, and its length. Raises RequestRefused, Gone, OSError (no room)."""
        length = _content_length(scope)
        if length is not None:
            await self._admit(scope, length)
        if length == 0:
            return BytesIO(), 0
        coming = _Coming(receive)
        first = await coming.piece()
        if not coming.more:
            await self._admit(scope, len(first))
            return BytesIO(first), len(first)
        return await self._long(scope, first, coming, most=length or self.anybody)

    async def _admit(self, scope: Message, size: int) -> int:
        """How long a body this client may send. Raises RequestRefused when it is shorter than `size`."""
        if size > self.max_body:
            raise RequestRefused(413)
        if size <= self.anybody or self.most_for is None:
            return self.anybody
        asked = environ_of(scope, BytesIO(), 0)
        try:
            most = min(self.max_body, await in_thread(self.pool, self.most_for, asked))
        except NoThread:
            raise RequestRefused(503) from None
        except Exception:
            log.exception("who sends a long body could not be found out")
            raise RequestRefused(503) from None
        if size > most:
            raise RequestRefused(413, stranger=True)
        return most

    async def _long(self, scope: Message, piece: bytes, coming: "_Coming", *, most: int) -> tuple[IO[bytes], int]:
        body: IO[bytes] = BytesIO()
        pending = bytearray()
        try:
            while True:
                if coming.total > most:
                    most = await self._admit(scope, coming.total)
                pending += piece
                self.held += len(piece)
                full = len(pending) >= IN_MEMORY or self.held > IN_MEMORY_OF_ALL
                if full or (not coming.more and not isinstance(body, BytesIO)):
                    # To disk in another thread: a slow disk must not hold the loop.
                    body = await asyncio.to_thread(self._spool, body, bytes(pending))
                    self.held -= len(pending)
                    pending.clear()
                if not coming.more:
                    break
                piece = await coming.piece()
        except BaseException:
            body.close()
            raise
        finally:
            self.held -= len(pending)
        if isinstance(body, BytesIO):
            return BytesIO(pending), coming.total
        body.seek(0)
        return body, coming.total

    def _spool(self, body: IO[bytes], data: bytes) -> IO[bytes]:
        """Appends to an unnamed file: nothing is left behind, whatever happens to us."""
        if self.need_room is not None:
            self.need_room()
        if isinstance(body, BytesIO):
            body = tempfile.TemporaryFile(dir=self.spool_dir, buffering=0)  # noqa: SIM115
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[body.write(rest) :]
        except OSError:
            body.close()
            raise
        return body


class _Coming:
    """One body on its way: what came, whether more will, and the clock that runs."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.clock = asyncio.get_running_loop().time
        self.began = self.clock()
        self.total = 0
        self.more = True

    async def piece(self) -> bytes:
        """The next piece. Raises Gone, RequestRefused (too late, or too little)."""
        left = self.began + WHOLE_SECONDS - self.clock()
        try:
            async with asyncio.timeout(min(STALL_SECONDS, left)):
                message = await self.receive()
        except TimeoutError:
            raise RequestRefused(408) from None
        if message["type"] == "http.disconnect":
            raise Gone
        piece: bytes = message.get("body", b"")
        self.more = message.get("more_body", False)
        self.total += len(piece)
        taken = self.clock() - self.began
        if self.more and (taken > WHOLE_SECONDS or (taken > GRACE_SECONDS and self.total < taken * LEAST_RATE)):
            raise RequestRefused(408)
        return piece


def _content_length(scope: Message) -> int | None:
    """The announced length; 0 when there is no body; None when it comes in chunks of unknown number."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value)
        if name == b"transfer-encoding":
            return None
    return 0
