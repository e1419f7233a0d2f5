"""The queue of writers: in turn, not without an end, and with few waiting behind one that makes no way."""

import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest

from camdesk.lib.sqlite import writers as module
from camdesk.lib.sqlite.writers import Writers, WritersBusy

PATIENCE = 2.0


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", PATIENCE)
    monkeypatch.setattr(module, "STUCK_SECONDS", 0.1)


def all_at_once(number: int, do: Callable[[], object]) -> tuple[Counter[str], list[float]]:
    """What became of each, and the seconds it took them, in order."""
    became: Counter[str] = Counter()
    seconds: list[float] = []

    def one() -> None:
        began = time.monotonic()
        try:
            do()
            became["wrote"] += 1
        except WritersBusy:
            became["refused"] += 1
        seconds.append(time.monotonic() - began)

    threads = [threading.Thread(target=one) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sum(became.values()) == number
    return became, sorted(seconds)


def test_a_long_queue_that_moves_refuses_nobody() -> None:
    writers = Writers(patient=1)
    inside: list[int] = []

    def write() -> None:
        writers.enter()
        inside.append(1)
        assert len(inside) == 1, "one at a time"
        time.sleep(0.02)
        inside.pop()
        writers.leave()

    became, seconds = all_at_once(16, write)
    assert became == {"wrote": 16}
    assert seconds[-1] > 3 * module.STUCK_SECONDS - 0.1, "it was long enough to look stuck to whoever waited"


def test_behind_one_that_makes_no_way_few_wait_and_not_for_ever() -> None:
    writers = Writers(patient=2)
    writers.enter()
    became, seconds = all_at_once(8, writers.enter)
    assert became == {"refused": 8}
    assert seconds[5] < PATIENCE / 2, "six of eight are told at once"
    assert seconds[6] > PATIENCE * 0.9, "two wait as long as anybody does"
    assert seconds[7] < PATIENCE * 2
    began = time.monotonic()
    waiting = threading.Thread(target=lambda: all_at_once(2, writers.enter))
    waiting.start()
    time.sleep(0.3)
    with pytest.raises(WritersBusy):
        writers.enter()
    assert time.monotonic() - began < PATIENCE / 2, "whoever comes later is told on the spot"
    waiting.join()


def test_whoever_waited_has_so_much_less_to_wait_for_the_database() -> None:
    writers = Writers(patient=2)
    assert writers.enter() == PATIENCE
    threading.Timer(0.4, writers.leave).start()
    assert 0 < writers.enter() < PATIENCE - 0.35
    writers.leave()


def test_a_place_that_was_long_free_is_not_taken_for_one_long_held() -> None:
    writers = Writers(patient=0)
    writers.enter()
    time.sleep(2 * module.STUCK_SECONDS)
    writers.leave()
    writers._place.acquire()  # somebody has it, and has not yet noted since when
    threading.Timer(module.STUCK_SECONDS / 2, writers._place.release).start()
    writers.enter()
