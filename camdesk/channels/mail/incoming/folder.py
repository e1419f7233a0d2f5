"""A folder of letters: whatever is put there as `*.eml` is taken in and removed.

Write under another name, then rename: a half-written letter would be taken for a whole one.
"""

import logging
from datetime import datetime
from pathlib import Path

from django.conf import settings

from camdesk.channels.mail.incoming.raw_store import LARGEST, LetterTooLarge, NoRoomForLetters, store

log = logging.getLogger("camdesk.mail")
_AT_ONCE = 100


def empty_folder(now: datetime) -> int:
    """A duty of the worker. Returns how many letters were stored."""
    if not settings.MAIL_FOLDER:
        return 0
    done = 0
    for path in sorted(Path(settings.MAIL_FOLDER).glob("*.eml"))[:_AT_ONCE]:
        try:
            done += _take(path, now=now)
        except NoRoomForLetters:
            log.warning("no room for letters: the folder waits")
            break
    return done


def _take(path: Path, *, now: datetime) -> int:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        store(raw, mailbox="folder", now=now)
    except FileNotFoundError:
        return 0  # another worker was quicker
    except LetterTooLarge:
        path.rename(path.with_suffix(".too-large"))
        log.warning("a letter in the folder is larger than %d bytes: renamed", LARGEST)
        return 0
    path.unlink(missing_ok=True)  # only now: it is ours, durably
    return 1
