"""The SQL of a queryset, made once: Django's compiler has no public way to keep what it made."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable

from camdesk.lib.internals.row_objects import Maker
from camdesk.lib.internals.statement_rows import Row, Statement, rows_of

R = TypeVar("R")


class Compiled(Generic[R]):
    """The SQL of one engine and how its rows become objects, tuples (`values_list`) or single values (`flat=True`)."""

    def __init__(self, rows: "models.QuerySet[Any, R]", marks: list[Any]) -> None:
        if rows.query.combinator or rows._prefetch_related_lookups:  # type: ignore[attr-defined]  # private
            raise TypeError("a prepared query gives rows of one model and of those selected with it")
        shape = rows._iterable_class
        if shape not in (ModelIterable, ValuesListIterable, FlatValuesListIterable):
            raise TypeError("a prepared query gives objects, or what values_list gives")
        compiler = rows.query.get_compiler(using=rows.db)
        sql, given = compiler.as_sql()
        self.pieces = sql.split("%s")
        if len(self.pieces) != len(given) + 1:
            raise TypeError("the SQL of a prepared query must hold its values as %s and nothing else like it")
        adapted = [mark[0] if isinstance(mark, list) else _adapted(mark, compiler.connection) for mark in marks]
        self.values = [(adapted.index(value), None) if value in adapted else (None, value) for value in given]
        if {place for place, _ in self.values} - {None} != set(range(len(marks))):
            raise TypeError("a value of a prepared query is not found in its SQL")
        # Without lists the words are always the same.
        self.sql = None if any(isinstance(mark, list) for mark in marks) else sql
        expressions = [column[0] for column in compiler.select]
        self.converters = [
            (place, convert, expression)
            for place, (converters, expression) in compiler.get_converters(expressions).items()
            for convert in converters
        ]
        if shape is ModelIterable:
            maker: Any = Maker(compiler.klass_info, compiler.select, compiler.annotation_col_map, rows.db)
            self.made: Callable[[list[Any]], R] = maker.made
        else:
            self.made = _as_value if shape is FlatValuesListIterable else _as_tuple

    def run(self, values: Sequence[Any], using: str, most: int | None) -> list[R]:
        connection = connections[using]
        [rows] = rows_of(connection, self.statement(values, connection, most))
        return self.objects(rows, connection)

    def statement(self, values: Sequence[Any], connection: Any, most: int | None = None) -> Statement:
        return Statement(*self._filled(values, connection), most)

    def objects(self, rows: Sequence[Row], connection: Any) -> list[R]:
        return [self.made(self._converted(list(row), connection)) for row in rows]

    def _filled(self, values: Sequence[Any], connection: Any) -> tuple[str, list[Any]]:
        if self.sql is not None:
            return self.sql, [
                constant if place is None else _adapted(values[place], connection) for place, constant in self.values
            ]
        sql, params = [self.pieces[0]], []
        for (place, constant), piece in zip(self.values, self.pieces[1:], strict=True):
            value = constant if place is None else values[place]
            if isinstance(value, list):
                sql.append(", ".join(["%s"] * len(value)))
                params += value
            else:
                sql.append("%s")
                params.append(_adapted(value, connection))
            sql.append(piece)
        return "".join(sql), params

    def _converted(self, row: list[Any], connection: Any) -> list[Any]:
        for place, convert, expression in self.converters:
            row[place] = convert(row[place], expression, connection)
        return row


def _as_tuple(row: list[Any]) -> Any:
    return tuple(row)


def _as_value(row: list[Any]) -> Any:
    return row[0]


def _adapted(value: Any, connection: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
