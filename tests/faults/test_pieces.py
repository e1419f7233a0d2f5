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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.engines import Missing, Postgres, free_port
from tests.faults.doors import Desk, camdesk
from tests.faults.neighbours import Ledger, settle

pytestmark = pytest.mark.fault

MB = 1024 * 1024
WHOLE = os.urandom(3 * MB)


class Cluster:
    """What all its machines share, and the folders they do not."""

    def __init__(self, place: Path, database: Postgres, store: str) -> None:
        self.place = place
        self.ways = {
            "CAMDESK_DATABASE_URL": database.url,
            "CAMDESK_ALLOW_LOSS": "fsync,synchronous_commit,full_page_writes",
            "CAMDESK_SECRET_KEY": "of all the machines of this cluster",
            "CAMDESK_BUS": "postgres",
            "CAMDESK_FILES_URL": store,
        }
        self.ledger = Ledger(place, database.url)
        address, _, path = store.removeprefix("s3://key:secret@").partition("/")
        access = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
        self.client: Any = boto3.client("s3", endpoint_url=f"http://{address}", **access)
        self.bucket = path.partition("?")[0]

    def machine(self, name: str) -> Path:
        folder = self.place / name
        folder.mkdir(exist_ok=True)
        return folder

    def web(self, name: str, **more: str) -> Desk:
        return Desk(self.machine(name), "web", **self.ways, **more)

    def stored(self) -> dict[str, bytes]:
        """Everything in the store, by its key."""
        found = self.client.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return {
            one["Key"].rpartition("/")[2]: self.client.get_object(Bucket=self.bucket, Key=one["Key"])["Body"].read()
            for one in found
        }


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    try:
        database = Postgres(durable=False).start()
    except Missing as missing:
        pytest.fail(f"{missing} is missing")
    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    made = Cluster(
        tmp_path_factory.mktemp("cluster"), database, f"s3://key:secret@127.0.0.1:{port}/desk?tls=0&region=us-east-1"
    )
    yield made
    server.stop()
    database.remove()


@pytest.fixture(scope="module")
def neighbour(cluster: Cluster) -> dict[str, Any]:
    for name in ("one", "other"):
        camdesk(cluster.machine(name), "prepare", **cluster.ways)
    return settle(cluster.machine("one"), 1, **cluster.ways)[0]


class Sender:
    """A browser that sends one file, each piece to whichever machine it is told."""

    def __init__(self, neighbour: dict[str, Any]) -> None:
        cookies = neighbour["cookies"] | {"camdesk_csrf": "a" * 32}
        self.cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.id = ""

    def ask(
        self, desk: Desk, method: str, path: str, body: bytes = b"", **said: str
    ) -> tuple[int, dict[str, str], bytes]:
        headers = {name.replace("_", "-"): value for name, value in said.items()}
        line = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=60)
        line.request(method, path, body, {"Cookie": self.cookies, "X-CSRFToken": "a" * 32, **headers})
        answer = line.getresponse()
        heard = answer.read()
        line.close()
        return answer.status, {name.title(): value for name, value in answer.getheaders()}, heard

    def begin(self, desk: Desk, size: int) -> None:
        status, _, said = self.ask(desk, "POST", "/files/", Upload_Length=str(size), X_File_Name="film.mp4")
        assert status == 201, said
        self.id = json.loads(said)["id"]

    def offset(self, desk: Desk) -> int:
        status, headers, _ = self.ask(desk, "HEAD", f"/files/{self.id}")
        assert status in (200, 204), status
        return int(headers["Upload-Offset"])

    def piece(self, desk: Desk, at: int, data: bytes) -> tuple[int, dict[str, str], bytes]:
        return self.ask(desk, "PATCH", f"/files/{self.id}", data, Upload_Offset=str(at))


def test_whichever_machine_is_asked_takes_the_next_piece(cluster: Cluster, neighbour: dict[str, Any]) -> None:
    sender = Sender(neighbour)
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
    assert cluster.stored() == {key: WHOLE}, "no piece stays"
    for name in ("one", "other"):
        assert not [path for path in (cluster.machine(name) / "files").rglob("*") if path.is_file()]


def test_machines_killed_over_a_piece_lose_nothing_confirmed_and_leave_nothing_unnamed(
    cluster: Cluster, neighbour: dict[str, Any]
) -> None:
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
    assert set(cluster.stored()) <= named, "whatever lies there a row names, so that it is swept with it"


def _broken_off(sender: Sender, desk: Desk) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException):
        sender.piece(desk, MB, WHOLE[MB:])
