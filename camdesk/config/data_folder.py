"""The data folder: made at the first start, refused in one sentence when it cannot be written."""

import os
import sys
import tempfile
from pathlib import Path

from django.conf import settings

from camdesk.config import file_modes


def prepare() -> Path:
    """Makes the data folder and its parts. Raises SystemExit with one sentence when that is not possible."""
    folder: Path = settings.DATA_DIR
    incoming = folder / "incoming"
    try:
        incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.MEDIA_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=incoming):
            pass
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise SystemExit(
            f"camdesk: the data folder {folder} cannot be written ({why}); choose another with --data DIR"
        ) from None
    _shut_to_others(folder)
    # Uploads wait on the same disk as the files they become, so that keeping one is a rename.
    settings.FILE_UPLOAD_TEMP_DIR = str(incoming)
    return folder


def _shut_to_others(folder: Path) -> None:
    """What an older version, or somebody by hand, left open on this machine."""
    found = file_modes.tighten()
    if found.shut:
        print(
            f"camdesk: {found.shut} files or folders in {folder} were open to others here; they are shut",
            file=sys.stderr,
        )
    if found.left:
        print(
            f"camdesk: {found.left} files or folders in {folder} are open to others here and belong to another user;"
            " camdesk doctor says what to do",
            file=sys.stderr,
        )
