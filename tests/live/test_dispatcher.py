"""The addresses for machines, and the guard on heads of requests."""

import asyncio
import contextlib
import functools
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from camdesk.live.hub import Hub
from camdesk.server import protocol
from camdesk.server.addresses import PerAddress
from camdesk.server.bridge import Bridge
from camdesk.server.dispatcher import Dispatcher
from camdesk.server.protocol import GuardedProtocol
from tests.engines import wait_until
from tests.live.asgi import Exchange


def ask(exchange_of: Callable[[], Exchange], **parts: object) -> Exchange:
    async def story() -> Exchange:
        settings = {"hub": None, "bridge": None, "ready": list, **parts}
        return await exchange_of().run(Dispatcher(**settings))  # type: ignore[arg-type]

    return asyncio.run(story())


def test_alive_is_answered_without_asking_anybody() -> None:
    def never() -> list[str]:
        raise AssertionError("asked")

    assert ask(lambda: Exchange("/healthz"), ready=never).body == b"ok\n"


def test_ready_says_what_is_wrong() -> None:
    assert ask(lambda: Exchange("/readyz")).status == 200
    wrong = ask(lambda: Exchange("/readyz"), ready=lambda: ["the database does not answer: OperationalError"])
    assert wrong.status == 503
    assert b"the database does not answer" in wrong.body


@pytest.mark.parametrize(
    ("client", "headers", "token", "status"),
    [
        pytest.param("127.0.0.1", [], "", 200, id="this machine may see the figures"),
        pytest.param("192.0.2.7", [], "", 403, id="others may not"),
        pytest.param("127.0.0.1", [(b"x-forwarded-for", b"192.0.2.7")], "", 403, id="nor others through a proxy"),
        pytest.param("192.0.2.7", [(b"authorization", b"Bearer k")], "k", 200, id="who has the token may"),
        pytest.param("127.0.0.1", [(b"authorization", b"Bearer x")], "k", 403, id="a wrong token opens nothing"),
        pytest.param("127.0.0.1", [], "k", 403, id="where a token is set it is needed"),
    ],
)
def test_figures_are_not_for_everybody(
    client: str, headers: list[tuple[bytes, bytes]], token: str, status: int
) -> None:
    exchange = ask(lambda: Exchange("/metrics", client=client, headers=headers), hub=Hub(), metrics_token=token)
    assert exchange.status == status
    assert (b"camdesk_live_streams 0" in exchange.body) == (status == 200)


def test_a_process_without_pages_says_not_here() -> None:
    assert ask(lambda: Exchange("/desk/")).status == 404


class Played(Bridge):
    """Instead of the bridge: an ASGI application of the test's own."""

    def __init__(self, application: Any) -> None:
        super().__init__(lambda environ, start: [], threads=1, max_body=1)
        self.played = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.played(scope, receive, send)


@contextmanager
def served(bridge: Bridge | None = None, *, connections: PerAddress | None = None) -> Iterator[int]:
    """The guard in front of a dispatcher, on a port of its own."""
    front = Dispatcher(hub=None, bridge=bridge, ready=list)
    guard: Any = functools.partial(GuardedProtocol, per_address=connections)
    config = uvicorn.Config(front, http=guard, ws="none", log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)  # what a reader does not take stays with us
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join(10)


def answer_to(port: int, *pieces: bytes) -> bytes:
    """Everything the server says until it closes; between two pieces its first answer is waited for."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        answer = b""
        for number, piece in enumerate(pieces):
            if number:
                answer += line.recv(65536)
            line.sendall(piece)
        while data := line.recv(65536):
            answer += data
        return answer


def test_a_head_that_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    with served() as port:
        assert answer_to(port).startswith(b"HTTP/1.1 408")
        assert answer_to(port, b"GET / HTTP/1.1\r\nHost: x\r\nA: b").startswith(b"HTTP/1.1 408")


def test_the_second_head_of_a_kept_connection_is_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    with served() as port:
        answers = answer_to(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\n")
    assert answers.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 408" in answers


def test_a_head_too_large_is_refused() -> None:
    with served() as port:
        flood = (b"X-%d: " % number + b"y" * 1000 + b"\r\n" for number in range(80))
        assert b"431" in answer_to(port, b"GET / HTTP/1.1\r\n" + b"".join(flood))


def test_a_large_body_behind_a_small_head_is_no_large_head() -> None:
    with served() as port, socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + bytes(200_000))
        assert line.recv(65536).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "head, answer",
    [
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 200"),
        (b"GET /healthz HTTP/1.1\r\nHOST: x\r\n\r\n", b"HTTP/1.1 200"),
        (b"GET /healthz HTTP/1.0\r\n\r\n", b"HTTP/1.1 200"),
        (b"GET /healthz HTTP/1.1\r\n\r\n", b"HTTP/1.1 400"),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", b"HTTP/1.1 400"),
        (b"GET /healthz HTTP/1.1\r\nX-Host: x\r\n\r\n", b"HTTP/1.1 400"),
    ],
    ids=["one", "in capitals", "HTTP/1.0 needs none", "none", "two", "another field"],
)
def test_a_request_names_one_host(head, answer):
    """RFC 9112, 3.2."""
    with served() as port:
        assert answer_to(port, head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")).startswith(answer)


POST = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(POST + b"1\r\nx\r\n0\r\n" + b"X-A: b\r\n" * 200, b"431", id="trailers are counted"),
        pytest.param(POST + b"1\r\nx\r\n0\r\nX-A: " + b"b" * 300_000, b"431", id="a trailer is measured"),
        pytest.param(POST + b"1;" + b"a" * 300_000, b"431", id="an extension is measured"),
        pytest.param(POST + b"1\r\nx\r\n" * 3000, b"400", id="chunks must carry something"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200, b"431", id="fields are counted"),
        pytest.param(b"\r\n" * 100_000, b"431", id="empty lines are no head"),
    ],
)
def test_what_is_not_body_has_one_budget(sent: bytes, status: bytes) -> None:
    protocol.given_up.clear()
    seen: list[dict[str, Any]] = []
    with served(a_pipe(seen)) as port, contextlib.suppress(ConnectionResetError):  # while it is still sending
        assert answer_to(port, sent).startswith(b"HTTP/1.1 " + status)
    assert protocol.given_up == {status.decode(): 1}
    assert not seen


@pytest.mark.parametrize(
    ("body", "length"),
    [
        pytest.param(b"40\r\n" + b"x" * 64 + b"\r\n", 64, id="chunks of a size that pays"),
        pytest.param(b"1\r\nx\r\n", 1, id="a few tiny ones"),
    ],
)
def test_honest_chunks_and_trailers_pass_and_a_trailer_is_no_header(body: bytes, length: int) -> None:
    seen: list[dict[str, Any]] = []
    number = 10_000 if length > 1 else 100
    sent = POST + body * number + b"0\r\nX-Late: 1\r\n\r\n"
    with served(a_pipe(seen)) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(sent)
        assert line.recv(65536).endswith(b"\r\n\r\n%d" % (length * number))
    assert "HTTP_X_LATE" not in seen[0]


def a_pipe(seen: list[dict[str, Any]] | None = None) -> Bridge:
    """Answers with the length of the body."""

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if seen is not None:
            seen.append(environ)
        start_response("200 OK", [("Content-Length", str(len(environ["CONTENT_LENGTH"])))])
        return [environ["CONTENT_LENGTH"].encode()]

    return Bridge(application, threads=2, max_body=10_000_000)


def test_one_request_may_wait_behind_another_and_whoever_sends_more_asks_again() -> None:
    seen: list[dict[str, Any]] = []
    with served(a_pipe(seen)) as port:
        answer = answer_to(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok" * 50)
    assert answer.count(b"HTTP/1.1 200") == len(seen) == 2
    assert answer.count(b"connection: close") == 1


def test_the_next_request_may_come_before_the_last_word_of_an_answer() -> None:
    """A client that has all bytes it was promised goes on, while a file is still being closed here."""

    async def late(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok", "more_body": True})
        await asyncio.sleep(0.1)
        await send({"type": "http.response.body", "body": b""})

    with served(Played(late)) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        for _ in range(5):
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = b""
            while not answer.endswith(b"ok"):
                answer += line.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200")
            assert b"close" not in answer


def test_who_leaves_with_a_request_waiting_leaves_no_trace(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []

    async def patient(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        heard.append((await receive())["type"])

    with served(Played(patient)) as port:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wait_until(lambda: heard == ["http.disconnect"], seconds=5, what="the first request hears of it")
    assert "Exception in ASGI" not in caplog.text


def test_an_address_has_so_many_connections_and_gets_its_places_back() -> None:
    connections = PerAddress(2)
    with served(connections=connections) as port:
        lines = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(2)]
        for line in lines:  # surely taken in
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert line.recv(65536).startswith(b"HTTP/1.1 200")
        refused = answer_to(port)
        assert refused.startswith(b"HTTP/1.1 429")
        assert b"retry-after" in refused
        for line in lines:
            line.close()
        wait_until(lambda: not connections.open, seconds=5, what="the places are given back")
        assert answer_to(port, b"GET /healthz HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("10.0.0.1", "10.0.0.1", False),  # trusted: it carries everybody
        ("10.1.2.3", "10.1.2.3", False),
        ("", "", False),  # a socket without addresses
    ],
)
def test_whose_place_an_address_takes(first: str, second: str, shared: bool) -> None:
    places = PerAddress(1, trusted=["10.0.0.1", "10.1.0.0/16"])
    assert places.enter(first)
    assert places.enter(second) is not shared
    places.leave(first)
    if not shared:
        places.leave(second)
    assert places.open == {}


def test_behind_a_proxy_the_requests_of_the_one_it_names_are_counted() -> None:
    async def story() -> list[int]:
        requests = PerAddress(1, trusted=["127.0.0.1"])
        front = Dispatcher(hub=None, bridge=a_pipe(), ready=list, requests=requests)
        slow = Exchange("/", method="POST", headers=[(b"content-length", b"9")], client="192.0.2.7")
        waiting = asyncio.create_task(slow.run(front))
        await asyncio.sleep(0.05)
        others = [await Exchange("/", client=client).run(front) for client in ("192.0.2.7", "192.0.2.8", "127.0.0.1")]
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        others.append(await Exchange("/", client="192.0.2.7").run(front))
        return [other.status for other in others]

    assert asyncio.run(story()) == [429, 200, 200, 200]


@pytest.mark.parametrize("keeps", [b"keep-alive", b"close"])
def test_a_reader_who_takes_nothing_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch, keeps: bytes) -> None:
    monkeypatch.setattr(protocol, "READER_SECONDS", 0.3)
    connections = PerAddress(9)

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Length", "900000")])
        return [bytes(900_000)]

    front = Bridge(application, threads=1, max_body=1)
    with (
        served(front, connections=connections) as port,
        socket.create_connection(("127.0.0.1", port), timeout=10) as line,
    ):
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: " + keeps + b"\r\n\r\n")
        wait_until(lambda: bool(connections.open), seconds=5, what="it is connected")
        wait_until(lambda: not connections.open, seconds=5, what="the server lets go")
