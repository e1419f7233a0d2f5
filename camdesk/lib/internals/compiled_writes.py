"""INSERT and UPDATE of whole rows, put into words once a model: Django's save() does it anew each time, for ten times
the cost of running it. What save() does beside is not done here: signals, multi-table inheritance, database defaults.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models

from camdesk.lib.internals.gathered_writes import gathered_of
from camdesk.lib.internals.prepared_cursors import cursor_of

_WORDS = (models.CharField, models.TextField, models.SlugField, models.EmailField, models.URLField)
_NUMBERS = (models.IntegerField, models.BigIntegerField, models.SmallIntegerField, models.PositiveIntegerField)
_KEYS = (models.ForeignKey, models.OneToOneField)


class CannotPrepare(TypeError):
    """This row is one for save() and bulk_create()."""


class Writes:
    """The statements of one model on one engine."""

    def __init__(self, model: type[models.Model], connection: Any) -> None:
        meta = model._meta
        if meta.parents:
            raise CannotPrepare(f"{model.__name__} is kept in several tables")
        quote = connection.ops.quote_name
        key = meta.pk
        assert key is not None
        self.key = key
        given = [
            field for field in meta.concrete_fields if not isinstance(field, models.AutoField | models.BigAutoField)
        ]
        if odd := [field for field in given if _has_its_own_way(field)]:
            raise CannotPrepare(f"{odd} are filled in by save()")
        self.given = given
        self.left_as_it_is = _left_as_it_is(connection)
        self.made_by_us = key in given  # else the database gives the key
        self.changed = [field for field in given if field is not key]
        self.table, self.key_column = quote(meta.db_table), quote(key.column)  # names of our own models
        self.columns = ", ".join(quote(field.column) for field in given)
        steps = ", ".join(f"{quote(field.column)} = %s" for field in self.changed)
        self.update = f"UPDATE {self.table} SET {steps} WHERE {self.key_column} = %s"  # noqa: S608  as above

    def insert(self, rows: Sequence[models.Model], connection: Any) -> None:
        gathered = gathered_of(connection)
        if gathered is not None and not self.made_by_us and (taken := gathered.keys_of(type(rows[0]), len(rows))):
            for row, known in zip(rows, taken, strict=True):
                setattr(row, self.key.attname, known)
            gathered.write(*self._into(rows, [self.key, *self.given], connection))
        else:
            sql, params = self._into(rows, self.given, connection)
            for row, (key,) in zip(rows, self._keys(sql, params, connection), strict=not self.made_by_us):
                setattr(row, self.key.attname, key)
        for row in rows:
            row._state.adding = False
            row._state.db = connection.alias

    def _into(self, rows: Sequence[models.Model], fields: Sequence[Any], connection: Any) -> tuple[str, list[Any]]:
        params = [value for row in rows for value in self._values(row, fields, connection)]
        columns, one = self.columns, "(" + ", ".join(["%s"] * len(fields)) + ")"
        if len(fields) > len(self.given):
            columns = f"{self.key_column}, {columns}"
        return f"INSERT INTO {self.table} ({columns}) VALUES " + ", ".join([one] * len(rows)), params  # noqa: S608

    def _keys(self, sql: str, params: list[Any], connection: Any) -> Sequence[Sequence[Any]]:
        """Those that the database gave the rows it wrote."""
        sql = sql if self.made_by_us else f"{sql} RETURNING {self.key_column}"
        gathered = gathered_of(connection)
        if gathered is not None:
            return gathered.write(sql, params, now=not self.made_by_us)
        with cursor_of(connection) as cursor:
            cursor.execute(sql, params)
            return () if self.made_by_us else cursor.fetchall()

    def save(self, row: models.Model, connection: Any) -> int:
        params = self._values(row, self.changed, connection)
        with cursor_of(connection) as cursor:
            cursor.execute(self.update, [*params, row.pk])
            return int(cursor.rowcount)

    def _values(self, row: models.Model, fields: Sequence[Any], connection: Any) -> list[Any]:
        values = []
        for field in fields:
            value = getattr(row, field.attname)
            if value is None and field.is_relation and (other := row._state.fields_cache.get(field.name)) is not None:
                value = other.pk  # it was saved after this row was made
                setattr(row, field.attname, value)
            as_it_is = self.left_as_it_is.get(type(field))
            if as_it_is is not None and (value is None or type(value) is as_it_is):
                values.append(value)
                continue
            if type(field) is models.DateTimeField and type(value) is datetime and value.tzinfo is not None:
                values.append(connection.ops.adapt_datetimefield_value(value))
                continue
            if hasattr(value, "resolve_expression"):
                raise CannotPrepare(f"{field} is to be worked out by the database")
            values.append(field.get_db_prep_save(value, connection))
        return values


def _left_as_it_is(connection: Any) -> Mapping[type[Any], type]:
    """{field: type of a value that it leaves as it is}: most columns, and the way to be told so is long. On PostgreSQL
    a number must say how large its column is: each size that it had would be another statement to prepare."""
    numbers = (*_NUMBERS, *_KEYS) if connection.vendor == "sqlite" else ()
    return {**dict.fromkeys(_WORDS, str), **dict.fromkeys(numbers, int), models.BooleanField: bool}


def _has_its_own_way(field: Any) -> bool:
    return (
        isinstance(field, models.FileField)
        or getattr(field, "auto_now", False)
        or getattr(field, "auto_now_add", False)
    )


_known: dict[tuple[type[models.Model], str], Writes] = {}


def writes_of(model: type[models.Model], connection: Any) -> Writes:
    place = (model, connection.vendor)
    found = _known.get(place)
    if found is None:
        found = _known[place] = Writes(model, connection)
    return found
