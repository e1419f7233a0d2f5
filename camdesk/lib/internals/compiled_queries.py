"""The SQL of a queryset, made once: Django's compiler has no public way to keep what it made."""

from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)


class Compiled(Generic[M]):
    """The SQL of one engine and how its rows become objects."""

    def __init__(self, rows: "models.QuerySet[M]", marks: list[Any]) -> None:
        if rows.query.combinator or rows._prefetch_related_lookups:  # type: ignore[attr-defined]  # private
            raise TypeError("a prepared query gives rows of one model and of those selected with it")
        compiler = rows.query.get_compiler(using=rows.db)
        sql, given = compiler.as_sql()
        self.pieces = sql.split("%s")
        if len(self.pieces) != len(given) + 1:
            raise TypeError("the SQL of a prepared query must hold its values as %s and nothing else like it")
        adapted = [mark[0] if isinstance(mark, list) else _adapted(mark, compiler.connection) for mark in marks]
        self.values = [(adapted.index(value), None) if value in adapted else (None, value) for value in given]
        if {place for place, _ in self.values} - {None} != set(range(len(marks))):
            raise TypeError("a value of a prepared query is not found in its SQL")
        info = compiler.klass_info
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        self.model: type[M] = info["model"]
        self.own = slice(first, last)
        self.names = [column[0].target.attname for column in compiler.select[first:last]]
        # The stubs are of a newer Django, where it takes one value more.
        self.related = get_related_populators(info, compiler.select, rows.db)  # type: ignore[call-arg]  # see above
        self.annotated = list(compiler.annotation_col_map.items())
        expressions = [column[0] for column in compiler.select]
        self.converters = list(compiler.get_converters(expressions).items())

    def run(self, values: tuple[Any, ...], using: str, most: int | None) -> list[M]:
        connection = connections[using]
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
        with connection.cursor() as cursor:
            cursor.execute("".join(sql), params)
            rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
        return [self._object(list(row), using, connection) for row in rows]

    def _object(self, row: list[Any], using: str, connection: Any) -> M:
        for place, (converters, expression) in self.converters:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        made = self.model.from_db(using, self.names, row[self.own])
        for populator in self.related:
            populator.populate(row, made)
        for name, place in self.annotated:
            setattr(made, name, row[place])
        return made


def _adapted(value: Any, connection: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
