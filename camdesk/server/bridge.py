"""Carries a request from the event loop to Django in a thread, and its answer back.

Why not a2wsgi (docs/performance.md, "Live", has the figures): there a thread belongs to a request from its first byte
to its last, so eight slow uploads or downloads stop the desk. Here a thread only computes: the body is complete (in
memory or in an unnamed file) before a thread is taken, and a file going out is read by the loop's own threads after the
thread is given back.
"""

import asyncio
import contextlib
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import IO, Any

log = logging.getLogger("camdesk.web")

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Environ = dict[str, Any]
WsgiApplication = Callable[[Environ, Any], Iterable[bytes]]

IN_MEMORY = 1024 * 1024
"""Bytes of a body, or of an answer, that stay in memory; what is longer passes through a file or in pieces."""
PIECE = 256 * 1024
BODY_STALL_SECONDS = 20
"""A body that brings nothing for so long is given up."""
BODY_LEAST_RATE = 1024
"""Bytes a second, looked at after BODY_GRACE_SECONDS: less is an attack, not a weak link."""
BODY_GRACE_SECONDS = 60
READER_STALL_SECONDS = 60
LINGER_SECONDS = 10


class Refused(Exception):
    """The request is answered here, before Django; `status` is the HTTP status. `stranger`: somebody we know might."""

    def __init__(self, status: int, *, stranger: bool = False) -> None:
        self.status = status
        self.stranger = stranger


class Gone(Exception):
    """The client has left."""


class Bridge:
    """An ASGI application around a WSGI one. `waiting_most`: requests that may wait for a thread; more get 503.

    `most_for(environ)`: bytes whose body this very client may send (at most `max_body`); asked, in a thread, only for
    bodies longer than `anybody`. Without it everybody may send `max_body`.
    """

    def __init__(
        self,
        application: WsgiApplication,
        *,
        threads: int,
        max_body: int,
        spool_dir: str | None = None,
        waiting_most: int = 200,
        anybody: int = IN_MEMORY,
        most_for: Callable[[Environ], int] | None = None,
        refuse: "Callable[[Message, Send, int], Awaitable[None]] | None" = None,
    ) -> None:
        self.application = application
        self.max_body = max_body
        self.anybody = max_body if most_for is None else min(anybody, max_body)
        self.most_for = most_for
        self.spool_dir = spool_dir
        self.most = threads + waiting_most
        self.inside = 0
        self._receiving: set[asyncio.Task[None]] = set()
        self._stopping = False
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="web")
        self.refuse = refuse or _refuse_bare

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._receiving.add(task)
        try:
            body, length = await self._whole_body(scope, receive)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
            task.uncancel()
            await self.refuse(scope, send, 503)
            return
        except Refused as refusal:
            await self._refuse_and_linger(scope | {"stranger": refusal.stranger}, receive, send, refusal.status)
            return
        except Gone:
            return
        except OSError as error:
            log.error("a body could not be kept: %s", error)
            await self._refuse_and_linger(scope, receive, send, 507)
            return
        finally:
            self._receiving.discard(task)
        if self.inside >= self.most:
            body.close()
            await self.refuse(scope, send, 503)
            return
        self.inside += 1
        loop = asyncio.get_running_loop()
        answer = Answer(loop, send)
        try:
            await loop.run_in_executor(self.pool, self._compute, environ_of(scope, body, length), answer)
        finally:
            self.inside -= 1
            body.close()
        if not answer.sent:
            await answer.deliver(receive)

    def stop(self) -> None:
        """Bodies still on their way are refused; requests that Django works on are finished."""
        self._stopping = True
        for task in self._receiving:
            task.cancel()

    # --- in the loop: the body

    async def _whole_body(self, scope: Message, receive: Receive) -> tuple[IO[bytes], int]:
        """The body, complete and rewound, and its length. Raises Refused, Gone, OSError (no room)."""
        length = _content_length(scope)
        if length is not None:
            await self._admit(scope, length)
        if length == 0:
            return BytesIO(), 0
        message = await receive() if length is None else await _in_time(receive, BODY_STALL_SECONDS)
        if message["type"] == "http.disconnect":
            raise Gone
        if not message.get("more_body"):
            first = message.get("body", b"")
            await self._admit(scope, len(first))
            return BytesIO(first), len(first)
        return await self._long_body(scope, message["body"], receive, most=length or self.anybody)

    async def _admit(self, scope: Message, size: int) -> int:
        """How long a body this client may send. Raises Refused when it is shorter than `size`."""
        if size > self.max_body:
            raise Refused(413)
        if size <= self.anybody or self.most_for is None:
            return self.anybody
        asked = environ_of(scope, BytesIO(), 0)
        try:
            most = min(self.max_body, await asyncio.get_running_loop().run_in_executor(self.pool, self.most_for, asked))
        except Exception:
            log.exception("who sends a long body could not be found out")
            raise Refused(503) from None
        if size > most:
            raise Refused(413, stranger=True)
        return most

    async def _long_body(self, scope: Message, piece: bytes, receive: Receive, *, most: int) -> tuple[IO[bytes], int]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        body: IO[bytes] = BytesIO()
        pending = bytearray()
        total = 0
        more = True
        try:
            while True:
                total += len(piece)
                if total > most:
                    most = await self._admit(scope, total)
                pending += piece
                if len(pending) >= IN_MEMORY or (not more and not isinstance(body, BytesIO)):
                    # To disk in another thread: a slow disk must not hold the loop.
                    body = await asyncio.to_thread(self._spool, body, bytes(pending))
                    pending.clear()
                if not more:
                    break
                message = await _in_time(receive, BODY_STALL_SECONDS)
                if message["type"] == "http.disconnect":
                    raise Gone
                piece, more = message.get("body", b""), message.get("more_body", False)
                taken = loop.time() - began
                if taken > BODY_GRACE_SECONDS and total < taken * BODY_LEAST_RATE:
                    raise Refused(408)
        except BaseException:
            body.close()
            raise
        if isinstance(body, BytesIO):
            return BytesIO(pending), total
        body.seek(0)
        return body, total

    def _spool(self, body: IO[bytes], data: bytes) -> IO[bytes]:
        """Appends to an unnamed file: nothing is left behind, whatever happens to us."""
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

    async def _refuse_and_linger(self, scope: Message, receive: Receive, send: Send, status: int) -> None:
        """Answers, then reads on for a while: a browser that is still sending would show "connection reset"."""

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["more_body"] = True
            await send(message)

        await self.refuse(scope, hold, status)
        if not any(name == b"expect" for name, _value in scope["headers"]):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    while (await receive()).get("more_body"):
                        pass
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    # --- in a thread: Django

    def _compute(self, environ: Environ, answer: "Answer") -> None:
        answer.take(self.application(environ, answer.start), head=environ["REQUEST_METHOD"] == "HEAD")


class Answer:
    """What Django answered. Short: sent whole. A file: carried out by the loop. An iterator: by its own thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self.loop = loop
        self.send = send
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.whole = b""
        self.file: FileToSend | None = None
        self.sent = False

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    def take(self, result: Iterable[bytes], *, head: bool) -> None:
        """Runs in the thread. A response is closed here, so that Django looks after the connection it used."""
        try:
            if head:
                return
            if isinstance(result, FileToSend):
                self.whole = result.file.read(IN_MEMORY)
                if len(self.whole) == IN_MEMORY:
                    self.file = result
                return
            pieces, size = [], 0
            for piece in result:
                pieces.append(piece)
                size += len(piece)
                if size > IN_MEMORY:
                    self._wait_for(self._send_part(b"".join(pieces)))
                    pieces, size = [], 0
            self.whole = b"".join(pieces)
            if self.sent:
                self._wait_for(self.send({"type": "http.response.body", "body": self.whole}))
        except (OSError, TimeoutError):  # the reader left or sleeps
            if not self.sent:
                raise
        finally:
            close = getattr(result, "close", None)
            if close is not None and self.file is None:
                close()

    def _wait_for(self, sending: Any) -> None:
        asyncio.run_coroutine_threadsafe(sending, self.loop).result()

    async def _send_part(self, part: bytes) -> None:
        async with asyncio.timeout(READER_STALL_SECONDS):
            if not self.sent:
                self.sent = True
                await self.send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            await self.send({"type": "http.response.body", "body": part, "more_body": True})

    async def deliver(self, receive: Receive) -> None:
        if self.file is None:
            await self.send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            await self.send({"type": "http.response.body", "body": self.whole})
            return
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await self._send_part(self.whole)
            while not gone.done() and (piece := await asyncio.to_thread(self.file.file.read, PIECE)):
                await self._send_part(piece)
            if not gone.done():
                await self.send({"type": "http.response.body", "body": b""})
        except TimeoutError:  # the reader sleeps
            return
        finally:
            gone.cancel()
            await asyncio.to_thread(self.file.close)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class FileToSend:
    """wsgi.file_wrapper: tells an open file from other answers."""

    def __init__(self, file: IO[bytes], block_size: int = PIECE) -> None:
        self.file = file

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(lambda: self.file.read(PIECE), b"")

    def close(self) -> None:
        self.file.close()


def environ_of(scope: Message, body: IO[bytes], length: int) -> Environ:
    """The WSGI environment. Nothing about the client is believed that the server itself has not seen."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    scheme = scope.get("scheme", "http")
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": "HTTP/" + scope["http_version"],
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        "wsgi.file_wrapper": FileToSend,
    }
    for raw_name, raw_value in scope["headers"]:
        # A name with an underscore would pass for its twin with a hyphen; the rest of these are said by us below.
        if b"_" in raw_name or raw_name in _OURS:
            continue
        name = "HTTP_" + raw_name.decode("latin-1").upper().replace("-", "_")
        value = raw_value.decode("latin-1")
        if name in environ:
            value = environ[name] + ("; " if raw_name == b"cookie" else ",") + value
        environ[name] = value
    if "HTTP_CONTENT_TYPE" in environ:
        environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE")
    environ["CONTENT_LENGTH"] = str(length) if length or scope["method"] in ("POST", "PUT", "PATCH") else ""
    environ["HTTP_X_FORWARDED_PROTO"] = scheme  # uvicorn has settled it, from proxies that we trust
    return environ


_OURS = {b"content-length", b"x-forwarded-proto", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"proxy"}


def _content_length(scope: Message) -> int | None:
    """The announced length; 0 when there is no body; None when it comes in chunks of unknown number."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value)
        if name == b"transfer-encoding":
            return None
    return 0


async def _in_time(receive: Receive, seconds: float) -> Message:
    try:
        async with asyncio.timeout(seconds):
            return await receive()
    except TimeoutError:
        raise Refused(408) from None


async def _refuse_bare(scope: Message, send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
