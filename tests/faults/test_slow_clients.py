"""Who holds connections, or pours heads, chunks and trailers without an end, is cut off, costs little, and is not felt.

Times are of the quick clocks; what others feel is compared with a quiet moment of the same run, never with a number.
"""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import prepared
from tests.faults import quick_clocks
from tests.faults.doors import ROOT, Desk
from tests.faults.slow_clients import FLOODS, KINDS

pytestmark = [pytest.mark.fault, pytest.mark.quiet]

MB = 1024 * 1024
HOLDERS, FLOODERS = 200, 8
ROUNDS, ASKED = 3, 60


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    data = prepared.plain(tmp_path_factory.mktemp("data"))
    # This machine is no trusted proxy here, so its connections count; the cap has a test of its own.
    env = {"CAMDESK_PROXIES": "192.0.2.1", "CAMDESK_MAX_PER_ADDRESS": "1000", "CAMDESK_TESTING": "1"}
    with Desk(data, "web", module="tests.faults.quick_clocks", **env) as running:
        took(running)  # templates are compiled, the database is open
        yield running


class Harm:
    """A crowd of one kind, in a process of its own, so that it does not slow down who measures."""

    def __init__(self, kind: str, port: int, connections: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.slow_clients", kind, str(port), str(connections)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def end(self) -> dict[str, float]:
        out, _ = self.process.communicate(timeout=20)
        told: dict[str, float] = json.loads(out)
        return told


@contextmanager
def harm(kind: str, desk: Desk) -> Iterator[Harm]:
    crowd = Harm(kind, desk.port, FLOODERS if kind in FLOODS else HOLDERS)
    try:
        yield crowd
    finally:
        if crowd.process.poll() is None:
            crowd.process.kill()
        crowd.process.wait(10)


def took(desk: Desk) -> list[float]:
    """Seconds of each of ASKED pages, as another person gets them."""
    line = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=20)
    times = []
    for _ in range(ASKED):
        began = time.perf_counter()
        line.request("GET", "/account/login/")
        answer = line.getresponse()
        answer.read()
        times.append(time.perf_counter() - began)
        assert answer.status == 200
    line.close()
    return times


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def resident(desk: Desk) -> int:
    lines = Path(f"/proc/{desk.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_cut_off_cost_little_and_are_not_felt(desk: Desk, kind: str) -> None:
    """A round that the machine disturbed is tried again, twice."""
    before = resident(desk)
    for _ in range(ROUNDS):
        quiet = p95(took(desk))
        with harm(kind, desk) as crowd:
            ratio = p95(took(desk)) / quiet
            time.sleep(quick_clocks.WHOLE + 0.5)
            grown = resident(desk) - before
            told = crowd.end()
        print(f"{kind}: {ratio:.1f} times, lived {told['lived']:.1f} s, cut {told['cut']}, {grown / MB:.1f} MB")
        assert told["cut"] >= (FLOODERS if kind in FLOODS else HOLDERS)
        # The longest clock, the moment a refused client is listened to, and a busy machine.
        assert told["lived"] < quick_clocks.WHOLE + quick_clocks.LINGER + 3
        assert grown < 32 * MB
        if ratio <= 2:
            break
    else:
        pytest.fail(f"others waited {ratio:.1f} times as long")
    assert "Traceback" not in desk.said()
