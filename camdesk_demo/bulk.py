"""Rows by the hundred thousand: executemany on SQLite, COPY on PostgreSQL. For measuring only; deeds do not use it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models


@lru_cache(maxsize=16)
def columns(model: type[models.Model]) -> list[str]:
    """The model's columns, in the order in which rows hold them."""
    return [field.column for field in model._meta.concrete_fields]


class BulkRow:
    """A row with every default of the model in place, filled anew for each use."""

    def __init__(self, model: type[models.Model], **needed: Any) -> None:
        """`needed`: values for fields that have no default and must not be empty."""
        instance = model(**needed)
        fields = model._meta.concrete_fields
        self._row = [field.get_db_prep_save(getattr(instance, field.attname), connection) for field in fields]
        self._place = {field.attname: position for position, field in enumerate(fields)}
        self._text_times = connection.vendor == "sqlite"

    def filled(self, **values: Any) -> list[Any]:
        row = self._row.copy()
        for name, value in values.items():
            if self._text_times and isinstance(value, datetime):
                value = str(value.astimezone(UTC).replace(tzinfo=None))
            elif self._text_times and isinstance(value, timedelta):
                value = round(value / timedelta(microseconds=1))
            row[self._place[name]] = value
        return row


def insert(model: type[models.Model], rows: Iterable[Sequence[Any]]) -> None:
    """Writes whole rows, in the caller's transaction."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(name) for name in columns(model))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(columns(model)))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608  our own names
        else:
            _copy(cursor, f"COPY {table} ({names}) FROM STDIN", rows)


def insert_search(entries: Sequence[tuple[object, str]]) -> None:
    """Search entries (ticket number, its terms with blanks between), as tickets/search/index.py keeps them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany("INSERT INTO tickets_search (rowid, words) VALUES (%s, %s)", entries)
            return
        cursor.execute("CREATE TEMPORARY TABLE crowd_words (ticket_id bigint, words text)")
        _copy(cursor, "COPY crowd_words FROM STDIN", entries)
        cursor.execute("INSERT INTO tickets_search SELECT ticket_id, to_tsvector('simple', words) FROM crowd_words")
        cursor.execute("DROP TABLE crowd_words")


def catch_up(*wanted: type[models.Model]) -> None:
    """Lets the database's own numbering go on after the rows that brought their numbers."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(wanted)):
            cursor.execute(statement)


def _copy(cursor: Any, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
