"""Letters are kept before anything else: when `store` returns, the letter is durable and its bearer may be told so.

The same letter brought twice (a server that asked again, a mailbox read anew) is one row; two letters that merely share
a Message-ID are two.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from camdesk.channels.mail.incoming import fair_queueing
from camdesk.channels.mail.mime.addresses import first_of, read_mailboxes
from camdesk.channels.mail.mime.headers import Headers, read_headers
from camdesk.channels.mail.mime.limits import LETTER_BYTES, Budget
from camdesk.channels.mail.mime.message_ids import message_ids
from camdesk.channels.models import RawLetter
from camdesk.lib import files, wake
from camdesk.lib.failpoints import reached
from camdesk.tickets.queue_changes import publish_number

LARGEST = LETTER_BYTES  # bytes
_HEAD_BYTES = 256 * 1024

# Marks of the journey: the same letter brought by another way has others.
_TRAVEL = re.compile(
    r"received|return-path|delivered-to|x-.*|authentication-results|arc-.*|dkim-.*|domainkey-.*|envelope-to"
    r"|received-spf|status|content-length|lines|delivery-date"
)


class LetterTooLarge(Exception):
    """Larger than LARGEST: the bearer is told so, politely."""


class NoRoomForLetters(Exception):
    """Nothing was kept: the bearer keeps the letter and asks again later."""


class TooManyLetters(NoRoomForLetters):
    """This sender brought so much within an hour that the rest is to come later. Said only to a bearer who keeps it."""


@dataclass(frozen=True)
class Stored:
    letter: RawLetter
    created: bool  # False: this letter was here before


@dataclass(frozen=True)
class _Brought:
    raw: bytes
    digest: str
    sender_name: str
    sender: str
    subject: str
    letter_id: str


def store(
    raw: bytes,
    *,
    mailbox: str,
    now: datetime,
    recipients: Sequence[str] = (),
    digest: str = "",
    bearer_keeps: bool = False,
    most_from_one: int | None = None,
) -> Stored:
    """Keeps the letter. `digest`: what makes it the same letter, where the bearer makes the bytes anew each time;
    `bearer_keeps`: whoever brings it asks again later when told so; `most_from_one`: instead of MOST_FROM_ONE.

    Raises LetterTooLarge, NoRoomForLetters (TooManyLetters only when bearer_keeps).
    """
    brought = _looked_at(raw, digest)
    if bearer_keeps and fair_queueing.brings_too_much(brought.sender, now=now):
        raise TooManyLetters
    return _store([brought], mailbox=mailbox, now=now, recipients=recipients, most=most_from_one)[0]


def store_all(letters: Sequence[bytes], *, mailbox: str, now: datetime) -> list[Stored]:
    """As `store`, for letters that come together: all or none of them durable, at the cost of one commit."""
    return _store([_looked_at(raw, "") for raw in letters], mailbox=mailbox, now=now)


def _looked_at(raw: bytes, digest: str) -> _Brought:
    if len(raw) > LARGEST:
        raise LetterTooLarge
    headers = read_headers(raw, 0, min(len(raw), _HEAD_BYTES), Budget())
    letter_id = next(iter(message_ids(headers[0].raw("message-id"))), "")[:250]
    subject = headers[0].text("subject", 300)
    return _Brought(raw, digest or digest_of(raw, headers), *_sender(headers[0]), subject, letter_id)


def _store(
    letters: Sequence[_Brought],
    *,
    mailbox: str,
    now: datetime,
    recipients: Sequence[str] = (),
    most: int | None = None,
) -> list[Stored]:
    here = RawLetter.objects.in_bulk({one.digest for one in letters}, field_name="digest")
    new: dict[str, _Brought] = {}
    for one in letters:
        if one.digest not in here:
            new.setdefault(one.digest, one)
    crowd = fair_queueing.FairQueue([one.sender for one in new.values()], now=now, most=most) if new else None
    rows = _rows(list(new.values()), crowd, mailbox=mailbox, now=now, recipients=recipients) if crowd else []
    try:
        reached("kept")
        with transaction.atomic():
            RawLetter.objects.bulk_create(rows)
            transaction.on_commit(wake.worker)
            if any(row.state == RawLetter.State.HELD for row in rows):
                transaction.on_commit(lambda: publish_number("letters"))
    except IntegrityError:
        # Somebody else brought one of them at the same moment: now it is here.
        _forget(rows)
        return _store(letters, mailbox=mailbox, now=now, recipients=recipients, most=most)
    except BaseException:
        _forget(rows)
        raise
    reached("stored")
    here |= {row.digest: row for row in rows}
    return [Stored(here[one.digest], created=new.get(one.digest) is one) for one in letters]


def _rows(
    letters: Sequence[_Brought],
    crowd: fair_queueing.FairQueue,
    *,
    mailbox: str,
    now: datetime,
    recipients: Sequence[str],
) -> list[RawLetter]:
    """Their files are durable when this returns; when it raises, none is left."""
    rows: list[RawLetter] = []
    try:
        for one in letters:
            place = crowd.place(one.sender)
            row = RawLetter(
                digest=one.digest,
                mailbox=mailbox[:80],
                recipients=[address[:254] for address in recipients[:50]],
                sender=one.sender,
                sender_name=one.sender_name,
                subject=one.subject,
                source=place.source[:254],
                turn=place.turn,
                letter_id=one.letter_id,
                storage_key=files.store().keep_bytes(one.raw).key,
                size=len(one.raw),
                received_at=now,
                next_try_at=now,
                state=RawLetter.State.HELD if place.held else RawLetter.State.WAITING,
            )
            rows.append(row)
    except files.NoRoom:
        _forget(rows)
        raise NoRoomForLetters from None
    except BaseException:
        _forget(rows)
        raise
    return rows


def _forget(rows: Sequence[RawLetter]) -> None:
    for row in rows:
        files.store().delete(row.storage_key)


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


def _sender(headers: Headers) -> tuple[str, str]:
    """(name, address) as claimed."""
    box = first_of(read_mailboxes(headers.raw("from")[:2000], Budget()))
    return box.name[:200], box.address.lower()[:254]
