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
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from imap_tools import BaseMailBox, MailBox, MailboxFolderStatusValueError, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from camdesk.channels.mail.storing import LARGEST, NoRoom, store
from camdesk.channels.models import Mailbox
from camdesk.lib.marks import reached

log = logging.getLogger("camdesk.mail")

SILENCE_SECONDS = 30.0  # a server that stalls for so long is left and asked again later
_SESSION_SECONDS = 30.0  # then others of this lane have their turn
_BYTES_AT_ONCE = 8 * 1024 * 1024
_LETTERS_AT_ONCE = 50
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"UID (\d+)")


@dataclass(frozen=True)
class Account:
    """security: "tls" | "starttls" | ""."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    security: str

    @property
    def name(self) -> str:
        return f"{self.user}@{self.host}/{self.folder}"[:200]


def read_url(url: str) -> Account:
    """`imaps://user:password@host/INBOX`, `imap://…?tls=1`. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
        raise ValueError("imaps://user:password@host/folder is needed")
    starttls = parse_qs(parts.query).get("tls", ["0"])[-1] not in {"0", "false", "no", ""}
    security = "tls" if parts.scheme == "imaps" else "starttls" if starttls else ""
    port = parts.port or (993 if security == "tls" else 143)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return Account(parts.hostname, port, unquote(parts.username), unquote(parts.password or ""), folder, security)


def fetch(now: datetime) -> int:
    """A duty of the worker. Returns how many letters were brought; 0 also when the server is away."""
    if not settings.IMAP_URL:
        return 0
    account = read_url(settings.IMAP_URL)
    brought = 0
    try:
        with _mailbox(account) as box:
            for count in _fetched(box, account, now=now):
                brought += count
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        log.warning("the mailbox %s does not answer: %s", account.name, type(error).__name__)
    except NoRoom:
        log.warning("no room for letters: they wait in their mailbox")
    return brought


@contextlib.contextmanager
def _mailbox(account: Account) -> Iterator[BaseMailBox]:
    kinds: dict[str, type] = {"tls": MailBox, "starttls": MailBoxStartTls, "": MailBoxUnencrypted}
    box: BaseMailBox = kinds[account.security](account.host, port=account.port, timeout=SILENCE_SECONDS)
    try:
        box.login(account.user, account.password, initial_folder=account.folder)
        yield box
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            # A stalled server would have us wait once more for its good-bye.
            box.client.sock.settimeout(2.0)
            box.logout()


def _fetched(box: BaseMailBox, account: Account, *, now: datetime) -> Iterator[int]:
    began = time.monotonic()
    place = _place(box, account)
    waiting = _uids_after(box, place.last_uid)
    while waiting and time.monotonic() - began < _SESSION_SECONDS:
        group = _group(box, waiting[:_LETTERS_AT_ONCE])
        yield _bring(box, account, group, now=now)
        reached("letters brought")
        # Only forwards: another worker may be ahead of us.
        Mailbox.objects.filter(pk=place.pk, uid_validity=place.uid_validity, last_uid__lt=group[-1]).update(
            last_uid=group[-1]
        )
        box.client.uid("STORE", _listed(group), "+FLAGS.SILENT", "(\\Seen)")
        waiting = waiting[len(group) :]


def _place(box: BaseMailBox, account: Account) -> Mailbox:
    """How far we are; from the beginning when the server numbers its letters anew."""
    try:
        validity = box.folder.status(account.folder, ["UIDVALIDITY"])["UIDVALIDITY"]
    except (MailboxFolderStatusValueError, KeyError):
        validity = 0
    place, _made = Mailbox.objects.get_or_create(name=account.name, defaults={"uid_validity": validity})
    if place.uid_validity != validity:
        Mailbox.objects.filter(pk=place.pk).update(uid_validity=validity, last_uid=0)
        place.uid_validity, place.last_uid = validity, 0
    return place


def _uids_after(box: BaseMailBox, last: int) -> list[int]:
    _status, answer = box.client.uid("SEARCH", None, f"UID {last + 1}:*")  # type: ignore[arg-type]
    found = sorted(int(uid) for uid in b" ".join(part for part in answer if part).split())
    return [uid for uid in found if uid > last]  # `n:*` names the last letter even when it is older


def _group(box: BaseMailBox, uids: Sequence[int]) -> list[int]:
    """As many of the next letters as are asked for at once, by their sizes; at least one."""
    _status, answer = box.client.uid("FETCH", _listed(uids), "(UID RFC822.SIZE)")
    sizes = {}
    for line in answer:
        text = line[0] if isinstance(line, tuple) else line
        if text and (uid := _UID.search(text)) and (size := _SIZE.search(text)):
            sizes[int(uid[1])] = min(int(size[1]), LARGEST)
    group, total = [], 0
    for uid in uids:
        total += sizes.get(uid, 0)
        if group and total > _BYTES_AT_ONCE:
            break
        group.append(uid)
    return group


def _bring(box: BaseMailBox, account: Account, uids: Sequence[int], *, now: datetime) -> int:
    """Stores these letters; of one that is too large, its beginning (the rest stays in the mailbox)."""
    status, answer = box.client.uid("FETCH", _listed(uids), f"(UID BODY.PEEK[]<0.{LARGEST}>)")
    if status != "OK":
        raise imaplib.IMAP4.error("FETCH was refused")
    brought = 0
    for one in answer:
        if isinstance(one, tuple):
            store(one[1], mailbox=f"imap:{account.user}", now=now)
            brought += 1
    return brought


def _listed(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))
