"""A stand-in for the server: one request into an ASGI application, what it answered, and a reader as slow as wanted."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

Message = dict[str, Any]
Application = Callable[..., Awaitable[None]]


class Exchange:
    """`parts` are the pieces of the body, after which the client `leaves` or `stalls` or it is complete; `send` waits
    for `read_on`, as it does when the write buffer is full."""

    def __init__(
        self,
        path: str = "/",
        *,
        method: str = "GET",
        query: str = "",
        headers: Iterable[tuple[bytes, bytes]] = (),
        parts: Iterable[bytes] = (),
        client: str = "192.0.2.7",
        leaves: bool = False,
        stalls: bool = False,
    ) -> None:
        self.scope: Message = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": list(headers),
            "server": ("127.0.0.1", 8000),
            "client": (client, 4711),
            "scheme": "http",
        }
        self._parts = iter(parts)
        self._next = next(self._parts, None)
        self._leaves = leaves
        self._stalls = stalls
        self._asked = False
        self.gone = asyncio.Event()
        self.read_on = asyncio.Event()
        self.read_on.set()
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        if self._next is not None:
            piece, self._next = self._next, next(self._parts, None)
            more = self._next is not None or self._leaves or self._stalls
            return {"type": "http.request", "body": piece, "more_body": more}
        if not self._asked and not self._leaves and self.scope["method"] == "GET":
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        if self._leaves:
            return {"type": "http.disconnect"}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if not self.read_on.is_set():
            await self.read_on.wait()
        self.sent.append(message)

    async def run(self, application: Application) -> "Exchange":
        async with asyncio.timeout(20):
            await application(self.scope, self.receive, self.send)
        return self

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])

    @property
    def ended(self) -> bool:
        return bool(self.sent) and not self.sent[-1].get("more_body", self.sent[-1]["type"] == "http.response.start")


async def soon(done: Callable[[], bool], what: str = "it") -> None:
    """Lets the loop turn until `done`, at most some seconds."""
    for _ in range(500):
        if done():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{what} did not happen")
