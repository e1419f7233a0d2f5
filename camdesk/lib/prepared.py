"""Statements of every page and deed, compiled once: making SQL of a queryset costs Django 0.2-0.6 ms, running it some
0.03 ms.

    _by_id = Prepared(lambda pk: User.objects.select_related("person").filter(pk=pk), int)
    user = _by_id.first(17)
    with ahead(_by_id.of(17), _teams.of()):  # what a page will ask is asked at once where that is cheaper
        user = _by_id.first(17)
    insert(event)      # in the place of event.save(force_insert=True)
    insert(*rows)      # bulk_create: one statement
    save(ticket)       # in the place of ticket.save(): all columns of a row that is there
    write(sql, values) # a statement of one's own, always in the same words, whose answer nobody reads
    with together({Ticket: 1, Event: 1}):  # what is written is sent at once where that is cheaper
        insert(ticket)

The queryset is built once, with marks in the place of values; afterwards only the values are put in. So `build` must
not branch on its arguments, and each must reach the SQL as it is, as a value to compare with (`list[int]` and
`list[str]`: an `__in`). It gives objects, with what was selected with them, or what `values_list` gives.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models

from camdesk.lib.internals import tried
from camdesk.lib.internals.compiled_queries import Compiled
from camdesk.lib.internals.compiled_writes import writes_of
from camdesk.lib.internals.gathered_writes import GatheredWrites, Keys, can_gather, gathered_of
from camdesk.lib.internals.prepared_cursors import cursor_of, prepares
from camdesk.lib.internals.statement_rows import Row, rows_of

R = TypeVar("R")

_MARK = 2_038_000_000  # fits every integer column but the smallest: for more, Django would say "nothing found" at once
_MARK_TIME = datetime(1903, 5, 7, tzinfo=UTC)


def _mark(kind: Any, place: int) -> Any:
    if kind is int:
        return _MARK + place
    if kind is str:
        return f"\ue000{place}\ue000"
    if kind is datetime:
        return _MARK_TIME + timedelta(seconds=place)
    if kind == list[int]:
        return [_MARK + place]
    if kind == list[str]:
        return [f"\ue000{place}\ue000"]
    raise TypeError(f"a prepared query takes int, str, datetime and lists of the first two, not {kind}")


def _clean(kind: Any, value: Any) -> Any:
    if kind == list[int]:
        return [int(one) for one in value]
    if kind == list[str]:
        return [str(one) for one in value]
    return value if kind is datetime else kind(value)


class Prepared(Generic[R]):
    """A query of the default database, compiled when it is first asked."""

    def __init__(self, build: "Callable[..., models.QuerySet[Any, R]]", *kinds: Any) -> None:
        self._build = build
        self._marks = [_mark(kind, place) for place, kind in enumerate(kinds)]
        self._kinds = kinds
        self._compiled: Compiled[R] | None = None

    def all(self, *values: Any) -> list[R]:
        """The rows for these values, given in the order of `kinds`. Raises TypeError, ValueError for other kinds."""
        return self._rows(values, None)

    def first(self, *values: Any) -> R | None:
        """The first row, or None; `build` says with [:1] that there is no need for more."""
        rows = self._rows(values, 1)
        return rows[0] if rows else None

    def of(self, *values: Any) -> "BoundQuery":
        """The question for these values, for `ahead`."""
        return BoundQuery(self, self._cleaned(values))

    def _rows(self, values: tuple[Any, ...], most: int | None) -> list[R]:
        clean = self._cleaned(values)
        if [] in clean:
            return []  # nothing is in an empty list
        if not tried():
            return list(self._build(*clean)[:most])
        known = _answered.rows.pop(BoundQuery(self, clean).key, None) if _answered.rows else None
        if known is not None:
            return self.compiled().objects(known[:most], connections[DEFAULT_DB_ALIAS])
        return self.compiled().run(clean, DEFAULT_DB_ALIAS, most)

    def _cleaned(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(_clean(kind, value) for kind, value in zip(self._kinds, values, strict=True))

    def compiled(self) -> "Compiled[R]":
        if self._compiled is None:
            self._compiled = Compiled(self._build(*self._marks), self._marks)
        return self._compiled


@dataclass(frozen=True)
class BoundQuery:
    """A prepared query with its values."""

    query: Prepared[Any]
    values: tuple[Any, ...]

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.query, *(tuple(one) if isinstance(one, list) else one for one in self.values))


class _Answered(threading.local):
    """What was asked ahead and not yet asked for, of the thread."""

    def __init__(self) -> None:
        self.rows: dict[tuple[Any, ...], Sequence[Row]] = {}


_answered = _Answered()


@contextmanager
def ahead(*questions: BoundQuery) -> Iterator[None]:
    """Within, each of these finds its rows there when it is asked the first time: on PostgreSQL they are brought by one
    journey. Elsewhere each is asked in its turn. Only around what reads them before anything changes them."""
    asked = [one for one in questions if [] not in one.values]
    connection = connections[DEFAULT_DB_ALIAS]
    if not asked or not tried() or not prepares(connection) or connection.queries_logged:
        yield  # with nothing to ask the database is not asked whether it is there: pages of ours want to do without
        return
    rows = rows_of(connection, *(one.query.compiled().statement(one.values, connection) for one in asked))
    _answered.rows = {one.key: found for one, found in zip(asked, rows, strict=True)}
    try:
        yield
    finally:
        _answered.rows = {}


def insert(*rows: models.Model) -> None:
    """New rows of one model, in one statement; those without a key are given theirs. No rows: nothing. For models whose
    columns have no values that the database works out, and for which nobody waits with a signal."""
    if not rows:
        return
    if tried():
        connection = connections[DEFAULT_DB_ALIAS]
        writes_of(type(rows[0]), connection).insert(rows, connection)
    elif len(rows) == 1:
        rows[0].save(force_insert=True)
    else:
        type(rows[0])._default_manager.bulk_create(rows)


def save(row: models.Model) -> None:
    """All columns of a row that is in the database. Raises DatabaseError where it is not there any more."""
    if not tried():
        row.save(force_update=True)
        return
    connection = connections[DEFAULT_DB_ALIAS]
    if not writes_of(type(row), connection).save(row, connection):
        raise DatabaseError(f"{type(row).__name__} {row.pk} is not there any more")


def write(sql: str, values: Sequence[Any]) -> None:
    """A statement whose words stay the same and whose answer nobody reads."""
    connection = connections[DEFAULT_DB_ALIAS]
    if (gathered := gathered_of(connection)) is not None:
        gathered.write(sql, values)
        return
    with cursor_of(connection) as cursor:
        cursor.execute(sql, values)


@contextmanager
def together(keys: Keys) -> Iterator[None]:
    """Within, on PostgreSQL, what `insert` and `write` are given waits, until the end or until anything else is asked
    of the database, and is sent by one journey. What the database refuses (IntegrityError) is heard then. Elsewhere
    each is written in its turn. In a transaction. `keys`: how many rows of which models will be inserted; a row of
    another model whose key the database gives does not wait."""
    connection = connections[DEFAULT_DB_ALIAS]
    if not tried() or not can_gather(connection):
        yield
        return
    gathered = GatheredWrites(connection, keys)
    with connection.execute_wrapper(gathered):
        try:
            yield
        except BaseException:
            gathered.forget()
            raise
        gathered.send()
