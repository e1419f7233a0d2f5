"""The scanner looks at every file once it is here: by the worker, under a lease, never while somebody waits for a page.

Its absence counts against no file: the next look finds them all, newest first, so that who waits at a page waits least.
The first look is short: a file over which the scanner is silent has its full time later, in a lane of its own, so that
it holds up nobody else's, and after five times is unknown. Whose files it was silent over has their others looked at
after everybody else's: who sends hundreds that hang waits for themselves.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from camdesk.lib import clamd, files, leases, wake
from camdesk.lib.clamd import Result, Verdict
from camdesk.lib.failpoints import reached
from camdesk.lib.leases import Later, Leased, Patience
from camdesk.tickets.models import Attachment, FileScan, Message, Scanned
from camdesk.tickets.timeline import deed, record

log = logging.getLogger("camdesk.scanner")

AT_ONCE = 20
ENROLLED = 1_000  # at once: more than one person may send in a day, so that nobody's wait unseen behind another's
FIRST_LOOK_SECONDS = 15.0
_PATIENCE = Patience(tries=5, lease=timedelta(seconds=2 * clamd.SCAN_SECONDS))
_Scan = Scanned.Scan
S = TypeVar("S", bound=Scanned)
Settle = Callable[[S, Verdict, datetime], None]


def scan_attachments(now: datetime) -> int:
    """A duty of the worker: the first look. Returns how many files were looked at; 0 also when the scanner is away."""
    return _scan_files(now, again=False)


def scan_attachments_again(now: datetime) -> int:
    """A duty of the worker: those whose first look gave no verdict."""
    return _scan_files(now, again=True)


def _scan_files(now: datetime, *, again: bool) -> int:
    ready = Attachment.objects.filter(state=Attachment.State.READY)
    told = {"came": "created_at", "whose": "uploaded_by"}
    return scan_due(FileScan, "file", ready, **told, settle=settle, again=again, now=now)


def scan_due(
    queue: type[Leased],
    field: str,
    things: QuerySet[S],
    *,
    came: str,
    whose: str,
    settle: Settle[S],
    again: bool,
    now: datetime,
) -> int:
    """Looks at those of `things` that have no verdict, a small batch: those first of whom (`whose`) the fewest have
    hung, then the newest by `came`; `settle` writes a verdict down. Each has its bytes under `storage_key`, and a row
    in `queue` while it waits. `again`: those that were looked at before, the least often first; else those that never
    were."""
    if not settings.SCANNER:
        return 0
    leases.enrol(queue, field, waiting(things).order_by(f"-{came}"), now=now, most=ENROLLED)

    def scan(row: Leased, now: datetime) -> None:
        thing: S = getattr(row, field)
        if thing.scan == _Scan.WAITING:
            try:
                verdict = look(thing, seconds=clamd.SCAN_SECONDS if again else FIRST_LOOK_SECONDS)
            except clamd.Interrupted as fault:  # perhaps it was this file that the scanner fell over
                log.warning("no verdict on %s %s: %s", type(thing).__name__, thing.pk, fault)
                raise Later(str(fault)) from None
            reached("scanned")
            settle(thing, verdict, now)
        leases.drop(row)

    def give_up(row: Leased, why: str, now: datetime) -> None:
        settle(getattr(row, field), Verdict(Result.UNKNOWN, f"no verdict: {why}"), now)
        leases.drop(row)

    owner = f"{field}__{whose}"
    theirs = queue._default_manager.filter(attempts__gt=0, **{owner: OuterRef(owner)}).order_by()
    hung = Coalesce(Subquery(theirs.values(owner).annotate(n=Count("pk")).values("n")), 0)
    worked = leases.work(
        queue._default_manager.select_related(field).annotate(hung=hung),
        scan,
        give_up=give_up,
        patience=_PATIENCE,
        now=now,
        only=Q(attempts__gt=0) if again else Q(attempts=0),
        order=("hung", "attempts", f"-{field}__{came}"),
        seconds=FIRST_LOOK_SECONDS,  # then it is seen anew whose turn it is
        most=AT_ONCE,
        before=lambda: clamd.ping(clamd.read_address(settings.SCANNER)),
        away=(clamd.Away,),
    )
    if worked.away is not None:
        log.warning("the scanner is away: %s", worked.away)
    if worked.tried:
        wake.worker()  # letters and previews that waited for it
    return worked.tried


def look(file: Scanned, *, seconds: float = clamd.SCAN_SECONDS) -> Verdict:
    """The scanner's verdict, now; nothing is written down. Raises clamd.Away, clamd.Interrupted."""
    try:
        with files.store().open(file.storage_key) as stored:  # type: ignore[attr-defined]  # both tables have it
            return clamd.scan(clamd.read_address(settings.SCANNER), stored, seconds=seconds)
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
    as_it_was = type(file)._default_manager.filter(pk=file.pk, scan=file.scan)
    said = {"scan": str(verdict.result), "scan_note": verdict.detail[:200], "scanned_at": now}
    done = bool(as_it_was.update(**said))
    if done:
        for name, value in said.items():
            setattr(file, name, value)
        if verdict.result == Result.INFECTED:
            log.warning("infected: %s %s (%s)", type(file).__name__, file.pk, file.scan_note)
    return done


def waiting(rows: QuerySet[S]) -> QuerySet[S]:
    return rows.filter(scan=_Scan.WAITING)
