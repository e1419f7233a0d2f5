"""The addresses for machines, and the guard on heads of requests."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from camdesk.live.hub import Hub
from camdesk.server import protocol
from camdesk.server.dispatcher import Dispatcher
from camdesk.server.protocol import GuardedProtocol
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


@contextmanager
def served() -> Iterator[int]:
    """The guard in front of a dispatcher, on a port of its own."""
    front = Dispatcher(hub=None, bridge=None, ready=list)
    config = uvicorn.Config(front, http=GuardedProtocol, ws="none", log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    with socket.socket() as listener:
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
