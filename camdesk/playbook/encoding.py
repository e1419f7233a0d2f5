"""Frozen dataclasses to plain JSON data and back, by their type hints.

Understands str, int, float, bool, None, `Any`, dataclasses, `tuple[X, ...]`, `Mapping[str, X]` and `X | None`.
Data written by an older program may lack a field (its default is taken) or hold one that is gone (ignored), so that
a published version stays readable for ever.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")


def encode(value: Any) -> Any:
    """`value` as dicts, lists and scalars, in the order of the fields."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    return value


def decode(kind: type[T], data: Any) -> T:
    """The dataclass `kind` that `encode` turned into `data`. Raises ValueError on data of another shape."""
    try:
        value: T = _decoder(cast(Any, kind))(data)
    except (TypeError, AttributeError, KeyError) as error:
        raise ValueError(f"not a {kind.__name__}: {error}") from error
    return value


@cache
def _decoder(hint: Any) -> Callable[[Any], Any]:
    if dataclasses.is_dataclass(hint):
        return _dataclass_decoder(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        item = _decoder(arguments[0])
        return lambda data: tuple(item(part) for part in data)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        value = _decoder(arguments[1])
        return lambda data: {key: value(part) for key, part in data.items()}
    if origin in (types.UnionType, typing.Union):
        inner = _decoder(next(part for part in arguments if part is not type(None)))
        return lambda data: None if data is None else inner(data)
    return lambda data: data


def _dataclass_decoder(kind: Any) -> Callable[[Any], Any]:
    readers: tuple[tuple[str, Callable[[Any], Any]], ...] | None = None

    def read(data: Any) -> Any:
        nonlocal readers
        if not isinstance(data, Mapping):
            raise TypeError(f"expected the fields of {kind.__name__}, got {type(data).__name__}")
        if readers is None:  # made at first use: a class may hold itself; whole, as other threads are here too
            hints = typing.get_type_hints(kind)
            readers = tuple((field.name, _decoder(hints[field.name])) for field in dataclasses.fields(kind))
        return kind(**{name: reader(data[name]) for name, reader in readers if name in data})

    return read
