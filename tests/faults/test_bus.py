"""The bus between processes: carries hints, comes back after an outage, and then says that something was missed."""

import os
import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, connections

from camdesk.config import environment
from camdesk.lib import bus
from camdesk.lib.bus_postgres import PostgresBus
from camdesk.lib.bus_redis import RedisBus
from tests.engines import Postgres, Redis, wait_until

pytestmark = pytest.mark.fault

Heard = list[tuple[list[str], bus.Hint]]


def listen(to: bus.Bus) -> tuple[Heard, Callable[[], None]]:
    heard: Heard = []
    stop = to.listen(lambda channels, hint: heard.append((channels, hint)))
    return heard, stop


def say_until_heard(to: bus.Bus, heard: Heard) -> None:
    """The listener subscribes in its own time: says something until it is heard."""

    def said() -> bool:
        to.publish(["desk"], {"hello": True})
        return (["desk"], {"hello": True}) in heard

    wait_until(said, seconds=20, what="the listener hears")


# --- Redis

if "redis" not in os.environ.get("CAMDESK_TESTS_WITHOUT", ""):

    @pytest.fixture
    def redis_server() -> Iterator[Redis]:
        server = Redis().start()
        yield server
        server.kill()

    def test_redis_carries_hints_and_comes_back_after_an_outage(redis_server: Redis) -> None:
        one, other = RedisBus(redis_server.url), RedisBus(redis_server.url)
        heard, stop = listen(other)
        say_until_heard(one, heard)
        assert not other.is_deaf()

        redis_server.kill()
        wait_until(other.is_deaf, seconds=30, what="it notices that Redis is away")
        assert not one.is_deaf(), "it does not listen"
        began = threading.active_count()
        for seq in range(50):
            one.publish(["desk"], {"seq": seq})  # a deed does not wait for Redis, nor fail
        assert threading.active_count() == began
        redis_server.start()

        wait_until(lambda: ([bus.EVERYONE], bus.RESYNC) in heard, seconds=30, what="the word that hints were missed")
        one.publish(["person:17"], {"seq": 99})
        wait_until(lambda: (["person:17"], {"seq": 99}) in heard, seconds=30, what="hints again")
        stop()
        before = len(heard)
        one.publish(["desk"], {"seq": 100})
        assert len(heard) == before

    def test_an_outage_too_long_to_remember_ends_in_one_word(
        redis_server: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("camdesk.lib.bus_redis._WAITING_MOST", 10)
        one, other = RedisBus(redis_server.url), RedisBus(redis_server.url)
        heard, stop = listen(other)
        say_until_heard(one, heard)
        redis_server.kill()
        for seq in range(100):
            one.publish(["desk"], {"seq": seq})
        assert one._sender is not None
        assert len(one._sender._waiting) <= 10
        redis_server.start()
        wait_until(lambda: ([bus.EVERYONE], bus.RESYNC) in heard, seconds=30, what="the word that hints were missed")
        stop()


# --- PostgreSQL


@pytest.fixture
def postgres(monkeypatch: pytest.MonkeyPatch, django_db_blocker: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A server of this test's own, with Django's connection pointed at it."""
    server = Postgres(durable=False).start()
    monkeypatch.setenv("CAMDESK_DATABASE_URL", server.url)
    settings = connections.configure_settings({"default": environment.database("CAMDESK_DATABASE_URL", sqlite_path="")})
    old = connections["default"]
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        monkeypatch.setitem(connections.settings, "default", settings["default"])
        connections["default"] = connections.create_connection("default")
        try:
            yield server
        finally:
            connections["default"].close()
            connections["default"] = old
            server.remove()


def test_postgres_carries_hints_and_comes_back_after_an_outage(postgres: Postgres) -> None:
    one, other = PostgresBus(), PostgresBus()
    heard, stop = listen(other)
    say_until_heard(one, heard)
    assert not other.is_deaf()

    postgres.kill()
    wait_until(other.is_deaf, seconds=30, what="it notices that PostgreSQL is away")
    assert not one.is_deaf(), "it does not listen"
    connection.close()
    postgres.start()
    wait_until(lambda: ([bus.EVERYONE], bus.RESYNC) in heard, seconds=30, what="the word that hints were missed")
    one.publish(["desk"], {"seq": 2})
    wait_until(lambda: (["desk"], {"seq": 2}) in heard, seconds=10, what="hints again")
    stop()


def test_all_who_listen_in_a_process_share_a_connection(postgres: Postgres) -> None:
    def listeners() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN %%' OR query = 'SELECT 1'")
            return int(cursor.fetchone()[0])

    one = PostgresBus()
    many = [listen(one) for _ in range(5)]
    say_until_heard(one, many[0][0])
    wait_until(lambda: all(heard for heard, _stop in many), seconds=10, what="all of them hear")
    assert listeners() == 1
    for _heard, stop in many[:4]:
        stop()
    last, stop_last = many[4]
    one.publish(["desk"], {"seq": 99})
    wait_until(lambda: (["desk"], {"seq": 99}) in last, seconds=10, what="the last hears still")
    assert (["desk"], {"seq": 99}) not in many[0][0]
    stop_last()
    wait_until(lambda: listeners() == 0, seconds=10, what="nobody is left")
    heard, stop = listen(one)
    say_until_heard(one, heard)
    stop()


def test_many_channels_are_split_to_what_postgres_can_carry(postgres: Postgres) -> None:
    heard, stop = listen(PostgresBus())
    say_until_heard(PostgresBus(), heard)
    channels = [f"organisation:{number}" for number in range(2000)]
    PostgresBus().publish(channels, {"seq": 3})
    wait_until(
        lambda: sorted(name for names, hint in heard if hint == {"seq": 3} for name in names) == sorted(channels),
        seconds=10,
        what="every channel",
    )
    stop()
