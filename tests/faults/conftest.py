"""Made once for all tests of faults that want it."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from tests import prepared
from tests.engines import Missing, free_port
from tests.faults.clusters import Cluster
from tests.faults.neighbours import settle


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    try:
        database = prepared.postgres(durable=False).start()
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


@pytest.fixture(scope="session")
def neighbour(cluster: Cluster) -> dict[str, Any]:
    """A customer who is signed in; and every machine is prepared."""
    moved_in = settle(cluster.machine("one"), 1, **cluster.ways)[0]
    for name in ("other", "third"):
        shutil.copytree(cluster.machine("one"), cluster.machine(name), dirs_exist_ok=True)
    return moved_in
