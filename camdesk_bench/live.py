"""camdesk bench live: what a request through the bridge and an open event stream cost on this machine.

Loopback only, bounded in count and time; the server is a process of its own, so its CPU time and memory are its own.
"""

import argparse
import asyncio
import importlib.util
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any, Literal, cast

from django.conf import settings

REQUESTS = 3000
AT_ONCE = 4
PAGE = b"x" * 20_000
# About what a browser sends.
_BROWSER = (
    f"Host: bench\r\nAccept: text/event-stream\r\nCookie: {'c' * 200}\r\nUser-Agent: {'u' * 120}\r\n"
    "Accept-Language: ru,en;q=0.8\r\nReferer: http://bench/desk/1042\r\n"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--streams", type=int, nargs="+", default=[1000, 5000], help="open streams, at most 10000")
    parser.add_argument("--messages", type=int, default=2000, help="hints to 2 pages, at most 20000")
    # The other side of the measurement, started by this command itself.
    parser.add_argument("--server", choices=["bridge", "a2wsgi", "hub"], help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    if args.server:
        return _serve(args.server)
    _many_files()
    kinds = ["bridge", *(["a2wsgi"] if importlib.util.find_spec("a2wsgi") else [])]  # of the tests' lock only
    for kind in kinds:
        with _Server(kind) as server:
            for name, data in (("GET, 20 KB page", b""), ("POST, 200 KB body", bytes(200_000))):
                asyncio.run(_requests(server.port, data, 300))
                cpu, began = server.cpu(), time.monotonic()
                times = asyncio.run(_requests(server.port, data, REQUESTS))
                spent, wall = server.cpu() - cpu, time.monotonic() - began
                p99 = statistics.quantiles(times, n=100)[98]
                print(
                    f"{kind:<7} {name:<18} {1000 * spent / REQUESTS:.2f} ms CPU a request,"
                    f" {REQUESTS / wall:.0f}/s at {AT_ONCE} clients,"
                    f" p50 {statistics.median(times):.1f} ms, p99 {p99:.1f} ms"
                )
    for count in args.streams:
        asyncio.run(_streams(min(count, 10_000), min(args.messages, 20_000)))
    return 0


# --- the server's side


def _serve(kind: str) -> int:
    import uvicorn

    from camdesk.lib import bus
    from camdesk.live.hub import Hub
    from camdesk.server.bridge import Bridge
    from camdesk.server.dispatcher import Dispatcher
    from camdesk.server.protocol import GuardedProtocol

    _many_files()
    application: Any = Bridge(_page, threads=8, max_body=10_000_000)
    if kind == "a2wsgi":
        from a2wsgi import WSGIMiddleware

        application = WSGIMiddleware(cast(Any, _page), workers=8)  # its WSGI types are its own
    front: Any = application
    if kind == "hub":
        inner = Dispatcher(hub=Hub(), bridge=None, ready=list)

        async def front(scope: dict[str, Any], receive: Any, send: Any) -> None:
            """/say?all=N publishes N hints to everybody who listens on "all", one turn of the loop each; with &rate=R,
            R a second, as a move of the bot makes them."""
            if scope["type"] == "http" and scope["path"] == "/say":
                said, _amp, rate = scope["query_string"].decode().partition("&rate=")
                channel, count = said.split("=")
                more = {"moved": [], "kept": ["all:bot", "unassigned:bot"]} if rate else {}
                for seq in range(int(count)):
                    bus.publish([channel], {"ticket": 1042, "seq": seq, **more})
                    await asyncio.sleep(1 / int(rate) if rate else 0)
                await send({"type": "http.response.start", "status": 204, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return
            await inner(scope, receive, send)

    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(listener.getsockname()[1], flush=True)
    lifespan: Literal["on", "off"] = "on" if kind == "hub" else "off"
    config = uvicorn.Config(
        front,
        http=GuardedProtocol,
        ws="none",
        lifespan=lifespan,
        log_config=None,
        access_log=False,
    )
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def _page(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A WSGI application that costs nothing itself."""
    while environ["wsgi.input"].read(65536) and environ["REQUEST_METHOD"] == "POST":
        pass
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))])
    return [PAGE]


class _Server:
    def __init__(self, kind: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "camdesk", "bench", "live", "--server", kind],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "CAMDESK_SECRET_KEY": settings.SECRET_KEY},
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def __enter__(self) -> "_Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def cpu(self) -> float:
        """Seconds of CPU so far."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Bytes resident."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# --- the clients' side


async def _requests(port: int, body: bytes, count: int) -> list[float]:
    """Milliseconds of each request, AT_ONCE connections one after another."""
    method = b"POST" if body else b"GET"
    request = method + b" / HTTP/1.1\r\nHost: bench\r\nCookie: camdesk_session=0123456789abcdef\r\n"
    request += b"Content-Length: %d\r\n\r\n" % len(body) if body else b"\r\n"
    times: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(count // AT_ONCE):
            began = time.perf_counter()
            writer.write(request + body)
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(len(PAGE))
            times.append(1000 * (time.perf_counter() - began))
        writer.close()

    await asyncio.gather(*(client() for _ in range(AT_ONCE)))
    return times


class _Page(asyncio.Protocol):
    """An open page: counts the hints it has heard."""

    opened = 0
    hints = 0
    heard = 0  # bytes
    done: "asyncio.Event"
    wanted = 0

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self.request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        if not self.is_open and b"hello" in data:
            self.is_open = True
            _Page.opened += 1
        _Page.hints += data.count(b'"seq"')
        _Page.heard += len(data)
        if _Page.wanted and _Page.hints >= _Page.wanted:
            _Page.done.set()


async def _streams(count: int, messages: int) -> None:
    from camdesk.lib.stream_tokens import issue

    loop = asyncio.get_running_loop()
    _Page.opened = _Page.hints = _Page.wanted = 0
    with _Server("hub") as server:
        requests = []
        for number in range(count):
            channels = ["all", "two"] if number < 2 else ["all"]
            token = issue(f"user:{number}", channels)
            requests.append(f"GET /live?token={token} HTTP/1.1\r\n{_BROWSER}\r\n".encode())
        await asyncio.sleep(0.3)
        cpu, memory = server.cpu(), server.memory()
        pages = []
        for start in range(0, count, 100):
            batch = (
                loop.create_connection(lambda r=r: _Page(r), "127.0.0.1", server.port)  # type: ignore[misc]
                for r in requests[start : start + 100]
            )
            pages += await asyncio.gather(*batch)
        await _until(lambda: _Page.opened == count)
        opened_cpu = server.cpu() - cpu
        print(
            f"{count} streams: {(server.memory() - memory) / count / 1024:.1f} KiB and"
            f" {1000 * opened_cpu / count:.2f} ms CPU each to open; server {server.memory() / 2**20:.0f} MiB in all"
        )
        few = max(20, 40_000 // count)
        for name, channel, listeners, said in (("2", "two", 2, messages), (str(count), "all", count, few)):
            await _hints(server, f"{name} of {count} pages", channel, listeners, said)
        for transport, _page in pages:
            transport.abort()


async def hub_beside_a_bot(agents: int, rate: int, seconds: int) -> str:
    """What each hint costs when it goes to every agent and the page decides: `rate` moves of the bot a second."""
    from camdesk.lib.stream_tokens import issue

    loop = asyncio.get_running_loop()
    _Page.opened = _Page.hints = _Page.wanted = 0
    with _Server("hub") as server:
        pages = []
        for number in range(agents):
            request = f"GET /live?token={issue(f'person:{number}', ['desk'])} HTTP/1.1\r\n{_BROWSER}\r\n".encode()
            pages.append(await loop.create_connection(lambda r=request: _Page(r), "127.0.0.1", server.port))  # type: ignore[misc]
        await _until(lambda: _Page.opened == agents)
        count = rate * seconds
        _Page.hints, _Page.heard, _Page.wanted, _Page.done = 0, 0, agents * count, asyncio.Event()
        _reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        cpu, began = server.cpu(), time.monotonic()
        writer.write(f"GET /say?desk={count}&rate={rate} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        async with asyncio.timeout(20 * seconds):
            await _Page.done.wait()
        wall, spent = time.monotonic() - began, server.cpu() - cpu
        writer.close()
        for transport, _page in pages:
            transport.abort()
    return (
        f"the hub, {count / wall:.0f} hints/s to each of {agents} agents: {1000 * spent / count:.2f} ms CPU a hint,"
        f" {100 * spent / wall:.1f} % of a core, {_Page.heard / agents / wall:.0f} bytes an agent a second"
    )


async def _hints(server: _Server, name: str, channel: str, listeners: int, count: int) -> None:
    _Page.hints, _Page.wanted, _Page.done = 0, listeners * count, asyncio.Event()
    _reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    cpu, began = server.cpu(), time.monotonic()
    writer.write(f"GET /say?{channel}={count} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    async with asyncio.timeout(120):
        await _Page.done.wait()
    wall, spent = time.monotonic() - began, server.cpu() - cpu
    writer.close()
    print(
        f"  hints to {name}: {count / wall:.0f} messages/s, {1000 * spent / count:.3f} ms CPU a message,"
        f" {listeners * count / wall:.0f} deliveries/s, all {listeners * count} arrived"
    )


async def _until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not done():
            await asyncio.sleep(0.02)


def _many_files() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
