"""Django's SQLite backend, with everything that writes queued in this process (writers.py)."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX, SQLiteCursorWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper as SqliteWrapper

from camdesk.lib.sqlite.writers import PATIENCE_SECONDS, STUCK_SECONDS, writers

# Statements that need no place: they read, or are part of taking and leaving it.
_NO_PLACE = ("SELECT", "WITH", "PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "EXPLAIN")

_LONGEST = 20_000


@lru_cache(1_000)
def with_question_marks(query: str) -> str:
    """The statements of pages are always the same words: they are looked through once."""
    return FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Cursor(SQLiteCursorWrapper):
    """A single statement that writes outside of a transaction takes the place for its own time."""

    def convert_query(self, query: Any, *, param_names: Any = None) -> Any:
        if param_names is None and type(query) is str and len(query) < _LONGEST:
            return with_question_marks(query)
        return super().convert_query(query, param_names=param_names)

    def execute(self, query: str, params: Any = None) -> Any:
        if self.connection.in_transaction or query.startswith(_NO_PLACE):
            return super().execute(query, params)
        with _place(self.connection):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        if self.connection.in_transaction:
            return super().executemany(query, param_list)
        with _place(self.connection):
            return super().executemany(query, param_list)


class DatabaseWrapper(SqliteWrapper):
    """Holds the writers' place from BEGIN IMMEDIATE to COMMIT or ROLLBACK."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._holds_place = False

    def get_connection_params(self) -> Any:
        return super().get_connection_params() | {"timeout": PATIENCE_SECONDS}

    def create_cursor(self, name: Any = None) -> Cursor:
        made: Cursor = self.connection.cursor(factory=Cursor)
        return made

    def _start_transaction_under_autocommit(self) -> None:
        left = writers.enter()
        self._holds_place = True
        try:
            with _waiting_at_most(self.connection, left):
                super()._start_transaction_under_autocommit()  # type: ignore[misc]  # private
        except BaseException:
            self._let_go()
            raise

    def _let_go(self) -> None:
        if self._holds_place:
            self._holds_place = False
            writers.leave()

    def _commit(self) -> Any:
        # A COMMIT that fails (disk full) leaves the transaction open; Django then rolls back, which lets go.
        result = super()._commit()  # type: ignore[misc]  # private
        self._let_go()
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]  # private
        finally:
            self._let_go()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]  # private
        finally:
            self._let_go()


@contextmanager
def _place(connection: Any) -> Iterator[None]:
    left = writers.enter()
    try:
        with _waiting_at_most(connection, left):
            yield
    finally:
        writers.leave()


@contextmanager
def _waiting_at_most(connection: Any, seconds: float) -> Iterator[None]:
    """SQLite's own waiting (settings: PATIENCE_SECONDS), shorter for whoever has waited for the place already."""
    if seconds > PATIENCE_SECONDS - STUCK_SECONDS:
        yield
        return
    _wait_at_most(connection, seconds)
    try:
        yield
    finally:
        _wait_at_most(connection, PATIENCE_SECONDS)


def _wait_at_most(connection: Any, seconds: float) -> None:
    # A PRAGMA takes no parameters; this is a number of ours.
    connection.execute("PRAGMA busy_timeout = " + str(int(seconds * 1000)))
