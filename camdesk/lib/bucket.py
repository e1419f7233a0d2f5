"""The home of files in an S3-compatible store, through django-storages (`pip install camdesk[s3]`).

Set by `CAMDESK_FILES_URL=s3://KEY:SECRET@HOST[:PORT]/BUCKET[/PREFIX]?region=…&tls=0`. Files still arrive on the local
disk first, each piece of a large one too; what is kept is in the store alone, so any machine may take the next.
"""

import contextlib
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage

from camdesk.lib.files import PIECE, NotHere, StoreBusy, StoredFile

PLACE_SECONDS = 1.0
_CONNECT_SECONDS, _READ_SECONDS, _TRIES = 3, 10, 2


class Bucket:
    """A Home on any Django storage that is durable when `save` returns."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def take_in(self, source: Path, key: str) -> None:
        with source.open("rb") as file:
            name = self._storage.save(_name(key), File(file))
        if name != _name(key):  # a store that renames is one in which we would not find it again
            self._storage.delete(name)
            raise OSError(f"the store kept the file as {name}")
        source.unlink()

    def open(self, key: str) -> BinaryIO:
        try:
            remote = self._storage.open(_name(key), "rb")
        except FileNotFoundError:
            raise NotHere(key) from None
        # A local copy: ranges seek, and an answer outlives the connection to the store.
        local = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=1024 * 1024))  # noqa: SIM115 - the caller closes
        with remote:
            for piece in remote.chunks(PIECE):
                local.write(piece)
        local.seek(0)
        return local

    def delete(self, key: str) -> None:
        self._storage.delete(_name(key))

    def has(self, key: str) -> bool:
        return self._storage.exists(_name(key))

    def all(self) -> Iterator[StoredFile]:
        """Everything in it, of whatever name."""
        folders = [""]
        while folders:
            folder = folders.pop()
            below, names = self._storage.listdir(folder)
            folders += [f"{folder}{name}/" for name in below]
            for name in names:
                path = f"{folder}{name}"
                changed_at = self._storage.get_modified_time(path).timestamp()
                yield StoredFile(name, self._storage.size(path), changed_at)

    def probe(self) -> None:
        """Raises what the store's client raises where it does not answer or does not know us. One HEAD: a load balancer
        asks every few seconds."""
        self._storage.exists("ready")

    def make(self) -> None:
        """Makes room for files where there is none."""


class S3Bucket(Bucket):
    """A Home in a bucket of an S3-compatible store."""

    def __init__(self, options: dict[str, Any]) -> None:
        from botocore.config import Config
        from storages.backends.s3 import S3Storage

        patience = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"total_max_attempts": _TRIES, "mode": "standard"},
        )
        self._s3 = S3Storage(**options, client_config=patience)
        self._region = options["region_name"]
        super().__init__(self._s3)
        self._places = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))

    def take_in(self, source: Path, key: str) -> None:
        with self._place():
            super().take_in(source, key)

    def open(self, key: str) -> BinaryIO:
        with self._place():
            return super().open(key)

    def delete(self, key: str) -> None:
        with self._place():
            super().delete(key)

    @contextlib.contextmanager
    def _place(self) -> Iterator[None]:
        """Half of the threads that compute pages may wait for a store that hangs, not all. Raises StoreBusy."""
        if not self._places.acquire(timeout=PLACE_SECONDS):
            raise StoreBusy
        try:
            yield
        finally:
            self._places.release()

    @property
    def _client(self) -> Any:
        return self._s3.connection.meta.client

    def probe(self) -> None:
        """As of any store; a bucket that is not there raises too."""
        self._client.head_bucket(Bucket=self._s3.bucket_name)

    def all(self) -> Iterator[StoredFile]:
        """As of any store, a thousand a request."""
        prefix = f"{self._s3.location}/" if self._s3.location else ""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._s3.bucket_name, Prefix=prefix)
        for page in pages:
            for one in page.get("Contents", ()):
                yield StoredFile(one["Key"].rpartition("/")[2], one["Size"], one["LastModified"].timestamp())

    def make(self) -> None:
        """Raises what the client raises where the key may not make one."""
        from botocore.exceptions import ClientError

        try:
            self.probe()
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
                raise
            here = {} if self._region in (None, "us-east-1") else {"LocationConstraint": self._region}
            configured = {"CreateBucketConfiguration": here} if here else {}
            with contextlib.suppress(self._client.exceptions.BucketAlreadyOwnedByYou):  # another node was quicker
                self._client.create_bucket(Bucket=self._s3.bucket_name, **configured)


def _name(key: str) -> str:
    if not key.isalnum():
        raise NotHere(key)
    return f"{key[:2]}/{key[2:4]}/{key}"


def options_from_url(url: str) -> dict[str, Any]:
    """The options of django-storages' S3Storage, but how long it waits. Raises ValueError with a sentence."""
    parts = urlsplit(url)
    bucket, _, prefix = unquote(parts.path).strip("/").partition("/")
    if parts.scheme != "s3" or not parts.hostname or not bucket or not parts.username or not parts.password:
        raise ValueError("s3://KEY:SECRET@HOST/BUCKET is needed")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    scheme = "http" if query.get("tls") in ("0", "no", "off") else "https"
    return {
        "access_key": unquote(parts.username),
        "secret_key": unquote(parts.password),
        "bucket_name": bucket,
        "location": prefix,
        "region_name": query.get("region"),
        "endpoint_url": f"{scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else ""),
        "default_acl": None,
        "querystring_auth": True,
        "file_overwrite": True,  # keys are random: the same one again is the same file kept by two
        "max_memory_size": 1024 * 1024,
    }


def from_url(url: str) -> Bucket:
    """Raises ValueError, and ImportError where the optional package is missing."""
    return S3Bucket(options_from_url(url))
