"""Who may read the data on this machine: the user camdesk runs as, and nobody else. Folders 0700, files 0600.

The umask of the command line sees to what is made from now on (`config/cli.py`); what older versions made is shut at
the next start. A folder that is shut shuts what is in it, so the tree of kept files is gone over only when the data
folder itself was found open, and by the doctor.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from camdesk.config.process_rights import OTHERS


@dataclass(frozen=True)
class Tightened:
    shut: int  # files and folders that were open to others
    left: int  # of them those that belong to somebody else, and stay as they are


def exposed(*, whole: bool) -> Iterator[Path]:
    """Files and folders of the data that others on this machine may read, change or enter. `whole`: the kept files
    too, one by one. Links are not followed, but for the folder of files and the database, which may lie elsewhere."""
    for path in _everything(whole=whole):
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            continue  # swept, renamed or checkpointed since it was listed
        if stat.S_IMODE(mode) & OTHERS and (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            yield path


def tighten() -> Tightened:
    """Takes from others what `exposed` finds, the kept files too where the data folder was open. Raises nothing."""
    open_to_others = stat.S_IMODE(settings.DATA_DIR.stat().st_mode) & OTHERS
    shut = left = 0
    for path in exposed(whole=bool(open_to_others)):
        try:
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)
            shut += 1
        except FileNotFoundError:
            continue
        except OSError:
            left += 1
    return Tightened(shut, left)


def foreign(*, owner: int) -> Iterator[Path]:
    """What of the data does not belong to this user, the owner of the data folder: made by root in passing, as a
    rule."""
    for path in _everything(whole=True):
        try:
            if path.stat().st_uid != owner:
                yield path
        except FileNotFoundError:
            continue


def _everything(*, whole: bool) -> Iterator[Path]:
    files: Path = settings.MEDIA_ROOT
    roots = [settings.DATA_DIR] + ([files] if files.is_symlink() else [])
    kind, database = (settings.DATABASES["default"][key] for key in ("ENGINE", "NAME"))
    if kind.endswith("sqlite") and Path(database).is_symlink():
        home = Path(database).resolve()
        yield from (path for path in (home, Path(f"{home}-wal"), Path(f"{home}-shm")) if path.exists())
    for root in roots:
        yield root
        for place, folders, names in os.walk(root):
            if Path(place) == files and not whole:
                folders[:] = [name for name in folders if name == "incoming"]
            for name in (*folders, *names):
                path = Path(place, name)
                if not path.is_symlink():
                    yield path
