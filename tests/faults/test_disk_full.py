"""A disk that is really full: a small one is mounted where that is possible, and filled by eight customers at once."""

import os
import subprocess
import threading
from pathlib import Path

import pytest

from camdesk.lib.files import Disk, Folder, Kept, NoRoom, Store

MB = 1024 * 1024
pytestmark = pytest.mark.fault


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 16 MB of its own; where nothing may be mounted, a folder of which we only say it is so small."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", folder]).returncode == 0
    )
    yield folder, mounted
    if mounted:
        subprocess.run(["umount", "-l", folder], check=True)


class _SmallDisk(Disk):
    """Says no after 16 MB, as the mounted one does."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, handle: int, data: bytes | memoryview) -> int:
        if sum(path.stat().st_size for path in self.root.rglob("*") if path.is_file()) + len(data) > 16 * MB:
            raise OSError(28, "No space left on device")
        return super().write(handle, data)


def test_eight_customers_fill_the_disk_and_what_was_kept_is_whole_and_nothing_else_is_there(small_disk):
    folder, mounted = small_disk
    disk = Disk() if mounted else _SmallDisk(folder)
    store = Store(incoming=folder / "incoming", home=Folder(folder, disk), disk=disk)
    kept: list[Kept] = []
    refused: list[int] = []

    def customer(number: int) -> None:
        for _ in range(5):
            try:
                with store.begin(limit=10 * MB) as file:
                    for _ in range(16):
                        file.write(bytes([number]) * (MB // 16))
                    kept.append(file.keep())
            except NoRoom:
                refused.append(number)

    threads = [threading.Thread(target=customer, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused
    assert 8 <= len(kept) <= 16
    assert len(kept) + len(refused) == 40
    there = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.name for path in there} == {one.key for one in kept}
    assert all(path.stat().st_size == MB for path in there)

    for one in kept[:4]:
        store.delete(one.key)
    assert store.keep_bytes(b"room again").size == 10
