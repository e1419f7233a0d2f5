"""The scanner looks at every file once it is here: by the worker, under a lease, never while somebody waits for a page.

Its absence counts against no file: the next look finds them all, newest first, so that who waits at a page waits least.
A file over which the scanner falls silent is tried again later, behind the others, and after _TRIES times is unknown.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db.models import F, Q, QuerySet

from camdesk.lib import clamd, files, wake
from camdesk.lib.clamd import Result, Verdict
from camdesk.lib.failpoints import reached
from camdesk.tickets.models import Attachment, Message, Scanned
from camdesk.tickets.timeline import deed, record

log = logging.getLogger("camdesk.scanner")

AT_ONCE = 20
_LEASE = timedelta(seconds=2 * clamd.SCAN_SECONDS)
_PAUSE = timedelta(minutes=1)
_TRIES = 5
_BATCH_SECONDS = 60.0
_Scan = Scanned.Scan
S = TypeVar("S", bound=Scanned)
Settle = Callable[[S, Verdict, datetime], None]


def scan_attachments(now: datetime) -> int:
    """A duty of the worker. Returns how many files were looked at; 0 also when the scanner is away."""
    return scan_due(Attachment.objects.filter(state=Attachment.State.READY), "-created_at", settle=settle, now=now)


def scan_due(rows: QuerySet[S], order: str, *, settle: Settle[S], now: datetime) -> int:
    """Looks at those of `rows` that wait, a small batch in this order; `settle` writes a verdict down. Each row has its
    bytes under `storage_key`."""
    if not settings.SCANNER:
        return 0
    numbers = list(_due(rows, now).order_by(order).values_list("pk", flat=True)[:AT_ONCE])
    if not numbers:
        return 0
    began, looked = time.monotonic(), 0
    try:
        clamd.ping(clamd.read_address(settings.SCANNER))
        for pk in numbers:
            moment = now + timedelta(seconds=time.monotonic() - began)
            looked += _scan(rows, pk, settle=settle, now=moment)
            if time.monotonic() - began > _BATCH_SECONDS:
                break
    except clamd.Away as away:
        log.warning("the scanner is away: %s", away)
    if looked:
        wake.worker()  # letters and previews that waited for it
    return looked


def look(file: Scanned) -> Verdict:
    """The scanner's verdict, now; nothing is written down. Raises clamd.Away, clamd.Interrupted."""
    try:
        with files.store().open(file.storage_key) as stored:  # type: ignore[attr-defined]
            return clamd.scan(clamd.read_address(settings.SCANNER), stored)
    except files.NotHere:
        return Verdict(Result.UNKNOWN, "its bytes are not here")


def settle(attachment: Attachment, verdict: Verdict, now: datetime) -> None:
    """Writes a verdict down; of an infected file of a request, with its event."""
    message = Message.objects.filter(attachments=attachment.pk).first()
    if verdict.result != Result.INFECTED or message is None or attachment.scan == _Scan.INFECTED:
        write_down(attachment, verdict, now)
        return
    with deed(message.ticket_id, now=now) as ticket:
        if write_down(attachment, verdict, now):
            what = {"name": attachment.name, "signature": attachment.scan_note, "attachment": attachment.pk}
            record(ticket, "attachment.infected", by=None, now=now, public=message.public, **what)


def write_down(file: Scanned, verdict: Verdict, now: datetime) -> bool:
    """False when nothing changed: somebody else was quicker and the row is not as it was when the scan began, or the
    scanner could not tell and it was known before."""
    if verdict.result == Result.UNKNOWN and file.scan in (_Scan.CLEAN, _Scan.INFECTED):
        return False
    as_it_was = type(file)._default_manager.filter(pk=file.pk, scan=file.scan, scan_after=file.scan_after)
    said = {"scan": str(verdict.result), "scan_note": verdict.detail[:200], "scan_after": None, "scanned_at": now}
    done = bool(as_it_was.update(**said))
    if done:
        for name, value in said.items():
            setattr(file, name, value)
        if verdict.result == Result.INFECTED:
            log.warning("infected: %s %s (%s)", type(file).__name__, file.pk, file.scan_note)
    return done


def waiting(rows: QuerySet[S]) -> QuerySet[S]:
    return rows.filter(scan=_Scan.WAITING)


def _due(rows: QuerySet[S], now: datetime) -> QuerySet[S]:
    return waiting(rows).filter(Q(scan_after=None) | Q(scan_after__lte=now))


def _scan(rows: QuerySet[S], pk: object, *, settle: Settle[S], now: datetime) -> int:
    claim = {"scan_after": now + _LEASE, "scan_tries": F("scan_tries") + 1}
    if not _due(rows, now).filter(pk=pk).update(**claim):
        return 0  # another worker was quicker, or it was taken back
    file = rows.filter(pk=pk).first()
    if file is None:
        return 0
    reached("scan claimed")
    try:
        verdict = look(file)
    except clamd.Interrupted as fault:
        _try_again(file, str(fault), settle=settle, now=now)
        return 1
    except clamd.Away:
        as_it_was = rows.filter(pk=pk, scan=_Scan.WAITING, scan_after=file.scan_after)
        as_it_was.update(scan_after=None, scan_tries=F("scan_tries") - 1)
        raise
    reached("scanned")
    settle(file, verdict, now)
    return 1


def _try_again(file: S, why: str, *, settle: Settle[S], now: datetime) -> None:
    """Later, behind the others: perhaps it was this file that the scanner fell over."""
    log.warning("no verdict on %s %s: %s", type(file).__name__, file.pk, why)
    if file.scan_tries >= _TRIES:
        settle(file, Verdict(Result.UNKNOWN, f"no verdict: {why}"), now)
        return
    as_it_was = type(file)._default_manager.filter(pk=file.pk, scan=_Scan.WAITING, scan_after=file.scan_after)
    as_it_was.update(scan_after=now + _PAUSE * 2 ** (file.scan_tries - 1), scan_note=why[:200])
