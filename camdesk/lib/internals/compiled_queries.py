"""The SQL of a queryset, made once: Django's compiler has no public way to keep what it made."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators

from camdesk.lib.internals.prepared_cursors import cursor_of

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
        self.converters = list(compiler.get_converters(expressions).items())
        if shape is ModelIterable:
            self.made: Callable[[list[Any], str], R] = self._as_object
            info = compiler.klass_info
            first, last = info["select_fields"][0], info["select_fields"][-1] + 1
            self.model: type[models.Model] = info["model"]
            self.own = slice(first, last)
            self.names = [column[0].target.attname for column in compiler.select[first:last]]
            # The stubs are of a newer Django, where it takes one value more.
            self.related = get_related_populators(info, compiler.select, rows.db)  # type: ignore[call-arg]  # see above
            self.annotated = list(compiler.annotation_col_map.items())
        else:
            self.made = _as_value if shape is FlatValuesListIterable else _as_tuple

    def run(self, values: Sequence[Any], using: str, most: int | None) -> list[R]:
        connection = connections[using]
        sql, params = self._filled(values, connection)
        with cursor_of(connection) as cursor:
            cursor.execute(sql, params)
            rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
        return [self.made(self._converted(list(row), connection), using) for row in rows]

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
        for place, (converters, expression) in self.converters:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        return row

    def _as_object(self, row: list[Any], using: str) -> Any:
        made = self.model.from_db(using, self.names, row[self.own])
        for populator in self.related:
            populator.populate(row, made)
        for name, place in self.annotated:
            setattr(made, name, row[place])
        return made


def _as_tuple(row: list[Any], _using: str) -> Any:
    return tuple(row)


def _as_value(row: list[Any], _using: str) -> Any:
    return row[0]


def _adapted(value: Any, connection: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
