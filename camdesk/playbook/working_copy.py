"""The operator's own folder of the playbook, beside the one that comes with camdesk. Files only, no database.

Beside the operator's files it holds, in `.shipped`, what came with camdesk when it was made or last upgraded: what
`playbook upgrade` compares with. Names that begin with a dot are no part of a playbook.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SHIPPED: Final = (Path(__file__).parent / "shipped").resolve()
BASE: Final = ".shipped"


def folder(named: str, *, data: Path) -> Path:
    """Which folder is meant: the one that is named, else the working copy in the data folder, else the shipped one."""
    if named:
        return Path(named)
    own = data / "playbook"
    return own if own.is_dir() else SHIPPED


def is_own(directory: Path) -> bool:
    """Whether the operator answers for it."""
    return directory.resolve() != SHIPPED


def make(directory: Path) -> None:
    """A working copy of what is shipped now, whole or not at all. Raises FileExistsError, OSError."""
    if directory.exists():
        raise FileExistsError(f"{directory} is there already")
    new = directory.with_name(directory.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    copy(SHIPPED, new)
    copy(SHIPPED, new / BASE)
    new.rename(directory)


def copy(source: Path, target: Path) -> None:
    """The files of a playbook, their contents alone: the source may belong to somebody else, and be read-only."""
    for name, text in files(source).items():
        write(target / name, text)


def files(directory: Path) -> dict[str, bytes]:
    """Name in the directory → content; of what begins with a dot nothing."""
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in sorted(_paths(directory))}


def write(path: Path, text: bytes) -> None:
    """The whole file or none of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def is_behind(directory: Path) -> bool:
    """Whether what is shipped has changed since this working copy was made or last upgraded. False where that is not
    known."""
    base = directory / BASE
    return base.is_dir() and files(base) != files(SHIPPED)


def _paths(directory: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(place, name) for name in names if not name.startswith("."))
