"""What is on another machine hangs or refuses. The S3 store, while customers send files: they are told so in words and
told when to come again, pages that need no file go on, and the log has a line a minute. Seen failing without the
store's places and limits. PostgreSQL that took the question and never answers: whoever waits behind is told so."""

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.engines import wait_until
from tests.faults.clusters import Cluster, Sender
from tests.faults.doors import Desk

pytestmark = [pytest.mark.fault, pytest.mark.long]

SENDERS = 12  # more than a process has threads


class Door:
    """A way to the store that can be let hang, or shut. Connections that were open when it hangs stay, unanswered."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.state = "open"
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            line, _ = self._listener.accept()
            if self.state == "shut":
                line.close()
                continue
            there = socket.create_connection(("127.0.0.1", self._target))
            for source, target in ((line, there), (there, line)):
                threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                while self.state == "hangs":
                    time.sleep(0.05)
                if self.state == "shut":
                    break
                target.sendall(data)
        except OSError:
            pass
        source.close()
        target.close()


@pytest.fixture
def door(cluster: Cluster) -> Iterator[Door]:
    store = cluster.ways["CAMDESK_FILES_URL"]
    made = Door(int(store.split("127.0.0.1:")[1].split("/")[0]))
    cluster.ways["CAMDESK_FILES_URL"] = store.replace(store.split("127.0.0.1:")[1].split("/")[0], str(made.port))
    yield made
    made.state = "open"
    cluster.ways["CAMDESK_FILES_URL"] = store


@pytest.mark.parametrize("state", ["hangs", "shut"])
def test_others_go_on_and_who_sends_is_told(
    cluster: Cluster,
    neighbour: dict[str, Any],
    door: Door,
    state: str,
) -> None:
    data = os.urandom(100_000)
    sender = Sender(neighbour)
    with cluster.web("one") as desk:
        assert sender.ask(desk, "POST", "/files/", data, X_File_Name="a")[0] == 201
        door.state = state
        with ThreadPoolExecutor(SENDERS) as crowd:
            began = time.monotonic()
            sending = [crowd.submit(sender.ask, desk, "POST", "/files/", data, X_File_Name="a") for _ in range(SENDERS)]
            time.sleep(2.5)
            waited = []
            for _ in range(10):
                before = time.monotonic()
                assert sender.ask(desk, "GET", "/support/write/")[0] == 200
                waited.append(time.monotonic() - before)
            assert max(waited) < 3, waited
            answers = [one.result() for one in sending]
            took = time.monotonic() - began
        assert took < 60, took
        for status, headers, said in answers:
            assert (status, headers.get("Retry-After")) == (503, "10"), said[:300]
            assert "Traceback" not in said.decode()
        told = [line for line in desk.said().splitlines() if "store of files" in line]
        assert 1 <= len(told) <= 3, told
        assert "Traceback" not in desk.said()
        assert "secret" not in desk.said()
        door.state = "open"
        status, _, said = sender.ask(desk, "POST", "/files/", data, X_File_Name="a")
        assert (status, json.loads(said)["size"]) == (201, len(data)), "it goes on by itself"


def test_a_database_that_never_answers_keeps_nobody_waiting_behind_the_threads_that_hang(
    cluster: Cluster,
    neighbour: dict[str, Any],
) -> None:
    """Seen failing without the limit of waiting for a thread."""
    address = cluster.ways["CAMDESK_DATABASE_URL"]
    port = urlsplit(address).port
    assert port is not None
    door = Door(port)
    sender = Sender(neighbour)
    machine = cluster.machine("one")
    ways = cluster.ways | {
        "CAMDESK_DATABASE_URL": address.replace(f":{port}/", f":{door.port}/"),
        "CAMDESK_WEB_THREADS": "2",
    }
    with Desk(machine, "web", **ways) as desk, ThreadPoolExecutor(8) as crowd:
        assert sender.ask(desk, "GET", "/support/write/")[0] == 200
        door.state = "hangs"
        asking = [crowd.submit(sender.ask, desk, "GET", "/support/write/", Accept="text/html") for _ in range(8)]
        time.sleep(19)
        told = [one.result() for one in asking if one.done()]
        assert len(told) >= 6, "those for whom there was no thread"
        assert {(status, "Retry-After" in headers) for status, headers, _ in told} == {(503, True)}
        assert desk.get("/readyz")[0] == 503
        door.state = "open"
        assert {one.result()[0] for one in asking} <= {200, 503}
        wait_until(
            lambda: sender.ask(desk, "GET", "/support/write/")[0] == 200, seconds=30, what="it goes on by itself"
        )
        assert "Traceback" not in desk.said()
