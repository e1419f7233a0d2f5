"""Letters are kept before anything else: when `store` returns, the letter is durable and its bearer may be told so.

The same letter brought twice (a server that asked again, a mailbox read anew) is one row; two letters that merely share
a Message-ID are two.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from camdesk.channels.mail.addresses import read_mailboxes
from camdesk.channels.mail.headers import Headers, read_headers
from camdesk.channels.mail.limits import LETTER_BYTES, Budget
from camdesk.channels.mail.parse import message_ids
from camdesk.channels.models import RawLetter
from camdesk.lib import files, wake
from camdesk.lib.marks import reached

LARGEST = LETTER_BYTES  # bytes
A_WHILE = timedelta(hours=1)
MOST_FROM_ONE = 100  # letters of one address within A_WHILE; what comes beyond is held, and delays nobody
_HEAD_BYTES = 256 * 1024

# Marks of the journey: the same letter brought by another way has others.
_TRAVEL = re.compile(
    r"received|return-path|delivered-to|x-.*|authentication-results|arc-.*|dkim-.*|domainkey-.*|envelope-to"
    r"|received-spf|status|content-length|lines|delivery-date"
)


class TooLarge(Exception):
    """Larger than LARGEST: the bearer is told so, politely."""


class NoRoom(Exception):
    """Nothing was kept: the bearer keeps the letter and asks again later."""


@dataclass(frozen=True)
class Stored:
    letter: RawLetter
    created: bool  # False: this letter was here before


def store(raw: bytes, *, mailbox: str, now: datetime, recipients: Sequence[str] = (), digest: str = "") -> Stored:
    """Keeps the letter. `digest`: what makes it the same letter, where the bearer makes the bytes anew each time.

    Raises TooLarge, NoRoom.
    """
    if len(raw) > LARGEST:
        raise TooLarge
    headers = read_headers(raw, 0, min(len(raw), _HEAD_BYTES), Budget())
    digest = digest or digest_of(raw, headers)
    if known := RawLetter.objects.filter(digest=digest).first():
        return Stored(known, created=False)
    sender = _sender(headers[0])
    crowded = sender and RawLetter.objects.filter(sender=sender, received_at__gt=now - A_WHILE).count() >= MOST_FROM_ONE
    try:
        kept = files.store().keep_bytes(raw)
    except files.NoRoom:
        raise NoRoom from None
    reached("kept")
    row = RawLetter(
        digest=digest,
        mailbox=mailbox[:80],
        recipients=[address[:254] for address in recipients[:50]],
        sender=sender,
        letter_id=next(iter(message_ids(headers[0].raw("message-id"))), "")[:250],
        storage_key=kept.key,
        size=len(raw),
        received_at=now,
        next_try_at=now,
        state=RawLetter.State.HELD if crowded else RawLetter.State.WAITING,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            transaction.on_commit(wake.worker)
    except BaseException as error:
        files.store().delete(kept.key)
        known = RawLetter.objects.filter(digest=digest).first() if isinstance(error, IntegrityError) else None
        if known is None:
            raise
        return Stored(known, created=False)
    reached("stored")
    return Stored(row, created=True)


def let_in(*, letter: RawLetter, now: datetime) -> bool:
    """An agent lets a held letter in. False when it is not held (any more)."""
    held = RawLetter.objects.filter(pk=letter.pk, state=RawLetter.State.HELD)
    let = held.update(state=RawLetter.State.WAITING, next_try_at=now)
    if let:
        transaction.on_commit(wake.worker)
    return bool(let)


def raw_of(letter: RawLetter) -> bytes:
    """The letter as it was sent. Raises files.NotHere."""
    with files.store().open(letter.storage_key) as file:
        return file.read()


def digest_of(raw: bytes, headers: tuple[Headers, int] | None = None) -> str:
    """What makes two letters the same: every field its author wrote, and the body."""
    found, body = headers or read_headers(raw, 0, min(len(raw), _HEAD_BYTES), Budget())
    digest = hashlib.sha256()
    for name, value in found.fields:
        if not _TRAVEL.fullmatch(name):
            digest.update(name.encode() + b":" + b" ".join(value.split()) + b"\n")
    # Line ends are changed on the way: by servers, and between an mbox and the wire.
    digest.update(b"\n" + raw[body:].replace(b"\r\n", b"\n").rstrip())
    return digest.hexdigest()


def _sender(headers: Headers) -> str:
    boxes = read_mailboxes(headers.raw("from")[:2000], Budget())
    return next((box["address"] for box in boxes if box["address"]), "").lower()[:254]
