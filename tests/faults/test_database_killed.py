"""The database dies and comes back while customers send: nothing confirmed is lost, and the desk goes on by itself."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import prepared
from tests.engines import Missing, Postgres, wait_until
from tests.faults.neighbours import Ledger, settle
from tests.faults.test_submitting import KILLS, Customer, Place, confirmed

pytestmark = pytest.mark.fault

CLIENTS = 4
BACK_WITHIN = 20  # seconds, on a busy machine; the desk itself tries anew with every request


class Refused(OSError):
    """Answered with a fault, in words: they press the button again."""


class Patient(Customer):
    """Takes 5xx, and 429, for a reason to send the same again. What is said to be done must be done."""

    def patiently(self, ask: Any, *, once: bool = False) -> Any:
        def asked() -> Any:
            try:
                answer = ask()
            except AssertionError as fault:  # no page, hence no form in it
                raise Refused from fault
            if (status := getattr(answer, "status", 0)) == 429 or status >= 500:
                assert "Traceback" not in answer.text
                raise Refused
            return answer

        return super().patiently(asked, once=once)


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[tuple[Place, Postgres]]:
    try:
        server = prepared.postgres().start()
    except Missing as missing:
        pytest.fail(f"{missing} is missing")
    env = {"CAMDESK_DATABASE_URL": server.url}
    try:
        place = Place(tmp_path, settle(tmp_path, CLIENTS, **env), env, Ledger(tmp_path, server.url))
        place.start()
        try:
            yield place, server
        finally:
            place.desk.__exit__()
    finally:
        server.remove()


def test_nothing_confirmed_is_lost_with_the_database_and_the_desk_goes_on(killed: tuple[Place, Postgres]) -> None:
    place, server = killed
    over = threading.Event()
    customers = [Patient(place, index, over) for index in range(CLIENTS)]
    for customer in customers:
        customer.start()
    back: list[float] = []
    try:
        for _kill in range(KILLS):
            before = confirmed(customers)
            wait_until(
                lambda least=before + 8: confirmed(customers) >= least or any(one.fault for one in customers),
                seconds=60,
                what="customers get answers",
            )
            server.kill()
            assert not _ready(place), "it says so while the database is away"
            server.start()
            began, before = time.monotonic(), confirmed(customers)
            wait_until(
                lambda least=before + 1: confirmed(customers) >= least or any(one.fault for one in customers),
                seconds=BACK_WITHIN,
                what="the desk goes on",
            )
            back.append(time.monotonic() - began)
    finally:
        over.set()
        for customer in customers:
            customer.join(60)
    print(f"{confirmed(customers)} confirmed, back after {[round(seconds, 1) for seconds in back]} s")
    assert [customer.fault for customer in customers if customer.fault] == []
    kept = place.ledger.tickets()
    assert max(Counter(ticket.key for ticket in kept).values()) == 1, "a key that opened two tickets"
    by_key = {ticket.key: ticket for ticket in kept}
    for sent in (sent for customer in customers for sent in customer.sent):
        ticket = by_key.get(sent.key)
        if sent.number is not None:
            assert ticket is not None, f"{sent} was confirmed and is lost"
            assert ticket.number == sent.number
        if ticket is not None:
            assert (ticket.text, ticket.files) == (sent.text, sent.files)


def _ready(place: Place) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", place.desk.port, timeout=30)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status == 200
    finally:
        line.close()
