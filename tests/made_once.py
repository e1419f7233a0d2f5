"""Folders that every run of the tests begins with, made once for all processes and runs on this machine.

Each is kept under a digest of what it was made from, so it never serves another state of the code.
"""

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_MADE = (".pyc", ".mo", ".new")  # of other files, by whoever comes first
_KEPT = 8  # of each kind, those used last: a few branches worked on in turn


def folder(
    kind: str, made_from: Iterable[Path | str], make: Callable[[Path], object], *, seconds: float = float("inf")
) -> Path:
    """The folder of that kind, which `make` filled. Whoever comes meanwhile waits. What it is made from: files, by
    path, size and time of change, and words. One that is older than so many seconds is made anew."""
    home, digest = _home(), _digest(made_from)
    found = home / f"{kind}-{digest}"
    with (home / f"{kind}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.is_dir() or time.time() - found.stat().st_mtime > seconds:
            shutil.rmtree(found, ignore_errors=True)
            fresh = Path(tempfile.mkdtemp(prefix=f"new-{kind}-", dir=home))
            try:
                make(fresh)
                fresh.rename(found)
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise
            os.utime(found)
            _sweep(home, kind)
        os.utime(found, (time.time(), found.stat().st_mtime))
    return found


@cache
def sources(*folders: str) -> list[Path]:
    """The files in these folders of the checkout, but for what is made of others, and the versions of all packages."""
    found = [ROOT / "requirements-test.lock"]
    for name in folders:
        found += [path for path in (ROOT / name).rglob("*") if path.suffix not in _MADE and path.is_file()]
    return sorted(found)


def _home() -> Path:
    home = Path(tempfile.gettempdir()) / f"camdesk-made-once-{os.geteuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    owner = home.lstat()
    if owner.st_uid != os.geteuid() or not stat.S_ISDIR(owner.st_mode):
        raise RuntimeError(f"{home} is somebody else's")
    return home


def _digest(made_from: Iterable[Path | str]) -> str:
    digest = hashlib.sha256()
    for one in made_from:
        known = one if isinstance(one, str) else f"{one} {one.stat().st_size} {one.stat().st_mtime_ns}"
        digest.update(known.encode() + b"\0")
    return digest.hexdigest()[:32]


def _sweep(home: Path, kind: str) -> None:
    there = sorted(home.glob(f"{kind}-*"), key=lambda path: path.stat().st_atime)
    for old in there[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
