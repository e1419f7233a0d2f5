"""The ASGI front: /live to the hub, three plain answers for machines, all else to Django in a thread."""

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from prometheus_client.registry import Collector

from camdesk.lib import metrics
from camdesk.live.hub import Hub
from camdesk.server.addresses import UNLIMITED, PerAddress
from camdesk.server.bridge import Bridge
from camdesk.server.front_figures import FrontFigures

Message = dict[str, Any]
Check = Callable[[], list[str]]

FIGURES_SECONDS = 4.0
"""So long the database may take over the figures of the desk; then they are left out of the answer."""


class Dispatcher:
    """`hub` or `bridge` may be missing: then those addresses answer 404 (a process that serves only the other).

    `ready` returns what is wrong, one sentence each; it runs in a thread of its own, at most once a second.
    `connections` (counted by the protocol) and `requests` are what an address has open, and at work in Django; streams
    are few for each person (the hub counts them). `desk_figures`: what /metrics says of the desk itself.
    """

    def __init__(
        self,
        *,
        hub: Hub | None,
        bridge: Bridge | None,
        ready: Check,
        metrics_token: str = "",
        connections: PerAddress | None = None,
        requests: PerAddress | None = None,
        desk_figures: Collector | None = None,
    ) -> None:
        self.hub = hub
        self.bridge = bridge
        self.ready = ready
        self.metrics_token = metrics_token
        self.desk_figures = desk_figures
        self.connections = connections or PerAddress(UNLIMITED)
        self.at_work = requests or PerAddress(UNLIMITED)
        self.began = time.time()
        self.requests = 0
        self._checker = ThreadPoolExecutor(1, thread_name_prefix="ready")
        self._checked: tuple[float, list[str]] = (-10.0, [])

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        path = scope["path"]
        if path == "/live" and self.hub is not None:
            await self.hub(scope, receive, send)
        elif path in ("/healthz", "/readyz", "/metrics"):
            status, text = await self._plain(path, scope)
            await _answer(send, status, text)
        elif self.bridge is not None:
            self.requests += 1
            await self._to_django(self.bridge, scope, receive, send)
        else:
            await _answer(send, 404, "not here\n")

    async def _to_django(self, bridge: Bridge, scope: Message, receive: Any, send: Any) -> None:
        address = (scope.get("client") or ("", 0))[0]
        if not self.at_work.enter(address):
            await bridge.refuse(scope, send, 429)
            return
        try:
            await bridge(scope, receive, send)
        finally:
            self.at_work.leave(address)

    async def _lifespan(
        self, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        await receive()
        if self.hub is not None:
            await self.hub.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def stop(self) -> None:
        """Ends what would keep the server waiting: event streams, and bodies that are still coming."""
        if self.bridge is not None:
            self.bridge.stop()
        if self.hub is not None:
            await self.hub.stop()

    async def _plain(self, path: str, scope: Message) -> tuple[int, str]:
        if path == "/healthz":
            return 200, "ok\n"
        if path == "/readyz":
            wrong = await self._what_is_wrong()
            return (503, "".join(f"{line}\n" for line in wrong)) if wrong else (200, "ready\n")
        if not self._may_see_metrics(scope):
            return 403, "say Authorization: Bearer with CAMDESK_METRICS_TOKEN, or ask from this machine\n"
        return 200, await self._figures()

    async def _figures(self) -> str:
        own = FrontFigures(self, ready=not await self._what_is_wrong())
        if self.desk_figures is None:
            return metrics.text(own)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(FIGURES_SECONDS):
                return await loop.run_in_executor(self._checker, metrics.text, own, self.desk_figures)
        except TimeoutError:
            return metrics.text(own)

    async def _what_is_wrong(self) -> list[str]:
        loop = asyncio.get_running_loop()
        when, wrong = self._checked
        if loop.time() - when > 1:
            try:
                async with asyncio.timeout(5):
                    wrong = await loop.run_in_executor(self._checker, self.ready)
            except TimeoutError:
                wrong = ["the database, the disk or the store of files does not answer within 5 s"]
            self._checked = (loop.time(), wrong)
        return wrong

    def _may_see_metrics(self, scope: Message) -> bool:
        headers = dict(scope["headers"])
        if self.metrics_token:
            said = headers.get(b"authorization", b"").decode("latin-1")
            return hmac.compare_digest(said.encode(), f"Bearer {self.metrics_token}".encode())
        peer = (scope.get("client") or ("", 0))[0]
        return peer in ("127.0.0.1", "::1") and b"x-forwarded-for" not in headers


async def _answer(send: Any, status: int, text: str) -> None:
    body = text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
