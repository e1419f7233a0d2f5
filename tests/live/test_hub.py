"""The event-stream hub, with the server played by the test."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from camdesk.lib import bus, stream_tokens
from camdesk.live.hub import Hub
from tests.live.asgi import Exchange, soon


@asynccontextmanager
async def running(**settings: float) -> AsyncIterator[Hub]:
    hub = Hub(**settings)  # type: ignore[arg-type]
    await hub.start()
    try:
        yield hub
    finally:
        await hub.stop()


async def open_stream(hub: Hub, *channels: str, subject: str = "user:1", lifetime: int = 60) -> Exchange:
    token = stream_tokens.issue(subject, channels, lifetime=lifetime)
    exchange = Exchange("/live", query=f"token={token}", headers=[(b"accept", b"text/event-stream")])
    exchange.task = asyncio.create_task(exchange.run(hub))  # type: ignore[attr-defined]
    await soon(lambda: len(exchange.sent) > 1, "the stream opens")
    return exchange


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="a blank token opens nothing"),
        pytest.param("WyJ1IixbImRlc2siXSwxXQ:1abc:forged", id="a forged token opens nothing"),
        pytest.param(stream_tokens.issue("user:1", ["desk"], lifetime=-1), id="a token that is over opens nothing"),
        pytest.param(stream_tokens.issue("user:1", ["desk"])[:-1], id="a cut token opens nothing"),
    ],
)
def test_a_stream_needs_a_valid_token(token: str) -> None:
    async def story() -> None:
        async with running() as hub:
            exchange = await Exchange("/live", query=f"token={token}").run(hub)
            assert exchange.status == 403
            assert hub.open == 0

    asyncio.run(story())


def test_a_hint_reaches_those_who_listen_and_nobody_else() -> None:
    async def story() -> None:
        async with running() as hub:
            ours = await open_stream(hub, "desk", "team:3")
            other = await open_stream(hub, "person:17")
            bus.publish(["desk", "team:3"], {"ticket": 1042, "seq": 17})
            # Looked for whole: the `retry` of the greeting is drawn at random and may be any number.
            await soon(lambda: b'"ticket":1042' in ours.body, "the hint arrives")
            assert ours.body.count(b'data: {"ticket":1042,"seq":17}\n\n') == 1
            assert b'"ticket"' not in other.body

    asyncio.run(story())


def test_hints_from_other_threads_arrive_all_and_in_order() -> None:
    async def story() -> None:
        async with running() as hub:
            stream = await open_stream(hub, "desk")

            def publish() -> None:
                for seq in range(300):
                    bus.publish(["desk"], {"seq": seq})

            threads = [threading.Thread(target=publish) for _ in range(2)]
            for thread in threads:
                thread.start()
            await soon(lambda: stream.body.count(b'"seq"') == 600, "600 hints arrive")
            assert stream.body.index(b'"seq":3}') < stream.body.index(b'"seq":4}')

    asyncio.run(story())


def test_a_reader_too_slow_is_closed_so_that_it_comes_back_and_asks() -> None:
    async def story() -> None:
        async with running() as hub:
            slow = await open_stream(hub, "desk")
            quick = await open_stream(hub, "desk", subject="user:2")
            slow.read_on.clear()
            bus.publish(["desk"], {"seq": 1})
            await soon(lambda: hub.open == 1, "the slow one is closed")
            assert hub.closed_slow == 1
            assert b'"seq":1' in quick.body
            assert slow.task.done()  # type: ignore[attr-defined]

    asyncio.run(story())


def test_every_stream_hears_a_beat_and_ends_with_its_token() -> None:
    async def story() -> None:
        async with running(beat=0.02) as hub:
            lasting = await open_stream(hub, "desk")
            short = await open_stream(hub, "desk", lifetime=1)
            await soon(lambda: lasting.body.count(b"event: beat") > 2, "beats")
            await soon(lambda: short.ended, "the token's end")
            assert not lasting.ended
            assert hub.open == 1

    asyncio.run(story())


def test_stopping_ends_every_stream_in_order() -> None:
    async def story() -> None:
        async with running() as hub:
            streams = [await open_stream(hub, "desk", subject=f"user:{n}") for n in range(5)]
            await hub.stop()
            assert all(stream.ended for stream in streams)
            assert hub.open == 0
            late = await Exchange("/live", query="token=" + stream_tokens.issue("user:9", ["desk"])).run(hub)
            assert late.status == 503

    asyncio.run(story())


def test_one_person_holds_a_limited_number_of_streams() -> None:
    async def story() -> None:
        async with running(a_subject=2) as hub:
            first = await open_stream(hub, "desk")
            await open_stream(hub, "desk")
            token = stream_tokens.issue("user:1", ["desk"])
            refused = await Exchange("/live", query=f"token={token}").run(hub)
            assert refused.status == 429
            assert int(refused.headers["retry-after"]) >= 5
            await open_stream(hub, "desk", subject="user:2")
            first.gone.set()
            await soon(lambda: hub.open == 2, "the page is closed")
            await open_stream(hub, "desk")

    asyncio.run(story())


def test_after_a_gap_of_the_bus_every_page_is_told_to_ask() -> None:
    async def story() -> None:
        async with running() as hub:
            stream = await open_stream(hub, "person:17")
            bus.publish([bus.EVERYONE], bus.RESYNC)
            await soon(lambda: b'data: {"resync":true}' in stream.body, "the word to ask")

    asyncio.run(story())


def test_a_change_of_rights_ends_the_stream_at_once() -> None:
    async def story() -> None:
        async with running() as hub:
            stream = await open_stream(hub, "person:17")
            bus.publish(["person:17"], {"renew": True})
            await soon(lambda: stream.ended, "the end")
            assert b'"renew":true' in stream.body

    asyncio.run(story())


def test_who_leaves_leaves_nothing_behind() -> None:
    async def story() -> None:
        async with running() as hub:
            for number in range(3):
                stream = await open_stream(hub, "desk", f"person:{number}")
                stream.gone.set()
                await stream.task  # type: ignore[attr-defined]
            assert (hub._streams, hub._channels, hub._subjects) == (set(), {}, {})

    asyncio.run(story())


def test_a_fault_of_the_bus_never_reaches_a_deed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(channels: list[str], hint: bus.Hint) -> None:
        raise RuntimeError("the bus is away")

    monkeypatch.setattr(bus.bus(), "publish", broken)
    bus.publish(["desk"], {"seq": 1})


def test_a_token_from_before_a_change_of_rights_opens_nothing_more() -> None:
    async def story() -> None:
        async with running() as hub:
            stream = await open_stream(hub, "desk", "agent:5", lifetime=stream_tokens.LIFETIME)
            kept = stream_tokens.issue("user:1", ["desk", "agent:5"])
            bus.publish(["agent:5"], {"renew": True})
            await soon(lambda: stream.ended, "the end")
            assert (await Exchange("/live", query=f"token={kept}").run(hub)).status == 403
            await open_stream(hub, "desk", "agent:6", lifetime=stream_tokens.LIFETIME)
            await open_stream(hub, "agent:5", lifetime=stream_tokens.LIFETIME + 5)  # a later one

    asyncio.run(story())


def test_so_many_streams_are_held_and_no_more() -> None:
    async def story() -> None:
        async with running(in_all=2) as hub:
            first = await open_stream(hub, "desk", subject="user:1")
            await open_stream(hub, "desk", subject="user:2")
            token = stream_tokens.issue("user:3", ["desk"])
            refused = await Exchange("/live", query=f"token={token}").run(hub)
            assert refused.status == 503
            assert hub.open == 2
            first.gone.set()
            await soon(lambda: hub.open == 1, "the page is closed")
            await open_stream(hub, "desk", subject="user:3")

    asyncio.run(story())
