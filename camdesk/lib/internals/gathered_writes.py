"""What a deed writes, gathered and sent to PostgreSQL by one journey. One by one, its statements cost both sides three
times as much: most of each is the asking, not the writing.

An execute wrapper of Django's connection: whatever else is asked of it meanwhile, by whomever, finds written what was
to be written before it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from camdesk.lib.internals import pipelined_statements
from camdesk.lib.internals.prepared_cursors import prepares
from camdesk.lib.statement_count import StatementCount

Keys = Mapping[type[models.Model], int]
"""How many keys of a model will be needed before its rows are written."""
_sequences: dict[type[models.Model], str] = {}


class GatheredWrites:
    """Those of one transaction that wait to be sent, and the keys taken for its rows."""

    def __init__(self, connection: Any, keys: Keys) -> None:
        self._connection = connection
        self._waiting: list[pipelined_statements.Asked] = []
        self._keys: dict[type[models.Model], list[int]] = {model: [] for model in keys}
        wanted = [model for model, number in keys.items() for _time in range(number)]
        if wanted:
            taken = ", ".join(f"nextval('{_sequence(model, connection)}')" for model in wanted)
            [row] = self.write(f"SELECT {taken}", (), now=True)
            for model, key in zip(wanted, row, strict=True):
                self._keys[model].append(key)

    def keys_of(self, model: type[models.Model], number: int) -> list[int]:
        """So many keys that nobody else has; none where they are not left."""
        left = self._keys.get(model, [])
        if len(left) < number:
            return []
        self._keys[model] = left[number:]
        return left[:number]

    def write(self, sql: str, params: Sequence[Any], *, now: bool = False) -> Sequence[Sequence[Any]]:
        """`now`: with all that waits, and its rows are given."""
        self._waiting.append((sql, params))
        return self.send() if now else ()

    def send(self) -> Sequence[Sequence[Any]]:
        """Writes what waits. Returns the rows that the last of it gave. Raises what Django raises."""
        if not self._waiting:
            return ()
        asked, self._waiting = self._waiting, []
        connection = self._connection
        connection.validate_thread_sharing()
        connection.validate_no_broken_transaction()
        for count in connection.execute_wrappers:
            if isinstance(count, StatementCount):
                count.count += len(asked)
        with connection.wrap_database_errors:
            return pipelined_statements.last_rows(connection.connection, asked)

    def forget(self) -> None:
        """Whoever gathered it has failed: their transaction is rolled back."""
        self._waiting = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        self.send()
        return execute(sql, params, many, context)


def can_gather(connection: Any) -> bool:
    """Where a journey costs something, in a transaction, and nobody listens to statements one by one."""
    return bool(
        prepares(connection)
        and connection.in_atomic_block
        and not connection.queries_logged
        and all(isinstance(one, StatementCount) for one in connection.execute_wrappers)
        and pipelined_statements.takes_writes(connection.connection)
    )


def gathered_of(connection: Any) -> GatheredWrites | None:
    wrappers: Iterable[Any] = connection.execute_wrappers
    return next((one for one in wrappers if isinstance(one, GatheredWrites)), None)


def _sequence(model: type[models.Model], connection: Any) -> str:
    """Its name; looked up once."""
    known = _sequences.get(model)
    if known is None:
        key = model._meta.pk
        assert key is not None
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key.column])
            known = _sequences[model] = str(cursor.fetchone()[0])
    return known
