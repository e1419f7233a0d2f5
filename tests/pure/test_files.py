"""Files are durable before anybody hears "accepted", capped while they stream, and leave nothing when refused."""

import errno
import hashlib
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from camdesk.lib import files
from camdesk.lib.bucket import Bucket, options_from_url
from camdesk.lib.files import ByteRange, Disk, Folder, NoRoom, NotHere, Store, TooLarge

MB = 1024 * 1024


class WatchedDisk(Disk):
    """Records the calls that matter, and can be full."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.bytes_left: int | None = None
        self.free = 10**12
        self.whole = 10**13
        self.fsync_fails = self.folder_fsync_fails = False

    def write(self, handle: int, data: bytes | memoryview) -> int:
        if self.bytes_left is not None:
            if self.bytes_left <= 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            data = data[: self.bytes_left]
            self.bytes_left -= len(data)
        self.calls.append("write")
        return super().write(handle, data)

    def fsync(self, handle: int) -> None:
        self.calls.append("fsync")
        if self.fsync_fails:
            raise OSError(errno.ENOSPC, "No space left on device")
        super().fsync(handle)

    def rename(self, source: Path, target: Path) -> None:
        self.calls.append("rename")
        super().rename(source, target)

    def fsync_folder(self, folder: Path) -> None:
        self.calls.append("fsync folder")
        if self.folder_fsync_fails and "rename" in self.calls:
            raise OSError(errno.EIO, "Input/output error")
        super().fsync_folder(folder)

    def room(self, folder: Path) -> tuple[int, int]:
        return self.free, self.whole


@pytest.fixture
def disk() -> WatchedDisk:
    return WatchedDisk()


@pytest.fixture(params=["folder", "bucket"])
def place(request, tmp_path, disk) -> Store:
    """A store, once with its home on the local disk and once behind a storage of Django's, as S3 is."""
    root = tmp_path / "files"
    root.mkdir()
    home = (
        Folder(root, disk)
        if request.param == "folder"
        else Bucket(FileSystemStorage(tmp_path / "bucket", allow_overwrite=True))
    )
    return Store(incoming=root / "incoming", home=home, disk=disk, reserve=200 * MB)


@pytest.fixture
def local(tmp_path, disk) -> Store:
    root = tmp_path / "files"
    root.mkdir()
    return Store(incoming=root / "incoming", home=Folder(root, disk), disk=disk, reserve=200 * MB)


def stray(place: Store) -> list[Path]:
    """Every file there is, anywhere."""
    return [path for path in place.incoming.parent.parent.rglob("*") if path.is_file()]


def test_what_went_in_comes_out_byte_for_byte(place: Store):
    data = os.urandom(700_000)
    with place.begin(limit=MB) as file:
        for start in range(0, len(data), 99_999):
            file.write(data[start : start + 99_999])
        kept = file.keep()
    assert (kept.size, kept.sha256, kept.head) == (len(data), hashlib.sha256(data).hexdigest(), data[: files.HEAD])
    with place.open(kept.key) as file:
        assert file.read() == data
    with place.as_path(kept.key) as path:
        assert path.read_bytes() == data
    place.delete(kept.key)
    place.delete(kept.key)
    assert stray(place) == []
    with pytest.raises(NotHere):
        place.open(kept.key)
    with pytest.raises(NotHere), place.as_path(kept.key):
        pass


def test_power_may_fail_at_any_moment_the_order_is_write_fsync_rename_fsync_folder_then_the_row(local: Store, disk):
    orders = set()
    for _ in range(1000):
        disk.calls = []
        with local.begin(limit=10) as file:
            file.write(b"x")
            file.keep()
        disk.calls.append("commit")
        assert disk.calls[0:2] == ["write", "fsync"]
        assert disk.calls[-3:] == ["rename", "fsync folder", "commit"]
        orders.add(tuple(disk.calls))
    # A new folder of the fan-out is itself made durable before the file is renamed into it.
    assert orders <= {
        ("write", "fsync", *["fsync folder"] * made, "rename", "fsync folder", "commit") for made in (0, 1, 2)
    }


def test_a_file_that_is_kept_under_a_key_a_second_time_is_there_once_and_whole(place: Store):
    """Two processes may join the same pieces."""
    key = files.new_key()
    for _ in range(2):
        with place.begin(limit=10) as file:
            file.write(b"abc")
            assert file.keep(key=key).key == key
    with place.open(key) as file:
        assert file.read() == b"abc"
    assert len(stray(place)) == 1


def test_the_limit_holds_while_the_file_streams_and_nothing_stays(place: Store, disk):
    file = place.begin(limit=1000)
    file.write(b"x" * 1000)
    with pytest.raises(TooLarge):
        file.write(b"x")
    assert stray(place) == []


def test_a_full_disk_says_no_room_and_nothing_stays(place: Store, disk):
    disk.bytes_left = 1500
    file = place.begin(limit=MB)
    file.write(b"x" * 1000)
    with pytest.raises(NoRoom):
        file.write(b"x" * 1000)
    assert stray(place) == []


def test_a_disk_that_is_found_full_at_fsync_says_no_room_and_nothing_stays(place: Store, disk):
    disk.fsync_fails = True
    with pytest.raises(NoRoom):
        place.keep_bytes(b"x")
    assert stray(place) == []


def test_a_folder_that_cannot_be_made_durable_keeps_nothing(local: Store, disk):
    disk.folder_fsync_fails = True
    with pytest.raises(OSError, match="Input/output"):
        local.keep_bytes(b"x")
    assert stray(local) == []


def test_the_last_room_belongs_to_the_database(place: Store, disk):
    disk.free = 100 * MB
    with pytest.raises(NoRoom):
        place.begin(limit=1)
    assert stray(place) == []
    disk.whole = 64 * MB  # a small disk: a twentieth of it is reserve enough
    disk.free = 4 * MB
    place.keep_bytes(b"x")
    disk.free = 3 * MB
    with pytest.raises(NoRoom):
        place.keep_bytes(b"x")


def test_room_that_runs_out_during_a_large_file_is_noticed(place: Store, disk):
    file = place.begin(limit=100 * MB)
    file.write(b"x" * MB)
    disk.free = 1
    for _ in range(2):
        file.write(b"x" * MB)  # looked at every 4 MiB
    with pytest.raises(NoRoom):
        file.write(b"x" * MB)
    assert stray(place) == []


def test_a_file_not_kept_is_gone_after_the_block(place: Store):
    with place.begin(limit=10) as file:
        file.write(b"x")
        assert len(stray(place)) == 1
    assert stray(place) == []
    with pytest.raises(ValueError):
        file.keep()


def test_keys_are_random_and_only_keys_open_files(local: Store, tmp_path):
    keys = {local.keep_bytes(b"same").key for _ in range(50)}
    assert len(keys) == 50
    assert all(len(bytes.fromhex(key)) >= 16 for key in keys)
    (tmp_path / "secret.key").write_text("s")
    for key in ("../secret.key", "secret.key", "", ".", "/etc/passwd", "a" * 40 + "/../../x", "ab\x00", "A" * 40):
        with pytest.raises(NotHere):
            local.open(key)


def test_nobody_else_on_the_machine_can_read_the_files(local: Store):
    old = os.umask(0)
    try:
        key = local.keep_bytes(b"x").key
    finally:
        os.umask(old)
    path = local.home.path(key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


# --- what was left


def test_the_sweep_takes_what_was_left_a_day_ago_and_nothing_else(place: Store):
    kept = place.keep_bytes(b"kept")
    old, fresh = place.begin(limit=10), place.begin(limit=10)
    old.write(b"x")
    hour = 3600
    for path in place.incoming.iterdir():
        late = path.stat().st_size == 0
        os.utime(path, (1_000_000 + 20 * hour * late,) * 2)
    assert place.sweep(now=1_000_000 + 23 * hour) == 0
    assert place.sweep(now=1_000_000 + 25 * hour) == 1
    assert len(list(place.incoming.iterdir())) == 1
    fresh.discard()
    with place.open(kept.key) as file:
        assert file.read() == b"kept"


# --- reading a part of a file


@pytest.mark.parametrize(
    ("start", "length", "expected"), [(0, 5, b"abcde"), (3, 4, b"defg"), (8, 2, b"ij"), (9, 50, b"j"), (0, 0, b"")]
)
def test_a_window_reads_its_bytes_and_no_more(local: Store, start: int, length: int, expected: bytes):
    key = local.keep_bytes(b"abcdefghij").key
    assert ByteRange(local.open(key), start, length).read() == expected
    window = ByteRange(local.open(key), start, length)
    assert b"".join(iter(lambda: window.read(2), b"")) == expected
    assert b"".join(ByteRange(local.open(key), start, length)) == expected


# --- the real thing


_UNDER_A_LIMIT = """
import resource, sys
from pathlib import Path
from camdesk.lib.files import Disk, Folder, NoRoom, Store
root = Path(sys.argv[1])
store = Store(incoming=root / "incoming", home=Folder(root, Disk()), disk=Disk())
store.keep_bytes(b"before")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with store.begin(limit=10**9) as file:
        for _ in range(100):
            file.write(b"x" * 5000)
        file.keep()
except NoRoom:
    print("no room")
store.keep_bytes(b"after")
print(sum(1 for path in root.rglob("*") if path.is_file()))
"""


def test_a_real_process_that_may_write_no_more_says_no_room(tmp_path):
    said = subprocess.run(
        [sys.executable, "-c", _UNDER_A_LIMIT, str(tmp_path)],
        capture_output=True, text=True, check=True, env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    ).stdout  # fmt: skip
    assert said.split("\n")[:2] == ["no room", "2"]


def test_the_store_of_the_settings_is_the_media_folder(data_folder):
    key = files.store().keep_bytes(b"x").key
    assert (data_folder / "files" / key[:2] / key[2:4] / key).read_bytes() == b"x"


def test_the_address_of_a_bucket_becomes_options():
    options = options_from_url("s3://KEY:s%2Fcret@s3.example.org:9000/desk/files?region=ru-1&tls=0")
    assert options["endpoint_url"] == "http://s3.example.org:9000"
    assert (options["access_key"], options["secret_key"]) == ("KEY", "s/cret")
    assert (options["bucket_name"], options["location"], options["region_name"]) == ("desk", "files", "ru-1")


@pytest.mark.parametrize("url", ["", "s3://host/bucket", "https://a:b@host/bucket", "s3://a:b@host/", "s3://a:b@/x"])
def test_a_bad_address_of_a_bucket_is_refused_in_words(url: str):
    with pytest.raises(ValueError, match="s3://KEY:SECRET@HOST/BUCKET"):
        options_from_url(url)
