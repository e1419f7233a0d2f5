"""A cluster whose machines are folders: one PostgreSQL, one S3 server, and web processes that share nothing else."""

import http.client
import json
from pathlib import Path
from typing import Any

import boto3

from tests.engines import Postgres
from tests.faults.doors import Desk
from tests.faults.neighbours import Ledger


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
