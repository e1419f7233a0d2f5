"""Django's SQLite backend, with transactions queued on a lock of this process."""

import threading
from typing import Any

from django.db.backends.sqlite3.base import DatabaseWrapper as SqliteWrapper

# One lock a process, whatever the number of connections: BEGIN IMMEDIATE is only asked for by its holder.
_writers = threading.Lock()


class DatabaseWrapper(SqliteWrapper):
    """Holds the writers' lock from BEGIN IMMEDIATE to COMMIT or ROLLBACK."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._holds_writers = False

    def _start_transaction_under_autocommit(self) -> None:
        _writers.acquire()
        self._holds_writers = True
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._let_go()
            raise

    def _let_go(self) -> None:
        if self._holds_writers:
            self._holds_writers = False
            _writers.release()

    def _commit(self) -> Any:
        # A COMMIT that fails (disk full) leaves the transaction open; Django then rolls back, which lets go.
        result = super()._commit()
        self._let_go()
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()
        finally:
            self._let_go()

    def _close(self) -> Any:
        try:
            return super()._close()
        finally:
            self._let_go()
