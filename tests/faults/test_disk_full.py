"""A disk that is really full: a small one is mounted where that is possible, and filled by eight customers at once."""

import os
import resource
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from camdesk.lib.files import Disk, Folder, Kept, NoRoom, Store
from tests.faults.doors import Desk
from tests.faults.neighbours import FORM, Ledger, blank, browser, filled, number_in, settle
from tests.faults.test_database_locked import again

MB = 1024 * 1024
pytestmark = pytest.mark.fault


@contextmanager
def disk_of(folder: Path, size: str) -> Iterator[bool]:
    """Mounts a disk of that size where that is possible; whether it was."""
    folder.mkdir()
    line = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "none", folder]
    mounted = os.geteuid() == 0 and subprocess.run(line).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 16 MB of its own; where nothing may be mounted, a folder of which we only say it is so small."""
    with disk_of(tmp_path / "small", "16m") as mounted:
        yield tmp_path / "small", mounted


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


@pytest.fixture
def full_disk(tmp_path):
    """A desk whose disk is filled to the last byte by a switch. Where nothing may be mounted, no file of it may grow,
    which SQLite takes for a disk that fails."""
    data = tmp_path / "data"
    with disk_of(data, "48m") as mounted:
        neighbours = settle(data, 2)
        with Desk(data) as desk:
            pid = desk.process.pid

            def switch(on: bool) -> None:
                filler = data / "filler"
                if not mounted:
                    hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1024 if on else hard, hard))
                elif on:
                    with filler.open("wb", buffering=0) as file, suppress(OSError):
                        while file.write(bytes(4096)):
                            pass
                else:
                    filler.unlink()

            yield desk, neighbours, switch, 507 if mounted else 503


def test_text_is_refused_in_words_on_a_full_disk_and_the_same_press_goes_through_later(full_disk):
    desk, neighbours, fill, status = full_disk
    one, other = (browser(desk.port, neighbour) for neighbour in neighbours)
    ledger = Ledger(desk.data, None)
    text = "Камера молчит со вчера. " * 200
    fields = filled(blank(one), neighbours[0], text)
    fill(True)
    refused = one.post(FORM, fields)
    assert refused.status == status, refused.text
    assert "Ничего не пропало" in refused.text
    assert text.strip() in refused.text
    for page in ("/requests/", "/support/write/", "/cameras/"):
        assert other.get(page).status == 200, page
    assert desk.get("/readyz")[0] == 503
    assert "Traceback" not in desk.said()
    assert not ledger.tickets()

    fill(False)
    done = one.post(FORM, again(refused))
    assert done.status == 302
    [ticket] = ledger.tickets()
    assert (ticket.number, ticket.text) == (number_in(done.headers["Location"]), text.strip())
