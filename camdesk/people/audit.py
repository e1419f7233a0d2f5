"""The access log: who of the staff saw whose data, and who changed them. It is only ever added to.

What is seen costs a page no statement: it waits in the process and is written in batches every WRITE_EVERY seconds by a
thread of the servers of pages (`writing`), as one record for each (who, whose, what) and quarter of an hour. What is
done to data is written in the transaction that does it. A duty of the worker closes batches with a digest that covers
the one before (`seal`): what was cut out or altered afterwards shows in `faults`.
"""

import contextlib
import hmac
import json
import logging
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from camdesk.people.models import AccessRecord, AccessSeal

log = logging.getLogger("camdesk.audit")

WRITE_EVERY = 2.0  # seconds: what a killed process has shown and not told
SLOT = timedelta(minutes=15)
SEEN = frozenset({"person seen", "ticket seen", "file taken", "letter seen"})
DONE = frozenset(
    {
        "data exported",
        "consent withdrawn",
        "person erased",
        "hold placed",
        "hold lifted",
        "person invited",
        "invitation taken back",
        "request linked",
        "request unlinked",
        "role changed",
        "agent left",
        "agent came back",
    }
)

_MOST_WAITING = 100_000  # of a database that is away for long; beyond it what is seen goes to the log file alone
_AT_ONCE = 500
_SEAL_ROWS = 5000
_SETTLED_AFTER = timedelta(seconds=10)

_waiting: dict[tuple[int, int, str, str, datetime], datetime] = {}
_lock = threading.Lock()


def saw(*, by: int, whose: int, what: str, about: str = "", now: datetime) -> None:
    """Persons by number. Costs no statement; whoever looks at their own is not told of."""
    if by == whose:
        return
    if what not in SEEN:
        raise ValueError(what)
    key = (by, whose, what, about, _slot(now))
    with _lock:
        if key in _waiting or len(_waiting) < _MOST_WAITING:
            _waiting.setdefault(key, now)
            return
    log.warning("access by %s to %s: %s %s", by, whose, what, about)


def done(*, by: int | None, whose: int, what: str, about: str = "", now: datetime) -> None:
    """In the transaction that does it. `by`: None is the command line."""
    if what not in DONE:
        raise ValueError(what)
    AccessRecord.objects.create(at=now, by=by, whose=whose, what=what, about=about)


def write() -> int:
    """Writes what was seen and waits; what cannot be written waits on. Returns how many were told."""
    with _lock:
        taken = dict(_waiting)
        _waiting.clear()
    if not taken:
        return 0
    rows = [
        AccessRecord(at=at, by=by, whose=whose, what=what, about=about, slot=slot)
        for (by, whose, what, about, slot), at in sorted(taken.items(), key=lambda one: one[1])
    ]
    try:
        AccessRecord.objects.bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)
    except DatabaseError:
        with _lock:
            for key, at in taken.items():
                _waiting.setdefault(key, at)
        raise
    return len(rows)


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """What pages of this process show is written within, and to the end when it ends in peace."""
    stop = threading.Event()
    thread = threading.Thread(target=_write_on, args=(stop,), name="access log", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(WRITE_EVERY)


def _write_on(stop: threading.Event) -> None:
    """Holds no connection in between where nothing is seen."""
    while True:
        last = stop.wait(WRITE_EVERY)
        try:
            write()
        except DatabaseError as error:
            log.warning("what was seen waits to be told: %s", type(error).__name__)
        finally:
            connection.close()
        if last:
            return


def _slot(now: datetime) -> datetime:
    return now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)


# --- the chain


def seal(now: datetime) -> int:
    """A duty of the worker: closes one batch of what was written a while ago. Returns how many records."""
    with transaction.atomic():
        open_rows = AccessRecord.objects.filter(seal=None, at__lt=now - _SETTLED_AFTER).order_by("pk")
        rows = list(open_rows[:_SEAL_ROWS])
        if not rows:
            return 0
        last = AccessSeal.objects.select_for_update().order_by("-number").first()
        before = (last.number, last.digest) if last else (0, "")
        digest = _digest(settings.SECRET_KEY, before[1], rows)
        try:
            with transaction.atomic():
                made = AccessSeal.objects.create(number=before[0] + 1, rows=len(rows), digest=digest, at=now)
        except IntegrityError:  # another worker was quicker
            return 0
        AccessRecord.objects.filter(pk__in=[row.pk for row in rows], seal=None).update(seal=made)
    log.info("access log sealed: %s, %s records, %s", made.number, made.rows, made.digest)
    return len(rows)


def faults() -> Iterator[str]:
    """A sentence for each batch that is not as it was closed. A tail that was cut off whole shows by the numbers in the
    log file."""
    before, expected = "", 1
    for one in AccessSeal.objects.order_by("number").iterator():
        if one.number != expected:
            yield f"seals {expected} to {one.number - 1} are gone"
        rows = list(AccessRecord.objects.filter(seal=one).order_by("pk"))
        if len(rows) != one.rows:
            yield f"seal {one.number}: {one.rows} records were closed and {len(rows)} are here"
        elif not any(hmac.compare_digest(one.digest, _digest(key, before, rows)) for key in _keys()):
            yield f"seal {one.number}: its records, or the seal before it, have changed"
        before, expected = one.digest, one.number + 1


def unsealed(now: datetime) -> int:
    """How many records are older than the worker would leave them open."""
    return AccessRecord.objects.filter(seal=None, at__lt=now - SLOT).count()


def _keys() -> list[str]:
    return [str(settings.SECRET_KEY), *(str(key) for key in settings.SECRET_KEY_FALLBACKS)]


def _digest(key: str, before: str, rows: Iterable[AccessRecord]) -> str:
    seal = hmac.new(f"camdesk.audit {key}".encode(), before.encode(), sha256)
    for row in rows:
        seal.update(json.dumps(as_values(row)).encode() + b"\n")
    return seal.hexdigest()


def as_values(row: AccessRecord) -> list[object]:
    """The record as it is sealed and exported."""
    slot = row.slot.isoformat() if row.slot else None
    return [row.pk, row.at.isoformat(), row.by, row.whose, row.what, row.about, slot]
