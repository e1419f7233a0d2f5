"""What Django answered, carried out to the client without keeping a thread for it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import IO, Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

IN_MEMORY = 1024 * 1024
"""Bytes of an answer that stay in memory; what is longer leaves in pieces."""
PIECE = 256 * 1024
READER_STALL_SECONDS = 60


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

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(PIECE), b"")

    def close(self) -> None:
        self.file.close()
