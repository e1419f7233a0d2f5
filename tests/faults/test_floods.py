"""One customer's script that talks without end: how much of it is taken, and what the others feel.

What others feel is compared with a quiet moment of the same run. Seen failing without server/bridge.TOO_OFTEN_SECONDS:
941 of 1,000 messages were refused, each with a whole page, and others' pages took 14 times as long.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from camdesk_bench.browser import Browser
from tests.faults.doors import ROOT, Desk, environment
from tests.faults.neighbours import Ledger, browser, settle
from tests.faults.test_slow_clients import MB, p95, resident

pytestmark = pytest.mark.fault

THREADS = 8
ALLOWED = 30
ROUNDS = 3
READINGS = 60


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Desk, list[dict[str, Any]], Ledger]]:
    neighbours = settle(tmp_path, 2)
    with Desk(tmp_path, CAMDESK_LIMIT_MESSAGES=f"{ALLOWED}/h") as desk:
        yield desk, neighbours, Ledger(tmp_path, None)


def took(reader: Browser) -> list[float]:
    """Seconds of each page of somebody else."""
    times = []
    for n in range(READINGS):
        began = time.perf_counter()
        assert reader.get(("/requests/", "/support/write/")[n % 2]).status == 200
        times.append(time.perf_counter() - began)
    return times


def test_a_script_that_talks_without_end_is_heard_so_far_and_felt_by_nobody(place: Any) -> None:
    desk, (talker, other), ledger = place
    page, reader = browser(desk.port, talker), browser(desk.port, other)
    token = page.get("/support/chat/").value("csrfmiddlewaretoken")
    begun = [("csrfmiddlewaretoken", token), ("key", "k1"), ("text", "Привет")]
    assert page.post("/support/chat/starts/", begun).status == 302
    ((number,),) = ledger.ask("SELECT MAX(number) FROM tickets_ticket")
    took(reader)
    script = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.chat_script", str(desk.port), str(THREADS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(desk.data),
    )
    assert script.stdin
    quiet = p95(took(reader))
    script.stdin.write(json.dumps({"neighbour": talker, "number": number, "token": token}) + "\n")
    script.stdin.flush()
    time.sleep(10)  # what is allowed is taken by then, and it goes on
    before = resident(desk)
    for _round in range(ROUNDS):
        ratio = p95(took(reader)) / quiet
        if ratio <= 2:
            break
    grown = resident(desk) - before
    answers = json.loads(script.communicate(timeout=30)[0])
    print(f"{answers}, {ratio:.1f} times, {grown / MB:.1f} MB")
    assert set(answers) == {"302", "429"}
    ((kept,),) = ledger.ask("SELECT COUNT(*) FROM tickets_message WHERE kind = 'customer'")
    assert (kept, answers["302"]) == (ALLOWED, ALLOWED - 1), "that many, the first words among them"
    assert answers["429"] >= THREADS
    assert ratio <= 2, "others feel it"
    assert grown < 16 * MB
    assert "Traceback" not in desk.said()
