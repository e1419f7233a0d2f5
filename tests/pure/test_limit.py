"""A test that hangs fails, whether it waits, loops, or keeps its faults to itself."""

import contextlib
import threading
import time

import pytest

from tests.limit import REAL_SECONDS, SECONDS, TookTooLong, limited, seconds_for


def waits() -> None:
    threading.Event().wait(30)


def loops() -> None:
    began = time.monotonic()
    while time.monotonic() - began < 30:
        pass


def keeps_its_faults() -> None:
    for _time in range(300):
        with contextlib.suppress(Exception):
            time.sleep(0.1)


@pytest.mark.parametrize("hangs", [waits, loops, keeps_its_faults])
def test_what_hangs_is_ended(hangs):
    with pytest.raises(TookTooLong), limited(0.05):
        hangs()


def test_what_is_done_in_time_is_left_alone():
    with limited(0.05):
        pass
    time.sleep(0.1)


def test_beside_the_main_thread_nothing_is_promised():
    done = []

    def work() -> None:
        with limited(0.01):
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1]


def test_real_processes_have_longer(request):
    assert seconds_for(request.node) == SECONDS < REAL_SECONDS
