"""A copy of a cluster, put back: not while anybody is connected, from whatever machine, and it says what it does not
hold. Seen failing with the question who is connected taken away: what was acknowledged meanwhile was lost."""

import json
import os
import tarfile
from pathlib import Path

import psycopg
import pytest

from camdesk.lib import bucket
from tests.engines import wait_until
from tests.faults.clusters import Cluster, Sender
from tests.faults.doors import camdesk

pytestmark = pytest.mark.fault

WHOLE = os.urandom(100_000)


def restore(cluster: Cluster, copy: Path, *words: str, machine: str = "third", **more: str) -> str:
    done = camdesk(cluster.machine(machine), "restore", str(copy), *words, check=False, **cluster.ways | more)
    return done.stderr if done.returncode else done.stdout


def test_a_copy_is_put_back_where_nobody_is_connected_and_names_what_it_does_not_hold(
    cluster: Cluster,
    neighbour: dict,
    tmp_path: Path,
) -> None:
    copy = tmp_path / "copy.tar"
    sender, half = Sender(neighbour), Sender(neighbour)
    with cluster.web("one") as one:
        sender.begin(one, len(WHOLE))
        assert sender.piece(one, 0, WHOLE)[0] == 200
        half.begin(one, len(WHOLE))
        assert half.piece(one, 0, WHOLE[:1000])[0] == 204
        said = camdesk(cluster.machine("other"), "backup", str(copy), **cluster.ways).stdout
        assert "not in the copy: the secret key, which the settings say (CAMDESK_SECRET_KEY)" in said
        [(whole,)] = cluster.ledger.ask("SELECT count(*) FROM tickets_attachment WHERE state = 'ready'")
        assert f"not in the copy: {whole} files and letters in the S3 store" in said
        refused = restore(cluster, copy, "--replace")
        assert "somebody is connected to the database: camdesk web on " in refused
        assert f"(pid {one.process.pid})" in refused
    with psycopg.connect(cluster.ways["CAMDESK_DATABASE_URL"], application_name="a report"):
        assert "connected to the database: a report of " in restore(cluster, copy, "--replace")
    # The connections of a process that was killed live a moment longer than it.
    wait_until(lambda: "there are data already" in restore(cluster, copy), seconds=60, what="nobody is connected")
    with tarfile.open(copy) as tar:
        names = tar.getnames()
        manifest = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]
    assert sorted(names) == ["database", "manifest.json"]
    assert len(manifest["left_out"]) == 2

    other_key = {"CAMDESK_SECRET_KEY": "another than that under which the copy was made"}
    assert "this machine's secret key is another" in restore(cluster, copy, "--replace", **other_key)
    said = restore(cluster, copy, "--replace")
    assert "parts are back and checked" in said
    assert "secret key is another" not in said
    states = cluster.ledger.ask("SELECT DISTINCT state FROM tickets_attachment")
    assert states == [("ready",)], "no upload is half there"
    assert cluster.ledger.ask("SELECT count(*) FROM tickets_uploadpiece") == [(0,)]


def test_orphans_are_found_both_ways_in_the_store(cluster: Cluster, neighbour: dict, tmp_path: Path) -> None:
    def verify(*words: str) -> tuple[int, str]:
        done = camdesk(cluster.machine("one"), "verify", *words, check=False, **cluster.ways)
        return done.returncode, done.stdout

    sender = Sender(neighbour)
    with cluster.web("one") as one:
        sender.begin(one, len(WHOLE))
        assert sender.piece(one, 0, WHOLE)[0] == 200
    code, said = verify()
    assert (code, "0 are missing or changed, 0 strays" in said) == (0, True), said
    [(key,)] = cluster.ledger.ask(f"SELECT storage_key FROM tickets_attachment WHERE id = '{sender.id}'")  # noqa: S608
    bucket.from_url(cluster.ways["CAMDESK_FILES_URL"]).delete(key)
    code, said = verify()
    assert (code, f"Attachment {sender.id}: its file {key} is not in the store" in said) == (1, True), said
