"""The outermost application: gives every request its id and writes its line into the log. Outside of what believes
proxies, because only here it is still known who the connection comes from."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import quote

from uvicorn.middleware.proxy_headers import _TrustedHosts  # the very reading by which X-Forwarded-For is believed

from camdesk.lib import request_ids

log = logging.getLogger("camdesk.access")

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

_FIELD = request_ids.HEADER.lower().encode()
_OF_MACHINES = frozenset(("/healthz", "/readyz", "/metrics", "/live"))
"""Asked for ever again, or open for hours: a line only where it did not go well."""
_LONGEST = 300


class Followed:
    """`trusted`: the proxies (addresses, networks or `*`) whose X-Request-ID is believed. Everybody is answered with
    the id in use. `lines`: whether a request gets a line; it holds no query, no address and no name."""

    def __init__(self, application: Application, *, trusted: Sequence[str], lines: bool) -> None:
        self.application = application
        self.trusted = _TrustedHosts(list(trusted))
        self.lines = lines

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        request_id = self._id_of(scope)
        scope["request_id"] = request_id
        request_ids.begin(request_id)
        began, status, size = time.perf_counter(), 0, 0

        async def answered(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (_FIELD, request_id.encode())]}
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.application(scope, receive, answered)
        finally:
            if self.lines and not (scope["path"] in _OF_MACHINES and status == 200):
                _write(scope, status, size, time.perf_counter() - began)

    def _id_of(self, scope: Message) -> str:
        peer = (scope.get("client") or ("", 0))[0]
        if peer in self.trusted:
            for name, value in scope["headers"]:
                if name == _FIELD:
                    return request_ids.read(value.decode("latin-1")) or request_ids.new()
        return request_ids.new()


def _write(scope: Message, status: int, size: int, seconds: float) -> None:
    """Status 0: whoever asked left before there was an answer."""
    path, milliseconds = quote(scope["path"][:_LONGEST], safe="/:@!$&'()*+,;=~"), round(seconds * 1000, 1)
    figures = {
        "method": scope["method"],
        "path": path,
        "status": status,
        "milliseconds": milliseconds,
        "bytes": size,
    }
    log.info("%s %s %d %d B %.1f ms", scope["method"], path, status, size, milliseconds, extra={"figures": figures})
