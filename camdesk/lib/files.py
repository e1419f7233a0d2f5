"""Where files live: kept for good before anybody is told "accepted", under random keys, never by their own names.

A file arrives in the folder `incoming` (same disk), where its size is capped and its sha256 computed while it streams.
`Incoming.keep` makes it durable: the file is fsynced, renamed into its home, and the folder fsynced. Only then may the
caller commit the row that names it. What is never kept is swept away after a day.
"""

import contextlib
import errno
import functools
import hashlib
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from django.conf import settings

from camdesk.lib import disk_reserve

PIECE: Final = 256 * 1024
INCOMING: Final = "incoming"
"""The folder, beside the files, that they arrive in."""
HEAD: Final = 4096  # first bytes, handed out with a kept file so that its type can be told without reading it again
SWEEP_AFTER: Final = 24 * 3600.0  # seconds
_LOOK_AT_DISK_EVERY: Final = 4 * 1024 * 1024
_KEY: Final = re.compile(r"[0-9a-f]{40}")
_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class TooLarge(Exception):
    """More bytes than this file may have. Nothing of it stays."""


class NoRoom(Exception):
    """The disk is full, or so nearly full that the database needs the rest. The caller answers 507 in words."""


class StoreBusy(Exception):
    """The store is so slow that others wait for it already: the same will do in a moment."""


class NotHere(LookupError):
    """No such file."""


@dataclass(frozen=True)
class Kept:
    """A durable file. `head`: its first bytes, at most HEAD of them."""

    key: str
    size: int
    sha256: str
    head: bytes


def new_key() -> str:
    """160 random bits: no two files have the same."""
    return secrets.token_hex(20)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as its home has it. `size` in bytes; `changed_at` in seconds since the epoch."""

    key: str
    size: int
    changed_at: float


class Disk:
    """The calls whose order and failure matter, in one place, so that a test can watch and break them."""

    def create(self, path: Path) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)

    def write(self, handle: int, data: bytes | memoryview) -> int:
        return os.write(handle, data)

    def fsync(self, handle: int) -> None:
        os.fsync(handle)

    def rename(self, source: Path, target: Path) -> None:
        os.rename(source, target)

    def fsync_folder(self, folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def room(self, folder: Path) -> tuple[int, int]:
        """(bytes free, bytes in all) of the disk under `folder`."""
        state = os.statvfs(folder)
        return state.f_bavail * state.f_frsize, state.f_blocks * state.f_frsize


class Home(Protocol):
    """Where kept files live. All of it is durable when a call returns."""

    def take_in(self, source: Path, key: str) -> None: ...
    def open(self, key: str) -> BinaryIO: ...
    def delete(self, key: str) -> None: ...
    def has(self, key: str) -> bool: ...
    def all(self) -> Iterator[StoredFile]: ...
    def probe(self) -> None: ...
    def make(self) -> None: ...


class Folder:
    """The home on a local disk: `ab/cd/abcd…` below `root`, readable by nobody but us."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self._root = root
        self._disk = disk

    def path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise NotHere(key)
        return self._root / key[:2] / key[2:4] / key

    def take_in(self, source: Path, key: str) -> None:
        target = self.path(key)
        for folder in (target.parent.parent, target.parent):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
                self._disk.fsync_folder(folder.parent)
        self._disk.rename(source, target)
        try:
            self._disk.fsync_folder(target.parent)
        except OSError:
            target.unlink(missing_ok=True)
            raise

    def open(self, key: str) -> BinaryIO:
        try:
            return self.path(key).open("rb")
        except FileNotFoundError:
            raise NotHere(key) from None

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def has(self, key: str) -> bool:
        return bool(_KEY.fullmatch(key)) and self.path(key).is_file()

    def all(self) -> Iterator[StoredFile]:
        """Everything below it but what is on its way in, of whatever name."""
        for path in self._root.rglob("*"):
            if path.parent != self._root / INCOMING:
                with contextlib.suppress(FileNotFoundError):
                    state = path.lstat()
                    if not stat.S_ISDIR(state.st_mode):
                        yield StoredFile(path.name, state.st_size, state.st_mtime)

    def make(self) -> None:
        """Nothing: whoever made it made its folder."""

    def probe(self) -> None:
        """Raises OSError where nothing can be kept: the folder may be on another machine, and away."""
        with tempfile.TemporaryFile(dir=self._root, buffering=0) as file:
            file.write(bytes(4096))


class Incoming:
    """A file on its way in. `write` it, then `keep` it or `discard` it; leaving the `with` block discards the rest."""

    def __init__(self, store: "Store", limit: int) -> None:
        self._store = store
        self._limit = limit
        self._hash = hashlib.sha256()
        self._unchecked = 0
        self._path = store.incoming / secrets.token_hex(20)
        self._handle: int | None = None
        self.size = 0
        self.head = b""
        with _no_room_is_named():
            store.need_room()
            self._handle = store.disk.create(self._path)

    def write(self, data: bytes) -> None:
        """Raises TooLarge or NoRoom; then nothing of the file is left."""
        if self._handle is None:
            raise ValueError("the file is closed")
        if self.size + len(data) > self._limit:
            self.discard()
            raise TooLarge
        try:
            with _no_room_is_named():
                self._unchecked += len(data)
                if self._unchecked >= _LOOK_AT_DISK_EVERY:
                    self._unchecked = 0
                    self._store.need_room()
                _write_all(self._store.disk, self._handle, data)
        except BaseException:
            self.discard()
            raise
        self._hash.update(data)
        self.size += len(data)
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]

    def keep(self, key: str = "") -> Kept:
        """Durable when this returns: file fsynced, renamed, folder fsynced. `key`: where a row names the file already;
        what is there under it is replaced at once. Raises NoRoom."""
        if self._handle is None:
            raise ValueError("the file is closed")
        key = key or new_key()
        try:
            with _no_room_is_named():
                self._store.disk.fsync(self._handle)
                self._store.home.take_in(self._path, key)
        except BaseException:
            self.discard()
            raise
        self._close()
        return Kept(key, self.size, self._hash.hexdigest(), self.head)

    def discard(self) -> None:
        """No byte stays. May be called at any time, any number of times."""
        if self._handle is not None:
            self._close()
            self._path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> "Incoming":
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()


class Store:
    """The files of one installation: the folder they arrive in, and their home."""

    def __init__(self, *, incoming: Path, home: Home, disk: Disk, reserve: int = 0) -> None:
        self.incoming = incoming
        self.home = home
        self.disk = disk
        self._reserve = reserve
        incoming.mkdir(mode=0o700, parents=True, exist_ok=True)

    def need_room(self) -> None:
        """Raises NoRoom when the disk is down to what the database must have to go on taking text."""
        free, whole = self.disk.room(self.incoming)
        if free < disk_reserve.of(whole, self._reserve):
            raise NoRoom

    def begin(self, *, limit: int) -> Incoming:
        """A new file of at most `limit` bytes. Raises NoRoom."""
        return Incoming(self, limit)

    def keep_bytes(self, data: bytes) -> Kept:
        """Keep bytes of our own making (previews, files of letters). Raises NoRoom."""
        with self.begin(limit=len(data)) as file:
            file.write(data)
            return file.keep()

    def open(self, key: str) -> BinaryIO:
        """For reading; seekable; the caller closes it. Raises NotHere."""
        return self.home.open(key)

    def delete(self, key: str) -> None:
        """Gone, also when it was not there."""
        self.home.delete(key)

    @contextlib.contextmanager
    def as_path(self, key: str) -> Iterator[Path]:
        """A path under which a child process can read the file, for the time of the block. Raises NotHere, NoRoom."""
        if isinstance(self.home, Folder):
            path = self.home.path(key)
            if not path.exists():
                raise NotHere(key)
            yield path
            return
        copy = self.incoming / secrets.token_hex(20)
        try:
            with _no_room_is_named(), self.home.open(key) as source, os.fdopen(self.disk.create(copy), "wb") as target:
                shutil.copyfileobj(source, target, PIECE)
            yield copy
        finally:
            copy.unlink(missing_ok=True)

    # --- what nobody waits for any more

    def sweep(self, *, now: float, after: float = SWEEP_AFTER) -> int:
        """Removes what arrived and was never kept, `after` seconds past its last byte. Returns how many.

        `now` is in seconds since the epoch, as the file system counts them.
        """
        swept = 0
        for entry in os.scandir(self.incoming):
            try:
                if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < now - after:
                    os.unlink(entry.path)
                    swept += 1
            except FileNotFoundError:
                continue
        return swept


class ByteRange:
    """Bytes `start`..`start + length` of an open file, as a file that is read to its end (an HTTP range)."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        file.seek(start)
        self._file = file
        self._left = length

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.read(PIECE), b"")

    def close(self) -> None:
        self._file.close()


class _no_room_is_named:
    """Turns the ways a disk says "full" into NoRoom."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise NoRoom from error


def _write_all(disk: Disk, handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[disk.write(handle, rest) :]


@functools.lru_cache(maxsize=4)
def _store_at(root: Path, url: str, reserve: int) -> Store:
    disk = Disk()
    if url:
        from camdesk.lib import bucket  # only where it is configured: it needs the optional package

        home: Home = bucket.from_url(url)
    else:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        home = Folder(root, disk)
    return Store(incoming=root / INCOMING, home=home, disk=disk, reserve=reserve)


def store() -> Store:
    """The store of this installation (settings MEDIA_ROOT, FILES_URL, MIN_FREE_MB)."""
    return _store_at(Path(settings.MEDIA_ROOT), settings.FILES_URL, disk_reserve.asked())


def sweep() -> int:
    """The duty of the worker: see `Store.sweep`."""
    return store().sweep(now=time.time())
