"""The database is held from outside (somebody's shell with an open transaction), while customers send and read.

Seen failing before: threads waited 30 s each and nobody read, /readyz said ready, one of eight got a bare 500.
"""

import http.client
import re
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.engines import wait_until
from tests.faults import quick_clocks
from tests.faults.doors import Desk
from tests.faults.neighbours import FORM, Ledger, blank, browser, filled, number_in, settle
from tests.faults.test_slow_clients import p95

pytestmark = [pytest.mark.fault, pytest.mark.quiet]

SENDERS = 16  # twice as many as there are threads
LOCKED_SECONDS = 3 * quick_clocks.PATIENCE


@contextmanager
def held(path: Path) -> Iterator[None]:
    outside = sqlite3.connect(path, isolation_level=None, timeout=20)
    outside.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        outside.execute("ROLLBACK")
        outside.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, list[dict[str, Any]], Ledger]]:
    data: Path = tmp_path_factory.mktemp("data")
    neighbours = settle(data, SENDERS + 1)
    with Desk(data, "serve", module="tests.faults.quick_clocks") as desk:
        yield desk, neighbours, Ledger(data, None)


class Sender(threading.Thread):
    """Has the form open, presses the button, and when told to, presses it again, on the page of the refusal."""

    def __init__(self, desk: Desk, neighbour: dict[str, Any], index: int, go: threading.Event) -> None:
        super().__init__(name=f"sender {index}", daemon=True)
        self.browser = browser(desk.port, neighbour)
        self.text = f"Обращение {index}\nсо <второй> строкой"
        self.fields = filled(blank(self.browser), neighbour, self.text)
        self.go = go
        self.seconds = 0.0

    def run(self) -> None:
        self.go.wait(30)
        began = time.monotonic()
        self.answer = self.browser.post(FORM, self.fields)
        self.seconds = time.monotonic() - began


def again(answer: Any) -> list[tuple[str, str]]:
    """The fields of the form that the refusal holds."""
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', answer.text)
    fields += re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>', answer.text, re.DOTALL)
    return [(unescape(name), unescape(value)) for name, value in fields]


def reads(who: Any, seconds: float) -> list[float]:
    """Seconds of each page that somebody reads meanwhile: their list of requests."""
    times, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        assert who.get("/requests/").status == 200
        times.append(time.perf_counter() - began)
    return times


def test_who_sends_is_told_and_loses_nothing_who_reads_reads_and_readyz_says_so(
    place: tuple[Desk, list[dict[str, Any]], Ledger],
) -> None:
    desk, neighbours, ledger = place
    go = threading.Event()
    senders = [Sender(desk, neighbours[index], index, go) for index in range(SENDERS)]
    reader = browser(desk.port, neighbours[-1])
    reads(reader, 0.5)
    quiet = p95(reads(reader, 2))
    assert desk.get("/readyz")[0] == 200

    with held(desk.data / "camdesk.sqlite3"):
        for sender in senders:
            sender.start()
        go.set()
        # The first moment is whoever of the senders has come in before it was known that the one in front is stuck.
        time.sleep(2 * quick_clocks.STUCK)
        felt = p95(reads(reader, LOCKED_SECONDS))
        status, words = desk.get("/readyz")
        for sender in senders:
            sender.join(60)
    print(f"p95 of reading {quiet * 1000:.0f} → {felt * 1000:.0f} ms; sent in {max(s.seconds for s in senders):.1f} s")
    assert Counter(sender.answer.status for sender in senders) == {503: SENDERS}
    assert status == 503
    assert "locked by another process" in words
    assert felt <= 3 * quiet, "half of the threads compute what all of them did"
    assert max(sender.seconds for sender in senders) < 2 * quick_clocks.PATIENCE + 3
    assert "Traceback" not in desk.said()
    assert not ledger.tickets()

    wait_until(lambda: desk.get("/readyz")[0] == 200, seconds=10, what="it is ready again")
    for sender in senders:
        assert sender.answer.headers["Retry-After"]
        assert "Ничего не пропало" in sender.answer.text
        fields = again(sender.answer)
        assert sorted(fields) == sorted(sender.fields)
        done = sender.browser.post(FORM, fields)
        assert done.status == 302, done.text
        twice = sender.browser.post(FORM, fields)
        assert number_in(twice.headers["Location"]) == number_in(done.headers["Location"])
    assert sorted(ticket.text for ticket in ledger.tickets()) == sorted(sender.text for sender in senders)


def test_a_page_that_is_only_asked_for_is_no_500_either(place: tuple[Desk, list[dict[str, Any]], Ledger]) -> None:
    """Signing in writes; its page does not."""
    desk, _neighbours, _ledger = place
    with held(desk.data / "camdesk.sqlite3"):
        line = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=20)
        line.request("GET", "/account/login/")
        assert line.getresponse().status == 200
