"""Letters out of an IMAP mailbox of camdesk's own: everything in it is taken in, once, and then marked as read.

How far we are is kept by UID. When the server numbers its letters anew (UIDVALIDITY), or a connection broke between our
storing and our noting it, letters are fetched again and recognised by their content.
"""

import contextlib
import imaplib
import logging
import re
import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from imap_tools import BaseMailBox, MailboxFolderStatusValueError

from camdesk.channels.mail.incoming import unfetched
from camdesk.channels.mail.incoming.imap_account import LINE_BROKE, Account, mailbox, read_url
from camdesk.channels.mail.incoming.raw_store import LARGEST, NoRoomForLetters, store_all
from camdesk.channels.models import Mailbox
from camdesk.lib.failpoints import reached
from camdesk.lib.metrics import MAIL_FETCHED_AT

log = logging.getLogger("camdesk.mail")

_SESSION_SECONDS = 30.0  # then others of this lane have their turn
_BYTES_AT_ONCE = 8 * 1024 * 1024
_LETTERS_AT_ONCE = 50
_NUMBERS_AT_ONCE = 1000
_MOST_NUMBERS = 80_000  # their list is one line, of which imaplib takes a megabyte
_TRIES = 4  # to fetch a letter at which the line breaks each time; as many again for its headers
_HEAD_BYTES = 256 * 1024
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"UID (\d+)")


def fetch(now: datetime) -> int:
    """A duty of the worker. Returns how many letters were brought; 0 also when the server is away."""
    if not settings.IMAP_URL:
        return 0
    account = read_url(settings.IMAP_URL)
    brought = 0
    try:
        with mailbox(account) as box:
            for count in _fetched(box, account, now=now):
                brought += count
        MAIL_FETCHED_AT.labels("imap").set_to_current_time()
    except LINE_BROKE as error:
        log.warning("the mailbox %s does not answer: %s", account.name, type(error).__name__)
    except NoRoomForLetters:
        log.warning("no room for letters: they wait in their mailbox")
    return brought


def _fetched(box: BaseMailBox, account: Account, *, now: datetime) -> Iterator[int]:
    began = time.monotonic()
    place, next_uid = _place(box, account)
    for waiting in _uids_after(box, place.last_uid, next_uid):
        while waiting:
            if time.monotonic() - began > _SESSION_SECONDS:
                return
            failed = _stumbles.times(account.name, waiting[0])
            sizes = _sizes(box, waiting[: 1 if failed else _LETTERS_AT_ONCE])
            group = _group(waiting, sizes)
            with _stumbles.counted(account.name, group[0]):
                letters, whole = _asked(box, account, {uid: sizes.get(uid, 0) for uid in group}, failed=failed)
            store_all(letters, mailbox=f"imap:{account.user}", now=now)
            yield len(letters)
            reached("letters brought")
            # Only forwards: another worker may be ahead of us.
            Mailbox.objects.filter(pk=place.pk, uid_validity=place.uid_validity, last_uid__lt=group[-1]).update(
                last_uid=group[-1]
            )
            if whole:
                box.client.uid("STORE", _listed(whole), "+FLAGS.SILENT", "(\\Seen)")
            waiting = waiting[len(group) :]


class _Stumbles:
    """How often in a row the line broke at one letter: then it is asked for alone, and at last left where it is."""

    def __init__(self) -> None:
        self._at: dict[str, tuple[int, int]] = {}

    def times(self, mailbox: str, uid: int) -> int:
        last, times = self._at.get(mailbox, (0, 0))
        return times if last == uid else 0

    @contextlib.contextmanager
    def counted(self, mailbox: str, uid: int) -> Iterator[None]:
        try:
            yield
        except LINE_BROKE:
            self._at[mailbox] = (uid, self.times(mailbox, uid) + 1)
            raise
        self._at.pop(mailbox, None)


_stumbles = _Stumbles()


def _place(box: BaseMailBox, account: Account) -> tuple[Mailbox, int]:
    """(how far we are, the number the next new letter will have or 0); from the beginning when the server numbers its
    letters anew."""
    try:
        status = box.folder.status(account.folder, ["UIDVALIDITY", "UIDNEXT"])
    except MailboxFolderStatusValueError:
        status = {}
    validity = status.get("UIDVALIDITY", 0)
    place, _made = Mailbox.objects.get_or_create(name=account.name, defaults={"uid_validity": validity})
    if place.uid_validity != validity:
        Mailbox.objects.filter(pk=place.pk).update(uid_validity=validity, last_uid=0)
        place.uid_validity, place.last_uid = validity, 0
    return place, status.get("UIDNEXT", 0)


def _uids_after(box: BaseMailBox, last: int, next_uid: int) -> Iterator[list[int]]:
    """The numbers of the letters after `last`, some at a time: a mailbox of a million is no list of a million. Where
    many numbers are not in use, the steps grow."""
    width = _NUMBERS_AT_ONCE
    while last + width < next_uid - 1:
        found = _search(box, last + 1, str(last + width))
        last += width
        crowded = len(found) > _NUMBERS_AT_ONCE // 4
        width = _NUMBERS_AT_ONCE if crowded else min(4 * width, _MOST_NUMBERS)
        if found:
            yield found
    if found := _search(box, last + 1, "*"):
        yield found


def _search(box: BaseMailBox, first: int, last: str) -> list[int]:
    status, answer = box.client.uid("SEARCH", None, f"UID {first}:{last}")  # type: ignore[arg-type]  # None: no charset
    if status != "OK":
        raise imaplib.IMAP4.error("SEARCH was refused")
    found = sorted({int(uid) for uid in b" ".join(part for part in answer if part).split()})
    return [uid for uid in found if uid >= first]  # `n:*` names the last letter even when it is older


def _sizes(box: BaseMailBox, uids: Sequence[int]) -> dict[int, int]:
    """Bytes by number; a number is missing when its letter has been removed meanwhile."""
    _status, answer = box.client.uid("FETCH", _listed(uids), "(UID RFC822.SIZE)")
    sizes = {}
    for line in answer:
        text = line[0] if isinstance(line, tuple) else line
        if text and (uid := _UID.search(text)) and (size := _SIZE.search(text)):
            sizes[int(uid[1])] = int(size[1])
    return sizes


def _group(uids: Sequence[int], sizes: dict[int, int]) -> list[int]:
    """As many of the next letters as are asked for at once, by their sizes; at least one."""
    group: list[int] = []
    total = 0
    for uid in uids:
        if uid not in sizes and group:
            break  # not looked at yet, or gone: it is the next group's first
        total += min(sizes.get(uid, 0), LARGEST)
        if group and total > _BYTES_AT_ONCE:
            break
        group.append(uid)
    return group


def _asked(box: BaseMailBox, account: Account, sizes: dict[int, int], *, failed: int) -> tuple[list[bytes], list[int]]:
    """(these letters, the numbers of those that came whole). In the place of one that is too large, or that breaks the
    line each time, stands a notice with its headers; the letter stays in the mailbox, unread."""
    wanted = [uid for uid, size in sizes.items() if size <= LARGEST and failed < _TRIES]
    whole = _whole(box, wanted) if wanted else {}
    for uid in [uid for uid in wanted if uid not in whole and len(wanted) > 1]:
        whole |= _whole(box, [uid])  # left out of a long answer, or removed meanwhile
    letters = list(whole.values())
    for uid, size in sizes.items():
        if uid in whole or not _search_one(box, uid):
            continue
        heads = _whole(box, [uid], f"BODY.PEEK[HEADER]<0.{_HEAD_BYTES}>") if failed < 2 * _TRIES else {}
        letters.append(unfetched.notice(heads.get(uid, b""), size=size, uid=uid, too_large=size > LARGEST))
        log.warning("letter %d of %s (%d bytes) was not fetched: it stays there, unread", uid, account.name, size)
    return letters, list(whole)


def _search_one(box: BaseMailBox, uid: int) -> bool:
    return uid in _search(box, uid, str(uid))


def _whole(box: BaseMailBox, uids: Sequence[int], part: str = f"BODY.PEEK[]<0.{LARGEST}>") -> dict[int, bytes]:
    """Letters by their numbers. A number may stand before the letter or behind it."""
    status, answer = box.client.uid("FETCH", _listed(uids), f"(UID {part})")
    if status != "OK":
        raise imaplib.IMAP4.error("FETCH was refused")
    found = {}
    for one, following in zip(answer, [*answer[1:], b""], strict=True):
        if isinstance(one, tuple):
            behind = following if isinstance(following, bytes) else b""
            if uid := _UID.search(one[0]) or _UID.search(behind):
                found[int(uid[1])] = one[1]
    return {uid: found[uid] for uid in uids if uid in found}


def _listed(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))
