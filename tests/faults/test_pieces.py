"""A large file that comes in pieces to several machines: two web processes with their own folders, one PostgreSQL, one
S3 server. Seen failing with the pieces in the folder of the process that took them."""

import contextlib
import hashlib
import http.client
import json
import os
import signal
import threading
import time
from typing import Any

import pytest

from tests.faults.clusters import Cluster, Sender
from tests.faults.doors import Desk

pytestmark = pytest.mark.fault

MB = 1024 * 1024
WHOLE = os.urandom(3 * MB)


def test_whichever_machine_is_asked_takes_the_next_piece(cluster: Cluster, neighbour: dict[str, Any]) -> None:
    sender, before = Sender(neighbour), set(cluster.stored())
    with cluster.web("one") as one, cluster.web("other") as other:
        sender.begin(one, len(WHOLE))
        assert sender.piece(one, 0, WHOLE[:MB])[0] == 204
        assert sender.offset(other) == MB
        assert sender.piece(other, 0, WHOLE[:MB])[0] == 409, "it has come already, to the machine beside"
        assert sender.piece(other, MB, WHOLE[MB : 2 * MB])[0] == 204
        one.process.send_signal(signal.SIGKILL)
        assert sender.offset(other) == 2 * MB
        status, _, said = sender.piece(other, 2 * MB, WHOLE[2 * MB :])
        assert (status, json.loads(said)["size"]) == (200, len(WHOLE)), said
        assert sender.ask(other, "GET", f"/files/{sender.id}")[2] == WHOLE
    rows = cluster.ledger.ask("SELECT id, storage_key, sha256 FROM tickets_attachment")
    [(key, digest)] = [row[1:] for row in rows if row[0] == sender.id]
    assert digest == hashlib.sha256(WHOLE).hexdigest()
    assert {name: data for name, data in cluster.stored().items() if name not in before} == {key: WHOLE}, (
        "no piece stays"
    )
    for name in ("one", "other"):
        assert not [path for path in (cluster.machine(name) / "files").rglob("*") if path.is_file()]


def test_machines_killed_over_a_piece_lose_nothing_confirmed_and_leave_nothing_unnamed(
    cluster: Cluster, neighbour: dict[str, Any]
) -> None:
    before = set(cluster.stored())
    with cluster.web("other") as other:
        for round_ in range(4):
            sender = Sender(neighbour)
            with cluster.web("one") as one:
                sender.begin(one, len(WHOLE))
                assert sender.piece(one, 0, WHOLE[:MB])[0] == 204
                lost = threading.Thread(target=lambda one=one, sender=sender: _broken_off(sender, one))
                lost.start()
                time.sleep(0.01 * 3**round_)  # within the piece, before it is kept, and after
                one.process.send_signal(signal.SIGKILL)
                lost.join(30)
            at = sender.offset(other)
            assert at in (MB, len(WHOLE)), "what was confirmed is there, and a piece counts whole or not at all"
            status, _, said = sender.piece(other, at, WHOLE[at:])
            assert status == 200, said
            assert sender.ask(other, "GET", f"/files/{sender.id}")[2] == WHOLE
    named = {key for [key] in cluster.ledger.ask("SELECT storage_key FROM tickets_attachment")}
    named |= {key for [key] in cluster.ledger.ask("SELECT storage_key FROM tickets_uploadpiece")}
    assert set(cluster.stored()) - before <= named, "whatever lies there a row names, so that it is swept with it"


def _broken_off(sender: Sender, desk: Desk) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException):
        sender.piece(desk, MB, WHOLE[MB:])
