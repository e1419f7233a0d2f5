"""Requests through the bridge to a WSGI application: bodies, answers, refusals."""

import asyncio
import errno
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest

from camdesk.lib.answer_times import no_sooner
from camdesk.server import bodies, threads
from camdesk.server import bridge as bridge_module
from camdesk.server.answers import FileToSend
from camdesk.server.bodies import Bodies
from camdesk.server.bridge import Bridge
from camdesk.server.refusals import refuser
from tests.live.asgi import Exchange, soon

MB = 1024 * 1024
HTML = (b"accept", b"text/html")


def answering(answer: Any = b"ok", seen: dict[str, Any] | None = None, *, read: bool = True):  # type: ignore[no-untyped-def]
    """A WSGI application that notes its environ and body in `seen`."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if seen is not None:
            seen.update(environ)
            if read:
                seen["body"] = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [answer] if isinstance(answer, bytes) else answer

    return application


def bridge(application: Any, **settings: Any) -> Bridge:
    settings = {"threads": 2, "max_body": 8 * MB, **settings}
    return Bridge(application, refuse=refuser(settings["max_body"]), **settings)


def ask(front: Bridge, exchange_of: Any) -> Exchange:
    async def story() -> Exchange:
        return await exchange_of().run(front)

    return asyncio.run(story())


def post(parts: Iterable[bytes], *headers: tuple[bytes, bytes], **more: Any) -> Any:
    headers = ((b"transfer-encoding", b"chunked"), *headers)
    return lambda: Exchange("/", method="POST", parts=parts, headers=headers, **more)


@pytest.fixture(autouse=True)
def _no_lingering(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader of these tests never hangs up by itself."""
    monkeypatch.setattr(bridge_module, "LINGER_SECONDS", 0.05)


def test_a_short_body_arrives_whole() -> None:
    seen: dict[str, Any] = {}
    exchange = ask(bridge(answering(seen=seen)), post([b"a=1&", b"b=2"]))
    assert (exchange.status, exchange.body) == (200, b"ok")
    assert (seen["body"], seen["CONTENT_LENGTH"]) == (b"a=1&b=2", "7")


def test_a_long_body_passes_through_a_file_and_not_through_memory() -> None:
    kind: list[Any] = []

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"]
        kind.append(body)
        size = 0
        while piece := body.read(65536):
            size += len(piece)
        start_response("200 OK", [])
        return [b"%d" % size]

    front = bridge(application, max_body=100 * MB)
    tracemalloc.start()
    try:
        exchange = ask(front, post(bytes(65536) for _ in range(640)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert exchange.body == b"%d" % (40 * MB)
    assert not isinstance(kind[0], BytesIO)
    assert peak < 8 * MB


@pytest.mark.parametrize("parts", [[b"x" * 2_000_001], [b"x" * 700_000] * 3])
def test_what_is_cut_into_pieces_is_put_together_unchanged(parts: list[bytes]) -> None:
    seen: dict[str, Any] = {}
    ask(bridge(answering(seen=seen)), post(parts))
    assert seen["body"] == b"".join(parts)


def test_too_large_is_said_in_words_before_anything_is_read() -> None:
    seen: dict[str, Any] = {}
    length = (b"content-length", b"%d" % (9 * MB))
    exchange = ask(
        bridge(answering(seen=seen)),
        lambda: Exchange("/", method="POST", parts=[b"x"], headers=[length, HTML, (b"accept-language", b"ru")]),
    )
    assert exchange.status == 413
    assert "Слишком большие файлы" in exchange.body.decode()
    assert "8 МБ" in exchange.body.decode()
    assert exchange.headers["content-type"].startswith("text/html")
    assert exchange.ended
    assert not seen


def test_a_length_that_was_not_announced_is_counted_while_it_comes() -> None:
    seen: dict[str, Any] = {}
    exchange = ask(bridge(answering(seen=seen)), post([bytes(MB)] * 9, (b"accept-language", b"en-GB")))
    assert exchange.status == 413
    assert b"The files are too large" in exchange.body
    assert exchange.headers["content-type"].startswith("application/problem+json")
    assert not seen


def test_a_body_that_stalls_is_given_up_without_taking_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "STALL_SECONDS", 0.05)
    seen: dict[str, Any] = {}

    async def story() -> Exchange:
        exchange = Exchange("/", method="POST", headers=[(b"content-length", b"100")])
        return await exchange.run(bridge(answering(seen=seen)))

    assert asyncio.run(story()).status == 408
    assert not seen


CLOCKS = [
    pytest.param("STALL_SECONDS", 0.05, [], id="nothing comes"),
    pytest.param("STALL_SECONDS", 0.05, [b"x"], id="nothing more comes"),
    pytest.param("WHOLE_SECONDS", 0.2, [b"x" * 1000] * 1000, id="it takes too long"),
    pytest.param("GRACE_SECONDS", 0.1, [b""] * 1000, id="too little comes"),
]


@pytest.mark.parametrize("framing", [(b"content-length", b"1000000"), (b"transfer-encoding", b"chunked")])
@pytest.mark.parametrize(("clock", "seconds", "parts"), CLOCKS)
def test_the_same_clocks_run_for_every_framing(
    monkeypatch: pytest.MonkeyPatch, framing: tuple[bytes, bytes], clock: str, seconds: float, parts: list[bytes]
) -> None:
    monkeypatch.setattr(bodies, clock, seconds)
    seen: dict[str, Any] = {}

    class Slow(Exchange):
        async def receive(self) -> dict[str, Any]:
            await asyncio.sleep(0.01)
            return await super().receive()

    async def story() -> Exchange:
        exchange = Slow("/", method="POST", headers=[framing], parts=parts, stalls=True)
        return await exchange.run(bridge(answering(seen=seen)))

    assert asyncio.run(story()).status == 408
    assert not seen


def test_many_bodies_at_once_share_one_allowance_of_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(bodies, "IN_MEMORY_OF_ALL", 200_000)
    spooled: list[int] = []
    real = Bodies._spool
    monkeypatch.setattr(Bodies, "_spool", lambda self, body, data: spooled.append(len(data)) or real(self, body, data))
    seen: list[bytes] = []

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen.append(environ["wsgi.input"].read())
        start_response("200 OK", [])
        return [b""]

    async def story() -> Bridge:
        front = bridge(application, spool_dir=str(tmp_path))
        sent = [post([bytes([n]) * 50_000] * 10)() for n in range(8)]
        await asyncio.gather(*(exchange.run(front) for exchange in sent))
        return front

    front = asyncio.run(story())
    assert spooled, "each was short enough to stay in memory, all together were not"
    assert front.bodies.held == 0
    assert sorted(seen) == [bytes([n]) * 500_000 for n in range(8)]


def test_bodies_leave_the_last_room_on_the_disk_to_texts(tmp_path: Any) -> None:
    def need_room() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    front = bridge(answering(), spool_dir=str(tmp_path), need_room=need_room)
    assert ask(front, post([bytes(MB)] * 3)).status == 507
    assert ask(front, post([b"text", b"only"])).status == 200


def test_who_leaves_while_sending_is_not_heard_by_django() -> None:
    seen: dict[str, Any] = {}
    exchange = ask(bridge(answering(seen=seen)), post([b"half"], leaves=True))
    assert exchange.sent == []
    assert not seen


def test_a_full_disk_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    exchange = ask(bridge(answering()), post([bytes(MB)] * 3, HTML))
    assert exchange.status == 507
    assert "Нет места" in exchange.body.decode()


def test_a_disk_that_fills_up_halfway_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    written = []
    real = Bodies._spool

    def spool(self: Bodies, body: Any, data: bytes) -> Any:
        written.append(len(data))
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, body, data)

    monkeypatch.setattr(Bodies, "_spool", spool)
    exchange = ask(bridge(answering(), spool_dir=str(tmp_path)), post([bytes(MB)] * 4))
    assert exchange.status == 507
    assert list(tmp_path.iterdir()) == []


def test_more_requests_than_may_wait_are_told_to_come_back() -> None:
    async def story() -> None:
        front = bridge(answering(), threads=1, waiting_most=0)
        front.inside = 1
        exchange = await Exchange("/", headers=[HTML]).run(front)
        assert exchange.status == 503
        assert exchange.headers["retry-after"] == "30"

    asyncio.run(story())


def test_where_all_threads_hang_who_waits_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """As when the database took the question and never answers."""
    monkeypatch.setattr(threads, "WAIT_SECONDS", 0.3)
    back = threading.Event()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/hangs":
            back.wait(20)
        start_response("200 OK", [])
        return [b"page"]

    async def story() -> None:
        front = bridge(application, threads=1, anybody=10, most_for=lambda _: 1000, spool_dir=str(tmp_path))
        hanging = asyncio.create_task(Exchange("/hangs").run(front))
        await asyncio.sleep(0.05)
        for behind in (Exchange("/"), post([bytes(100)])()):
            exchange = await behind.run(front)
            assert (exchange.status, exchange.headers["retry-after"]) == (503, "30")
        assert not hanging.done()
        assert front.inside == 1
        back.set()
        assert (await hanging).status == 200, "what has begun is waited for"
        assert (await Exchange("/").run(front)).status == 200

    asyncio.run(story())


def test_who_is_too_quick_waits_for_being_told_so_and_keeps_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A script asks as often as it is answered."""
    monkeypatch.setattr(bridge_module, "TOO_OFTEN_SECONDS", 0.5)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("429 Too Many Requests" if environ["PATH_INFO"] == "/often" else "200 OK", [])
        return [b"page"]

    async def story() -> None:
        front = bridge(application, threads=1)
        often = [asyncio.create_task(Exchange("/often").run(front)) for _ in range(20)]
        await asyncio.sleep(0.1)  # all of them are computed
        assert (await Exchange("/").run(front)).status == 200
        assert not any(task.done() for task in often)
        assert {(await task).status for task in often} == {429}

    asyncio.run(story())


def test_an_answer_that_tells_nothing_by_its_time_leaves_no_sooner_and_keeps_no_thread() -> None:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/":
            time.sleep(0.1 if environ["PATH_INFO"] == "/known" else 0.0)
            no_sooner(environ, 0.5)
        start_response("200 OK", [])
        return [b"page"]

    async def story() -> None:
        front, loop = bridge(application, threads=1), asyncio.get_running_loop()
        began = loop.time()
        asked = [asyncio.create_task(Exchange(path).run(front)) for path in ("/known", "/unknown")]
        await asyncio.sleep(0.2)  # both of them are computed
        assert (await Exchange("/").run(front)).status == 200
        assert not any(task.done() for task in asked)
        assert {(await task).status for task in asked} == {200}
        assert loop.time() - began >= 0.5

    asyncio.run(story())


def test_a_slow_reader_of_a_file_keeps_no_thread_from_the_others(tmp_path: Any) -> None:
    path = tmp_path / "record.bin"
    path.write_bytes(b"v" * (5 * MB))

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return FileToSend(path.open("rb")) if environ["PATH_INFO"] == "/file" else [b"page"]

    async def story() -> None:
        front = bridge(application, threads=1)
        slow = Exchange("/file")
        slow.read_on.clear()
        reading = asyncio.create_task(slow.run(front))
        page = await Exchange("/page").run(front)
        assert page.body == b"page"
        assert slow.sent == []
        slow.read_on.set()
        await reading
        assert slow.body == path.read_bytes()

    asyncio.run(story())


def test_a_reader_who_leaves_ends_the_file_early(tmp_path: Any) -> None:
    path = tmp_path / "record.bin"
    path.write_bytes(b"v" * (20 * MB))
    file = path.open("rb")

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return FileToSend(file)

    async def story() -> None:
        exchange = Exchange("/file")
        running = asyncio.create_task(exchange.run(bridge(application)))
        await soon(lambda: len(exchange.sent) > 1)
        exchange.read_on.clear()
        exchange.gone.set()
        await asyncio.sleep(0)
        exchange.read_on.set()
        await running
        assert len(exchange.body) < 20 * MB
        assert file.closed

    asyncio.run(story())


def test_a_long_export_streams_and_is_closed_in_its_own_thread() -> None:
    closed = []

    class Export:
        def __iter__(self):  # type: ignore[no-untyped-def]
            return iter([b"row\n" * 100_000] * 10)

        def close(self) -> None:
            closed.append(True)

    exchange = ask(bridge(answering(Export())), Exchange)
    assert len(exchange.body) == 4_000_000
    assert len(exchange.sent) > 3
    assert exchange.ended
    assert closed == [True]


def test_nothing_is_believed_about_the_client_that_the_server_has_not_seen() -> None:
    seen: dict[str, Any] = {}
    headers = [
        (b"x-forwarded-for", b"10.0.0.1"),
        (b"x-forwarded-proto", b"https"),
        (b"x-forwarded-host", b"evil.example"),
        (b"x_forwarded_proto", b"https"),
        (b"remote_addr", b"10.0.0.1"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"content-type", b"text/plain"),
    ]
    ask(bridge(answering(seen=seen)), lambda: Exchange("/кам%20", headers=headers))
    assert seen["REMOTE_ADDR"] == "192.0.2.7"
    assert seen["HTTP_X_FORWARDED_PROTO"] == "http"
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_REMOTE_ADDR"} & set(seen)
    assert seen["HTTP_COOKIE"] == "a=1; b=2"
    assert seen["CONTENT_TYPE"] == "text/plain"
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/кам%20"


def test_an_answer_to_head_has_no_body_and_is_closed() -> None:
    closed = []

    class Page(list):  # type: ignore[type-arg]
        def close(self) -> None:
            closed.append(True)

    exchange = ask(bridge(answering(Page([b"text"]))), lambda: Exchange("/", method="HEAD"))
    assert (exchange.status, exchange.body, closed) == (200, b"", [True])


def test_a_stranger_sends_little_and_whoever_is_known_much(tmp_path: Any) -> None:
    asked: list[str] = []

    def most_for(environ: dict[str, Any]) -> int:
        asked.append(environ.get("HTTP_COOKIE", ""))
        return 4 * MB if asked[-1] else MB

    def sent(parts: list[bytes], headers: Any) -> Any:
        english = (b"accept-language", b"en")
        return lambda: Exchange("/", method="POST", parts=parts, headers=[*headers, english])

    front = bridge(answering(), spool_dir=str(tmp_path), most_for=most_for)
    assert ask(front, post([b"x" * 1000] * 100)).status == 200
    assert asked == [], "a short body needs no looking up"
    for headers in ([(b"transfer-encoding", b"chunked")], [(b"content-length", b"%d" % (2 * MB))]):
        parts = [b"x" * MB, b"x" * MB]
        stranger = ask(front, sent(parts, headers))
        assert (stranger.status, b"signing in" in stranger.body) == (413, True)
        assert ask(front, sent(parts, (*headers, (b"cookie", b"s=1")))).status == 200
    assert len(asked) == 4, "once a body"
    assert ask(front, post([b"x" * MB] * 5, (b"cookie", b"s=1"))).status == 413
