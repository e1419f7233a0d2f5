"""What came with a newer camdesk goes into the operator's working copy: a three-way merge, file by file.

The base is what came with camdesk at the last upgrade, theirs what comes now, ours the operator's. What both changed is
merged by lines (diff3 of GNU diffutils); what cannot be is marked in the file, so that it is not published before
somebody has looked. All of it is worked out first, then laid down beside the copy, then put in its place: a run that
is interrupted is finished by the next one.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from camdesk.playbook.working_copy import BASE, SHIPPED, copy, files, write

MARKS: Final = (b"<<<<<<< yours", b">>>>>>> comes with camdesk")
_LAID_DOWN: Final = ".upgrade"  # complete once it has this name
_MERGE_SECONDS: Final = 30.0


class CannotUpgrade(Exception):
    """A sentence for the operator; nothing was changed."""


class What(StrEnum):
    TAKEN = "taken"  # changed there, not here
    ADDED = "added"
    REMOVED = "removed"
    MERGED = "merged"  # changed on both sides, at different places
    KEPT = "kept"  # changed here, not there
    CONFLICT = "conflict"


@dataclass(frozen=True)
class FileOutcome:
    """Of one file. `text`: what it holds afterwards, None: it is not there. `why`: of a conflict, in words."""

    name: str
    what: What
    text: bytes | None
    why: str = ""


def outcomes(base: Mapping[str, bytes], ours: Mapping[str, bytes], theirs: Mapping[str, bytes]) -> list[FileOutcome]:
    """What becomes of each file that is not the same on all sides, by name. Raises CannotUpgrade without diff3."""
    names = sorted({*base, *ours, *theirs})
    return [found for name in names if (found := _outcome(name, base.get(name), ours.get(name), theirs.get(name)))]


def _outcome(name: str, base: bytes | None, ours: bytes | None, theirs: bytes | None) -> FileOutcome | None:
    if ours == theirs:
        return None
    if theirs == base:
        return FileOutcome(name, What.KEPT, ours)
    if ours == base:
        what = What.REMOVED if theirs is None else What.ADDED if base is None else What.TAKEN
        return FileOutcome(name, what, theirs)
    if theirs is None:
        return FileOutcome(name, What.CONFLICT, ours, "you changed it, it is no longer in camdesk's: yours stays")
    if ours is None:
        return FileOutcome(name, What.CONFLICT, None, f"you removed it, camdesk's has changed: see {BASE}/{name}")
    text, clean = _merged(base or b"", ours, theirs)
    if clean:
        return FileOutcome(name, What.MERGED, text)
    return FileOutcome(name, What.CONFLICT, text, "both changed the same lines: they stand one after the other, marked")


def _merged(base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, bool]:
    """(the text, whether it has no marks). A text without an end of line at its end would spoil the marks."""
    with tempfile.TemporaryDirectory() as place:
        paths = []
        for name, text in (("ours", ours), ("base", base), ("theirs", theirs)):
            paths.append(Path(place, name))
            paths[-1].write_bytes(text if text.endswith(b"\n") or not text else text + b"\n")
        labels = ["-L", "yours", "-L", "as it was", "-L", "comes with camdesk"]
        try:
            done = subprocess.run(
                ["diff3", "-m", "-E", *labels, *map(str, paths)], capture_output=True, timeout=_MERGE_SECONDS
            )
        except FileNotFoundError:
            raise CannotUpgrade("diff3 is not installed here (on Debian: apt-get install diffutils)") from None
    if done.returncode > 1:
        raise CannotUpgrade(f"diff3 says: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout, done.returncode == 0


def plan(directory: Path, *, base: Path | None = None) -> list[FileOutcome]:
    """What an upgrade of this working copy would do. `base`: a folder with the shipped playbook that it began from,
    where the copy does not know it. Raises CannotUpgrade."""
    finish(directory)
    ours = files(directory)
    if marked := [name for name, text in ours.items() if any(mark in text for mark in MARKS)]:
        raise CannotUpgrade(f"{marked[0]} still has the marks of a conflict: settle it first" + _more(marked))
    known = directory / BASE
    if known.is_dir():
        base = known
    elif base is None:
        raise CannotUpgrade(
            f"{directory} does not say which playbook of camdesk's it began from: name it by --base DIR, the folder"
            " playbook/ of that version, or an empty folder: then all that differs is a conflict"
        )
    return outcomes(files(base), ours, files(SHIPPED))


def carry_out(directory: Path, found: list[FileOutcome]) -> None:
    """Raises OSError; what is half done then is finished by the next run."""
    laid = directory / _LAID_DOWN
    new = directory / f"{_LAID_DOWN}.new"
    shutil.rmtree(new, ignore_errors=True)
    copy(SHIPPED, new / "base")
    ours = files(directory)
    for one in found:
        if one.text is None and one.name in ours:
            write(new / "removed" / one.name, b"")
        elif one.text is not None and one.text != ours.get(one.name):
            write(new / "files" / one.name, one.text)
    new.rename(laid)
    finish(directory)


def finish(directory: Path) -> None:
    """Puts in place what was laid down whole, each file once: what was changed since stays changed."""
    laid = directory / _LAID_DOWN
    if not laid.is_dir():
        return
    for name in files(laid / "files"):
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (laid / "files" / name).rename(directory / name)
    for name in files(laid / "removed"):
        (directory / name).unlink(missing_ok=True)
        _remove_empty((directory / name).parent, below=directory)
        (laid / "removed" / name).unlink()
    old = directory / f"{BASE}.old"
    if (laid / "base").is_dir():
        shutil.rmtree(old, ignore_errors=True)
        if (directory / BASE).is_dir():
            (directory / BASE).rename(old)
        (laid / "base").rename(directory / BASE)
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(laid)


def _remove_empty(folder: Path, *, below: Path) -> None:
    while folder != below and (not folder.is_dir() or not any(folder.iterdir())):
        if folder.is_dir():
            folder.rmdir()
        folder = folder.parent


def in_words(found: list[FileOutcome]) -> Iterator[str]:
    """Conflicts last, where they are seen; of what stays as it is, how many."""
    for what in (What.ADDED, What.TAKEN, What.REMOVED, What.MERGED, What.CONFLICT):
        for one in found:
            if one.what == what:
                yield f"{what:<9} {one.name}" + (f": {one.why}" if one.why else "")
    counts = [f"{sum(one.what == what for one in found)} {what}" for what in What if any(o.what == what for o in found)]
    yield (
        ", ".join(counts) if counts else "nothing to do: this is what comes with camdesk, and what you have made of it"
    )


def _more(names: list[str]) -> str:
    return f" ({len(names) - 1} more)" if len(names) > 1 else ""
