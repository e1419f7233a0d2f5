"""A copy made while customers send is put back on an empty machine: every request confirmed before it began is there,
and every row of a file has its file."""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.engines import wait_until
from tests.faults.doors import Desk, camdesk, environment
from tests.faults.neighbours import Ledger, settle
from tests.faults.test_database_killed import Patient
from tests.faults.test_submitting import Place, Sent, confirmed

pytestmark = pytest.mark.fault

CLIENTS, COPIES = 6, 2


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    data = tmp_path / "data"
    data.mkdir()
    made = Place(data, settle(data, CLIENTS), {}, Ledger(data, None))
    made.start()
    yield made
    made.desk.__exit__()


def _copied(place: Place, target: Path, customers: Sequence[Patient]) -> list[Sent]:
    """Makes a copy; what was confirmed when it began. A command takes seconds to start, in which SQLite moves what it
    had in its log into the file: looked at before that, a copy of the file alone would pass."""
    command = [sys.executable, "-m", "camdesk", "backup", str(target)]
    with subprocess.Popen(command, env=environment(place.data), cwd=place.data) as making:
        while True:
            known = [sent for customer in customers for sent in list(customer.sent) if sent.number is not None]
            if list(target.parent.glob(f"{target.name}*")) or making.poll() is not None:
                break  # `earlier` was confirmed before
            earlier = known
            time.sleep(0.002)
    assert making.returncode == 0
    return earlier


def test_what_was_confirmed_before_a_copy_began_is_in_it_whole(place: Place, tmp_path: Path) -> None:
    over = threading.Event()
    customers = [Patient(place, index, over) for index in range(CLIENTS)]
    for customer in customers:
        customer.start()
    copies = []
    try:
        for number in range(COPIES):
            before = confirmed(customers)
            wait_until(
                lambda least=before + 10: confirmed(customers) >= least or any(one.fault for one in customers),
                seconds=60,
                what="customers get answers",
            )
            target = tmp_path / f"{number}.tar"
            copies.append((target, _copied(place, target, customers)))
    finally:
        over.set()
        for customer in customers:
            customer.join(60)
    assert [customer.fault for customer in customers if customer.fault] == []
    assert confirmed(customers) > len(copies[-1][1]), "they went on sending while it was made"

    for copy, known in copies:
        new = tmp_path / f"new-{copy.stem}"
        camdesk(tmp_path, "restore", str(copy), "--data", str(new))
        kept = Ledger(new, None).tickets()
        assert max(Counter(ticket.key for ticket in kept).values()) == 1
        by_key = {ticket.key: ticket for ticket in kept}
        for sent in known:
            ticket = by_key.get(sent.key)
            assert ticket is not None, f"{sent} was confirmed before the copy began, and is not in it"
            assert (ticket.number, ticket.text, ticket.files) == (sent.number, sent.text, sent.files)
        assert not [ticket for ticket in kept if any("not on disk" in file for file in ticket.files)]
    with Desk(new) as desk:
        assert desk.get("/readyz")[0] == 200
