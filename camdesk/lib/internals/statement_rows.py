"""The rows of statements whose words stay the same, read without what Django puts around a cursor: that costs more than
SQLite's answer. On PostgreSQL several of them go there and come back together (pipelined_statements.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from camdesk.lib.internals import pipelined_statements
from camdesk.lib.internals.prepared_cursors import cursor_of, prepares
from camdesk.lib.internals.sqlite_transactions import with_question_marks
from camdesk.lib.statement_count import StatementCount

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Statement:
    """One that reads. `most`: so many rows of it; None: all."""

    sql: str
    params: Sequence[Any]
    most: int | None = None


def rows_of(connection: Any, *asked: Statement) -> list[Sequence[Row]]:
    """The rows of each, in the order they are given. Raises what Django raises."""
    if connection.queries_logged or not all(isinstance(one, StatementCount) for one in connection.execute_wrappers):
        return [_as_django_asks(connection, one) for one in asked]  # whoever listens hears them as Django says them
    connection.validate_thread_sharing()
    connection.validate_no_broken_transaction()
    if connection.vendor == "sqlite":
        if connection.connection is None:
            connection.ensure_connection()
        with connection.wrap_database_errors:
            _count(connection, asked)
            return [_of_sqlite(connection.connection, one) for one in asked]
    if prepares(connection):
        return _of_postgres(connection, asked)
    return [_as_django_asks(connection, one) for one in asked]


def _count(connection: Any, asked: Sequence[Statement]) -> None:
    for count in connection.execute_wrappers:
        count.count += len(asked)


def _of_sqlite(connection: Any, one: Statement) -> Sequence[Row]:
    return _fetched(connection.execute(with_question_marks(one.sql), one.params), one.most)


def _of_postgres(connection: Any, asked: Sequence[Statement]) -> list[Sequence[Row]]:
    held = connection.connection
    if held is not None and not connection.health_check_done and pipelined_statements.is_quiet(held):
        connection.health_check_done = True
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    if not pipelined_statements.takes(connection.connection):
        return [_as_django_asks(connection, one) for one in asked]
    _count(connection, asked)
    with connection.wrap_database_errors:
        found = pipelined_statements.all_rows(connection.connection, [(one.sql, one.params) for one in asked])
    return [rows[: one.most] for rows, one in zip(found, asked, strict=True)]


def _as_django_asks(connection: Any, one: Statement) -> Sequence[Row]:
    with cursor_of(connection) as cursor:
        cursor.execute(one.sql, one.params)
        return _fetched(cursor, one.most)


def _fetched(cursor: Any, most: int | None) -> Sequence[Row]:
    rows: Sequence[Row] = cursor.fetchall() if most is None else cursor.fetchmany(most)
    return rows
