"""Several statements of PostgreSQL by one journey, prepared: libpq's pipeline mode. The backend works them off in one
go, for half of what it works when each is asked for alone, and psycopg's cursors, made for whatever may be asked, cost
four times as much as this.

Where a transaction has still to be begun, what writes begins it; what reads goes another way, as psycopg begins it by
itself before the first statement of its cursors. With another psycopg than the one this was tried with, whose manager
of prepared statements is no public interface, each is asked for alone.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from select import POLLIN, POLLOUT, poll
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import IntegrityError, OperationalError, errors, pq
from psycopg._preparing import PrepareManager
from psycopg.adapt import PyFormat, Transformer

TRIED_WITH = "3.3.9"
_MOST = 400  # statements a connection keeps; of more each is parsed anew

Asked = tuple[str, Sequence[Any]]
"""A statement with %s in the place of values, and the values."""

_kept: "WeakKeyDictionary[Any, dict[Any, bytes | None]]" = WeakKeyDictionary()
"""By connection: (statement, types of its values) → the name it is prepared under; None: asked once."""
_numbers = count(1)


class _TakesItsOwnAway(PrepareManager):
    """After a ROLLBACK, psycopg lets go of what its cursors prepared by DEALLOCATE ALL, ours with it."""

    def clear(self) -> bool:
        names = list(self._names.values())
        self._counts.clear()
        self._names.clear()
        self._to_flush.extend(names)
        return bool(names)


def takes(connection: Any) -> bool:
    """Whether statements may go this way on a psycopg connection now: else its cursors begin a transaction first."""
    if psycopg.__version__ != TRIED_WITH:
        return False
    status: int = connection.pgconn.transaction_status
    return status == (pq.TransactionStatus.IDLE if connection.autocommit else pq.TransactionStatus.INTRANS)


def takes_writes(connection: Any) -> bool:
    """As `takes`, for `last_rows`, which begins a transaction itself."""
    if psycopg.__version__ != TRIED_WITH or connection.autocommit:
        return False
    status: int = connection.pgconn.transaction_status
    return status in (pq.TransactionStatus.IDLE, pq.TransactionStatus.INTRANS)


def is_quiet(connection: Any) -> bool:
    """Whether the other side has said nothing since the last answer: a connection it has closed has something to
    read. Asking the backend for it would cost a journey a request."""
    if connection.closed:
        return False
    waiting = poll()
    waiting.register(connection.fileno(), POLLIN)
    return not waiting.poll(0)


def all_rows(connection: Any, asked: Sequence[Asked]) -> list[list[tuple[Any, ...]]]:
    """The rows of each, in the order they are given. Raises psycopg's errors; then none of them is answered."""
    return [_loaded(connection, result) for result in _results(connection, asked)]


def last_rows(connection: Any, asked: Sequence[Asked]) -> list[tuple[Any, ...]]:
    """Writes in a transaction, all or none, which is begun where it is not yet. The rows that the last of them gave.
    Raises psycopg's errors."""
    results = _results(connection, asked)
    return _loaded(connection, results[-1]) if results else []


def _results(connection: Any, asked: Sequence[Asked]) -> list[Any]:
    """Of each that gives rows."""
    link = connection.pgconn
    begins = not connection.autocommit and link.transaction_status == pq.TransactionStatus.IDLE
    link.enter_pipeline_mode()
    try:
        if begins:
            link.send_query_params(connection._get_tx_start_command(), [])
        new = [_send(connection, sql, values) for sql, values in asked]
        link.pipeline_sync()
        results = _received(link)
    finally:
        if link.status == pq.ConnStatus.OK:
            link.exit_pipeline_mode()
    for result in results:
        if result.status != pq.ExecStatus.TUPLES_OK:
            error = _error_of(result)
            if isinstance(error, IntegrityError):
                _kept_on(connection).update((statement, None) for statement in new if statement)  # not all of them are
            else:
                _kept.pop(connection, None)  # a table may have changed
            raise error
    return results


def _send(connection: Any, sql: str, values: Sequence[Any]) -> Any:
    """What stands in `_kept` for the statement, if it is prepared by this."""
    link, kept = connection.pgconn, _kept_on(connection)
    dumped = Transformer(connection)
    params = dumped.dump_sequence(values, [PyFormat.AUTO] * len(values)) if values else []
    types, formats = dumped.types or (), dumped.formats or []
    statement = (sql, tuple(types))
    name = kept.get(statement)
    if name is None:
        if statement not in kept or len(kept) > _MOST:
            if len(kept) <= _MOST:
                kept[statement] = None
            link.send_query_params(_numbered(sql), params, types, formats)
            return None
        name = kept[statement] = b"camdesk_%d" % next(_numbers)
        link.send_prepare(name, _numbered(sql), types)
        link.send_query_prepared(name, params, formats)
        return statement
    link.send_query_prepared(name, params, formats)
    return None


def _kept_on(connection: Any) -> dict[Any, bytes | None]:
    found = _kept.get(connection)
    if found is None:
        connection._prepared.__class__ = _TakesItsOwnAway
        found = _kept[connection] = {}
    return found


@lru_cache(1_000)
def _numbered(sql: str) -> bytes:
    first, *others = sql.split("%s")
    return (first + "".join(f"${place}{piece}" for place, piece in enumerate(others, 1))).replace("%%", "%").encode()


def _received(link: Any) -> list[Any]:
    """The results up to the pipeline's end, without those that only say that something was prepared."""
    waiting = poll()
    waiting.register(link.socket, POLLIN)
    while link.flush():
        waiting.modify(link.socket, POLLIN | POLLOUT)
        waiting.poll()
        link.consume_input()
        waiting.modify(link.socket, POLLIN)
    results: list[Any] = []
    while True:
        while link.is_busy():  # waiting lets other threads work
            waiting.poll()
            link.consume_input()
        result = link.get_result()
        if result is None:
            continue  # the end of one statement
        if result.status == pq.ExecStatus.PIPELINE_SYNC:
            return results
        if result.status != pq.ExecStatus.COMMAND_OK:
            results.append(result)


def _error_of(result: Any) -> Exception:
    message = result.error_message.decode(errors="replace").strip()
    code = result.error_field(pq.DiagnosticField.SQLSTATE)
    return (errors.lookup(code.decode()) if code else OperationalError)(message)


def _loaded(connection: Any, result: Any) -> list[tuple[Any, ...]]:
    loading = Transformer(connection)
    loading.set_pgresult(result)
    rows: list[tuple[Any, ...]] = loading.load_rows(0, result.ntuples, tuple)
    return rows
