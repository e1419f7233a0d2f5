"""What takes turns at a row holds it until it has written: the row is locked within a transaction of the deed's own.

A lock outside of a transaction is let go at once, and then two look before either writes. These deeds write with one
statement, so nothing of them could remain half done (tests/whole.py); here no transaction is around them.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from camdesk.channels.phone import call_back_requests
from camdesk.tickets import counts, uploads
from tests.rows import HOUR
from tests.world import World

Deed = Callable[[World, Any], Callable[[], Any]]


def asked_for_oneself(world: World, now: Any) -> Callable[[], Any]:
    window = call_back_requests.Window("later", now + HOUR, now + 2 * HOUR)
    told = {"phone": "+79351234567", "window": window, "note": "", "by": world.anna, "now": now}
    return lambda: call_back_requests.ask_for_oneself(**told)


def last_piece(world: World, now: Any) -> Callable[[], Any]:
    upload = uploads.begin(name="a.txt", total=5, by=world.anna, now=now)
    return lambda: uploads.add_piece(upload=upload, at=0, chunks=[b"words"], now=now)


def file(world: World, now: Any) -> Callable[[], Any]:
    return lambda: uploads.receive_stream([b"words"], name="a.txt", by=world.anna, now=now)


HELD: dict[str, tuple[Deed, str]] = {
    "the numbers of the queues": (lambda world, now: counts.mend, "tickets_counter"),
    "who asks for a call": (asked_for_oneself, "people_person"),
    "a file whose last piece came": (last_piece, "tickets_attachment"),
    "whose quota of files is counted": (file, "people_person"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", HELD)
def test_the_row_is_held(world: World, now: Any, data_folder: Any, name: str) -> None:
    prepare, table = HELD[name]
    deed = prepare(world, now)
    within: list[bool] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if f'"{table}"' in sql:
            within.append(connection.in_atomic_block)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        deed()
    assert within
    assert all(within)
