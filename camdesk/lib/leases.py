"""What waits, waits in a table: one row is one piece of work. Here it is claimed, leased, tried again after a pause,
and given up, for every kind of work alike. Whatever waits is a model that inherits Leased; a duty of the worker calls
`work`; nobody else writes the five columns.

A claim is one conditional update, so any number of workers may run and losing a race is normal. It counts the attempt
and sets the next one before anything is done: a process that dies over a row leaves it as one that failed does, and
its lease ends by itself. Whoever writes down what became of a row asks whether it still waits (`done`) or whether it
is still theirs (`again`, `drop`).
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from camdesk.lib import request_ids
from camdesk.lib.failpoints import reached
from camdesk.lib.storage_errors import not_now

log = logging.getLogger("camdesk.leases")

_MOST_TEXT = 500
_ALL = Q()
_COLUMNS = ("next_try_at", "leased_until", "attempts", "last_error", "request_id")


class Leased(models.Model):
    """A row that waits until something was done with it. `waits`: which rows of the model still do."""

    waits: ClassVar[Q]

    next_try_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)  # somebody is at it; past: they died over it
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)  # claims that counted, deaths among them
    last_error = models.CharField(max_length=_MOST_TEXT, blank=True, default="", db_default="")  # English
    # Of the request that caused it (lib/request_ids.py): the log's lines about the work bear it too.
    request_id = models.CharField(
        max_length=request_ids.LONGEST, blank=True, default=request_ids.current, db_default="", editable=False
    )

    class Meta:
        abstract = True


L = TypeVar("L", bound=Leased)


class Later(Exception):
    """Not this time, and it may be the row's own fault: again after a pause, and given up after so many tries."""


class Unready(Exception):
    """Something is missing that the row has no part in (room on the disk): again after a pause, counted against
    nothing."""


@dataclass(frozen=True)
class Patience:
    """How long one worker may be at a row, how long it rests after each attempt (the last pause repeats), and after
    how many attempts it is given up."""

    tries: int
    lease: timedelta = timedelta(minutes=1)
    pauses: tuple[timedelta, ...] = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 30))

    @classmethod
    def lasting(cls, span: timedelta, **fields: Any) -> "Patience":
        """That gives up when the pauses have come to `span`."""
        patience = cls(tries=1, **fields)
        tries, waited = 1, timedelta()
        while waited + patience.pause_after(tries) <= span:
            waited += patience.pause_after(tries)
            tries += 1
        return cls(tries=tries, **fields)

    def pause_after(self, attempts: int) -> timedelta:
        return self.pauses[min(max(attempts, 1), len(self.pauses)) - 1]


@dataclass(frozen=True)
class Worked:
    """`tried`: how many rows were claimed; `away`: who was not there, so that the rest was left for later."""

    tried: int
    away: Exception | None = None


def work(
    rows: QuerySet[L],
    do: Callable[[L, datetime], object],
    *,
    give_up: Callable[[L, str, datetime], object],
    patience: Patience,
    now: datetime,
    most: int,
    only: Q = _ALL,
    order: tuple[str, ...] = ("next_try_at", "pk"),
    seconds: float = 60.0,
    marks: Mapping[str, object] | None = None,
    before: Callable[[], object] | None = None,
    away: tuple[type[Exception], ...] = (),
) -> Worked:
    """A small batch of those of `rows` that are due; no more after `seconds`.

    `do(row, now)` says itself what became of its row, with the functions below. It may raise Later or Unready; any
    other fault is logged and is as Later; one of `away` says that whoever all rows need is not there: it costs no row
    an attempt and ends the batch. `give_up(row, why, now)` makes that the row waits no more, where somebody sees it.
    `only`: which of them this call begins with; a claim may change that. `marks`: what else a claim writes. `before`:
    called before each claim, for what is no part of a row's lease.
    Raises what says that the database or the disk is not ready (storage_errors.py): the row rests a while, so that
    others are tried before it, and has lost nothing.
    """
    began, tried = time.monotonic(), 0

    def moment() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    for pk, attempts in list(due(rows, now).filter(only).order_by(*order).values_list("pk", "attempts")[:most]):
        row: L | None = None
        try:
            if before is not None:
                before()
            at = moment()
            row = _claim(rows, pk, attempts, patience=patience, now=at, marks=marks or {})
            if row is None:
                continue  # another worker was quicker, or it waits no more
            with request_ids.under(row.request_id or request_ids.current()):
                _try(row, do, give_up=give_up, patience=patience, now=at, away=away)
            tried += 1
        except away as gone:
            if row is not None:
                _put_back(row, at=now)
            return Worked(tried, gone)
        if time.monotonic() - began > seconds:
            break
    return Worked(tried)


def due(rows: QuerySet[L], now: datetime) -> QuerySet[L]:
    return free(waiting(rows), now).filter(next_try_at__lte=now)


def waiting(rows: QuerySet[L]) -> QuerySet[L]:
    return rows.filter(rows.model.waits)


def free(rows: QuerySet[L], now: datetime) -> QuerySet[L]:
    """At which nobody is."""
    return rows.filter(Q(leased_until=None) | Q(leased_until__lte=now))


def untried(rows: QuerySet[L]) -> QuerySet[L]:
    """That wait and were never claimed: they may still be taken back or changed."""
    return waiting(rows).filter(attempts=0, leased_until=None)


# --- what became of a row


def done(row: Leased, *, why: str = "", **fields: object) -> bool:
    """What became of it is written down: `fields` say that it waits no more, `why` what it was given up for. Also when
    the lease has ended meanwhile, for it is true all the same; False when somebody else said so first."""
    return bool(waiting(_at(row)).update(leased_until=None, last_error=why[:_MOST_TEXT], **fields))


def drop(row: Leased) -> bool:
    """It is done, and nothing of it is kept. False when the row was set anew, or is another's, meanwhile."""
    return bool(_ours(row).delete()[0])


def again(row: Leased, *, at: datetime, **fields: object) -> bool:
    """It went well and goes on at `at`, with all its tries. False when it is another's meanwhile."""
    return bool(_ours(row).update(leased_until=None, attempts=0, last_error="", next_try_at=at, **fields))


def lengthen(row: Leased, *, until: datetime) -> bool:
    """It takes longer: nobody else shall begin meanwhile. False when it is another's by now."""
    ours = bool(_ours(row).update(leased_until=until))
    if ours:
        row.leased_until = until
    return ours


# --- what deeds do with rows that wait, or shall wait again


def anew(rows: QuerySet[L], *, at: datetime, **fields: object) -> int:
    """They wait from `at`, as if nobody had ever tried. Returns how many."""
    return rows.update(next_try_at=at, leased_until=None, attempts=0, last_error="", **fields)


def put(rows: Sequence[L], *, same: Sequence[str], anew: Sequence[str]) -> None:
    """New rows, in one statement. Where one waits already that is the same by the fields `same`, it takes over the
    fields `anew` and is due when the new one is, whoever is at it meanwhile."""
    if rows:
        type(rows[0])._default_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=same, update_fields=[*anew, *_COLUMNS]
        )


def enrol(model: type[L], field: str, wanting: QuerySet[Any], *, now: datetime, most: int) -> None:
    """Rows of a one-to-one `field` for the first `most` of `wanting` that have none: for work that many things want
    and only some installations do. Two workers may enrol at once."""
    there = model._default_manager.filter(**{field: OuterRef("pk")})
    found = list(wanting.filter(~Exists(there))[:most])
    if found:
        new = [model(**{field: one, "next_try_at": now}) for one in found]
        model._default_manager.bulk_create(new, ignore_conflicts=True)


def put_off(rows: QuerySet[L], *, to: datetime) -> int:
    """Those of them that were never tried are due at this moment, sooner or later than before. Returns how many."""
    return untried(rows).update(next_try_at=to)


def take(rows: QuerySet[L], *, until: datetime, **fields: object) -> int:
    """Keeps the worker away from them until then, because somebody else does what is to be done. Returns how many."""
    return rows.update(leased_until=until, **fields)


def withhold(rows: QuerySet[L], *, why: str = "", **fields: object) -> int:
    """Those of them that were never tried wait no more, as `fields` say. Returns how many."""
    return untried(rows).update(last_error=why[:_MOST_TEXT], **fields)


def note(rows: QuerySet[L], why: str, **fields: object) -> int:
    """Says of rows why they wait, or what became of them in the end. Returns how many."""
    return rows.update(last_error=why[:_MOST_TEXT], **fields)


# ---


def _claim(
    rows: QuerySet[L], pk: object, attempts: int, *, patience: Patience, now: datetime, marks: Mapping[str, object]
) -> L | None:
    mine = {
        "leased_until": now + patience.lease,
        "next_try_at": now + patience.pause_after(attempts + 1),
        "attempts": attempts + 1,
    }
    if not due(rows, now).filter(pk=pk, attempts=attempts).update(**mine, **marks):
        return None
    return rows.filter(pk=pk).first()


def _try(
    row: L,
    do: Callable[[L, datetime], object],
    *,
    give_up: Callable[[L, str, datetime], object],
    patience: Patience,
    now: datetime,
    away: tuple[type[Exception], ...],
) -> None:
    try:
        reached(f"{row._meta.label} leased")
        if row.attempts > patience.tries:
            raise Later(row.last_error or "whoever was at it died")  # or giving it up failed
        do(row, now)
    except away:
        raise
    except Unready as why:
        _put_back(row, at=now + patience.pause_after(1), why=str(why))
    except Later as why:
        _failed(row, str(why), give_up=give_up, patience=patience, now=now)
    except Exception as fault:
        if not_now(fault) is not None:
            _put_back(row, at=now + patience.pause_after(1))
            raise
        log.exception("%s %s failed, attempt %d", row._meta.label, row.pk, row.attempts)
        _failed(row, f"a fault of ours: {type(fault).__name__}", give_up=give_up, patience=patience, now=now)


def _failed(
    row: L, why: str, *, give_up: Callable[[L, str, datetime], object], patience: Patience, now: datetime
) -> None:
    if row.attempts >= patience.tries:
        try:
            log.warning("%s %s is given up after %d attempts", row._meta.label, row.pk, row.attempts)
            give_up(row, why, now)
            return
        except Exception:
            # It stays where it is, in the log and in its list, and keeps no other row back.
            log.exception("%s %s could not even be given up", row._meta.label, row.pk)
    _ours(row).update(leased_until=None, attempts=min(row.attempts, patience.tries), last_error=why[:_MOST_TEXT])


def _put_back(row: Leased, *, at: datetime, why: str | None = None) -> None:
    """It was no attempt."""
    said = {} if why is None else {"last_error": why[:_MOST_TEXT]}
    _ours(row).update(leased_until=None, next_try_at=at, attempts=row.attempts - 1, **said)


def _at(row: L) -> QuerySet[L]:
    return type(row)._default_manager.filter(pk=row.pk)


def _ours(row: L) -> QuerySet[L]:
    return waiting(_at(row)).filter(leased_until=row.leased_until)
