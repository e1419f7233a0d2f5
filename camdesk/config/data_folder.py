"""The data folder: made at the first start, refused in one sentence when it cannot be written."""

import os
import tempfile
from pathlib import Path

from django.conf import settings


def prepare() -> Path:
    """Makes the data folder and its parts. Raises SystemExit with one sentence when that is not possible."""
    folder: Path = settings.DATA_DIR
    incoming = folder / "incoming"
    try:
        incoming.mkdir(parents=True, exist_ok=True)
        settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=incoming):
            pass
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise SystemExit(
            f"camdesk: the data folder {folder} cannot be written ({why}); choose another with --data DIR"
        ) from None
    # Uploads wait on the same disk as the files they become, so that keeping one is a rename.
    settings.FILE_UPLOAD_TEMP_DIR = str(incoming)
    return folder
