"""Letters as they came are scanned as files are (tickets/scanning.py): the scanner takes them apart in its own way, and
finds also what we did not take for a file. Reading a letter waits for nothing of this."""

from datetime import datetime

from camdesk.channels.models import LetterScan, RawLetter
from camdesk.lib.clamd import Verdict
from camdesk.tickets import quarantine, scanning


def scan_letters(now: datetime) -> int:
    """A duty of the worker: the first look. Returns how many letters were looked at."""
    return _scan(now, again=False)


def scan_letters_again(now: datetime) -> int:
    """A duty of the worker: those whose first look gave no verdict."""
    return _scan(now, again=True)


def _scan(now: datetime, *, again: bool) -> int:
    letters = RawLetter.objects.all()
    told = {"came": "received_at", "whose": "source"}
    return scanning.scan_due(LetterScan, "letter", letters, **told, settle=settle, again=again, now=now)


def settle(letter: RawLetter, verdict: Verdict, now: datetime) -> None:
    scanning.write_down(letter, verdict, now)


def known_of(letter: RawLetter) -> quarantine.ScanState:
    """Of the letter as a whole. What we found in it by our own reading is in it, whatever the scanner made of it."""
    files = letter.message.attachments.all() if letter.message is not None else []
    return quarantine.together(letter, *files)
