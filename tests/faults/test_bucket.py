"""The store of files on a real S3 server, through the client that `camdesk[s3]` brings."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
from moto.server import ThreadedMotoServer

from camdesk.lib import bucket
from camdesk.lib.files import NotHere
from tests.engines import free_port
from tests.faults.doors import camdesk

pytestmark = pytest.mark.fault
KEY = "0f" * 20


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    access = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", **access).create_bucket(Bucket="desk")
    yield f"s3://key:secret@127.0.0.1:{port}/desk/files?tls=0&region=us-east-1"
    server.stop()


@pytest.fixture
def source(tmp_path) -> Path:
    path = tmp_path / "came"
    path.write_bytes(bytes(range(256)) * 20_000)
    return path


def test_a_file_comes_back_as_it_was_and_ranges_can_be_read_of_it(url: str, source: Path) -> None:
    store, whole = bucket.from_url(url), source.read_bytes()
    store.take_in(source, KEY)
    assert not source.exists()
    with bucket.from_url(url).open(KEY) as file:  # another node
        assert file.read() == whole
        file.seek(1_000_000)
        assert file.read(10) == whole[1_000_000:1_000_010]


def test_what_is_deleted_and_what_never_was_is_not_here(url: str, source: Path) -> None:
    store = bucket.from_url(url)
    store.take_in(source, "ab" * 20)
    store.delete("ab" * 20)
    for key in ("ab" * 20, "cd" * 20, "../escape"):
        with pytest.raises(NotHere):
            store.open(key)


def test_readiness_tells_a_store_that_is_there_from_one_that_is_not(url: str) -> None:
    bucket.from_url(url).probe()
    with pytest.raises(Exception, match="404"):
        bucket.from_url(url.replace("/desk/", "/nowhere/")).probe()
    with pytest.raises(Exception, match="connect"):
        bucket.from_url(f"s3://key:secret@127.0.0.1:{free_port()}/desk?tls=0&region=us-east-1").probe()


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_prepare_makes_the_bucket_once_whoever_comes_first(url: str, source: Path, region: str) -> None:
    mine = url.replace("/desk/", f"/made-in-{region}/").replace("us-east-1", region)
    for _node in range(2):
        bucket.from_url(mine).make()
        bucket.from_url(mine).probe()
    bucket.from_url(mine).take_in(source, KEY)


def test_prepare_says_in_a_sentence_why_it_cannot(url: str, tmp_path: Path) -> None:
    away = url.replace(f":{urlsplit(url).port}/", f":{free_port()}/")
    refused = camdesk(tmp_path, "prepare", check=False, CAMDESK_FILES_URL=away)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
    assert "the store of files (CAMDESK_FILES_URL) cannot be used" in refused.stderr
    assert "secret" not in refused.stderr
