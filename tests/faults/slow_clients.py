"""Clients that mean harm: each holds a connection as long, or makes it as costly, as the server lets them.

    python -m tests.faults.slow_clients KIND PORT CONNECTIONS

keeps CONNECTIONS of them going, opening a new one, a moment later, for each that is cut off; says `ready` when all are
connected, and at the end of its input `{"lived": longest life in seconds, "cut": how many were cut off}`.
"""

import asyncio
import contextlib
import itertools
import json
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable

Pieces = AsyncIterator[bytes]

_GET = b"GET /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_POST = b"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n"
_CHUNKED = _POST + b"Transfer-Encoding: chunked\r\n\r\n"
_KB = b"x" * 1024


async def _drip(first: bytes, piece: bytes, every: float = 0.3) -> Pieces:
    yield first
    while True:
        await asyncio.sleep(every)
        yield piece


async def _pour(first: bytes, piece: bytes, last: bytes = b"") -> Pieces:
    """10 MB as fast as they are taken."""
    yield first
    for _ in range(10 * 1024 * 1024 // len(piece)):
        yield piece
    yield last
    await asyncio.sleep(3600)


async def _once(*pieces: bytes) -> Pieces:
    for piece in pieces:
        yield piece
    await asyncio.sleep(3600)


KINDS: dict[str, Callable[[], Pieces]] = {
    "says nothing": lambda: _once(),
    "half a head": lambda: _once(_GET),
    "slow head": lambda: _drip(_GET, b"X-A: b\r\n"),
    "only line ends": lambda: _drip(b"\r\n", b"\r\n"),
    "announced body, no byte": lambda: _once(_POST + b"Content-Length: 50000\r\n\r\n"),
    "announced body, slow": lambda: _drip(_POST + b"Content-Length: 50000\r\n\r\n", b"x"),
    "chunks, no byte": lambda: _once(_CHUNKED),
    "chunks, slow": lambda: _drip(_CHUNKED, b"1\r\nx\r\n"),
    "chunks, slow inside of one": lambda: _drip(_CHUNKED + b"400\r\n", b"x"),
    "chunks without an end, at a fair rate": lambda: _drip(_CHUNKED, b"400\r\n" + _KB + b"\r\n", 0.2),
    "a chunk's extension, slow": lambda: _drip(_CHUNKED + b"5;", b"a"),
    "trailers, slow": lambda: _drip(_CHUNKED + b"1\r\nx\r\n0\r\n", b"X-A: b\r\n"),
    "a body nobody asked for": lambda: _drip(
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"
    ),
    # floods
    "head without an end": lambda: _pour(_GET, b"X-A: " + _KB + b"\r\n"),
    "one field without an end": lambda: _pour(_GET + b"X-A: ", _KB),
    "trailers without an end": lambda: _pour(_CHUNKED + b"1\r\nx\r\n0\r\n", (b"X-A: " + b"b" * 90 + b"\r\n") * 10),
    "one trailer without an end": lambda: _pour(_CHUNKED + b"1\r\nx\r\n0\r\nX-A: ", _KB),
    "an extension without an end": lambda: _pour(_CHUNKED + b"5;", _KB),
    "tiny chunks": lambda: _pour(_CHUNKED, b"1\r\nx\r\n" * 1000, b"0\r\n\r\n"),
    "a slow head behind a page": lambda: _drip(_GET + b"\r\n" + _GET, b"X-A: b\r\n"),
    "pipelining": lambda: _pour(b"", (_GET + b"\r\n") * 100),
    "tiny pipelining": lambda: _pour(b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 100),
}
FLOODS = tuple(itertools.dropwhile(lambda kind: kind != "head without an end", KINDS))


class Crowd:
    def __init__(self, port: int, pieces: Callable[[], Pieces]) -> None:
        self.port = port
        self.pieces = pieces
        self.connected = 0
        self.lived = 0.0
        self.cut = 0

    async def one(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            line = socket.socket()
            line.setblocking(False)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            try:
                await loop.sock_connect(line, ("127.0.0.1", self.port))
                self.connected += 1
                began = time.monotonic()
                sending = asyncio.create_task(self._send(line))
                try:
                    await self._until_cut(line, sending)
                finally:
                    sending.cancel()
                    self.cut += 1
                    self.lived = max(self.lived, time.monotonic() - began)
            except OSError:
                pass
            finally:
                line.close()
            await asyncio.sleep(0.5)

    async def _send(self, line: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):  # cut off
            async for piece in self.pieces():
                await loop.sock_sendall(line, piece)

    async def _until_cut(self, line: socket.socket, sending: "asyncio.Task[None]") -> None:
        loop = asyncio.get_running_loop()
        reading = asyncio.create_task(_to_the_end(loop, line))
        try:
            await asyncio.wait({reading, sending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            reading.cancel()


async def _to_the_end(loop: asyncio.AbstractEventLoop, line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while await loop.sock_recv(line, 65536):
            pass


async def main(kind: str, port: int, connections: int) -> None:
    crowd = Crowd(port, KINDS[kind])
    tasks = [asyncio.create_task(crowd.one()) for _ in range(connections)]
    while crowd.connected < connections:
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    print(json.dumps({"lived": crowd.lived, "cut": crowd.cut}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
