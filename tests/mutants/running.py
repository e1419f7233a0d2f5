"""Runs tests over a changed copy of the tree; the checkout itself is never touched."""

import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.kinds import Change
from tests.mutants.lookup import ROOT

START = 180.0  # seconds: what a run may take beside its tests, on a busy machine
SLOWER = 6.0  # so many times longer than when they were written down tests may take, before the change is said to hang
NO_SUCH_TEST, NOTHING_RAN = 4, 5  # exit codes of pytest
# A change may do anything: one once took the rights off /dev/null. Root's runs see everything but their own folder
# read-only; anybody else's can harm what is theirs alone. Arguments: that folder, the command.
_READ_ONLY = """
mount --bind "$1" "$1" && mount -o remount,bind,ro /dev && mount -o remount,bind,ro / || exit 125
shift
exec "$@"
"""


@dataclass(frozen=True)
class Verdict:
    noticed: bool
    how: str  # the test that failed, or "hangs"


@contextmanager
def copied() -> Iterator[Path]:
    """What git knows of the tree, as it is now, elsewhere."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    with tempfile.TemporaryDirectory(prefix="camdesk-mutants-") as place:
        tree = Path(place) / "tree"
        for name in filter(None, names.split("\0")):
            if (ROOT / name).is_file():
                target = tree / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, target)
        yield tree


def run(tree: Path, change: Change | None, tests: Sequence[str], *, seconds: float) -> Verdict | None:
    """Whether one of these tests fails on the change; `seconds`: what they took when nothing was changed. None: none of
    them ran."""
    tests = _there(tree, tests)
    if not tests:
        return None
    if change is None:
        return _pytest(tree, tests, START + SLOWER * seconds)
    path = tree / change.path
    before = path.read_text()
    path.write_text(change.applied(before))
    try:
        return _pytest(tree, tests, START + SLOWER * seconds)
    finally:
        path.write_text(before)


def _there(tree: Path, tests: Sequence[str]) -> list[str]:
    """Those that have kept their names since they were written down."""
    found = []
    for test in tests:
        name, _, function = test.partition("::")
        path = tree / name
        if path.is_file() and f"def {function.partition('[')[0].rpartition('::')[2]}(" in path.read_text():
            found.append(test)
    return found


def failing(tree: Path, tests: Sequence[str]) -> set[str]:
    """Of these tests those that fail though nothing is changed."""
    tests = _there(tree, list(dict.fromkeys(tests)))
    told = _told(tree, ["-q", *tests], START + SLOWER * 10 * len(tests))[1] if tests else ""
    return {line.split(" ")[1] for line in told.splitlines() if line.startswith(("FAILED ", "ERROR "))}


def _pytest(tree: Path, tests: Sequence[str], limit: float) -> Verdict | None:
    code, told = _told(tree, ["-x", *tests], limit)
    if code is None:
        return Verdict(True, "hangs")
    if code == NO_SUCH_TEST and (plain := list(dict.fromkeys(test.partition("[")[0] for test in tests))) != list(tests):
        return _pytest(tree, plain, limit)  # its parameters are others now
    if code == NOTHING_RAN:
        return None
    failed = [line for line in told.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return Verdict(code != 0, failed[0].split(" - ")[0] if failed else "does not start" if code else "")


def _told(tree: Path, words: Sequence[str], limit: float) -> tuple[int | None, str]:
    """Exit code and output of pytest, None where it took longer than `limit` seconds."""
    line = [sys.executable, "-B", "-m", "pytest", "-q", "--no-header", "-p", "no:randomly", "--tb=no", "-rfE", *words]
    scratch = tree.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    at_home = {"PYTHONPATH": str(tree), "CI": "true", "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(scratch)}
    with tempfile.TemporaryFile("w+") as out:
        # A group of its own, so that what hangs goes with the children it started.
        process = subprocess.Popen(
            [*(shut_in(str(tree.parent)) or []), *line],
            cwd=tree,
            env=os.environ | at_home,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None, ""
        out.seek(0)
        return code, out.read()


@functools.cache
def shut_in(place: str) -> list[str] | None:
    """What a command stands behind so that it can change nothing outside of `place`; [] for who is not root, None where
    this machine cannot."""
    if os.geteuid() != 0:
        return []
    line = ["unshare", "--mount", "--propagation", "private", "sh", "-c", _READ_ONLY, "sh", place]
    try:
        subprocess.run([*line, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return line
