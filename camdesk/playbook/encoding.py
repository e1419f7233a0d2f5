"""Frozen dataclasses to plain JSON data and back, by their type hints.

Understands str, int, float, bool, None, `Any`, `Literal`, dataclasses, `tuple[X, ...]`, `Mapping[str, X]` and unions of
them. Of a union of dataclasses each has its name in a class variable `kind`, and is written with it. Data written by an
older program may lack a field (its default is taken) or hold one that is gone (ignored), so that what is published or
stored stays readable for ever.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")
Decoder = Callable[[Any], Any]
_NEEDED = object()  # no default: always written


def encode(value: Any, *, sparse: bool = False) -> Any:
    """`value` as dicts, lists and scalars, in the order of the fields. sparse: without fields at their default."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        name, written = _layout(type(value))
        found = {"kind": name} if name else {}
        for field, default in written:
            part = getattr(value, field)
            if not (sparse and part == default):
                found[field] = encode(part, sparse=sparse)
        return found
    if isinstance(value, Mapping):
        return {str(key): encode(item, sparse=sparse) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item, sparse=sparse) for item in value]
    return value


@cache
def _layout(kind: Any) -> tuple[str, tuple[tuple[str, Any], ...]]:
    """The name a class is written with ("": none), and its fields with their defaults."""
    written = tuple((field.name, _default(field)) for field in dataclasses.fields(kind))
    return _name(kind), written


def _name(kind: Any) -> str:
    """`kind`, where it is the class's and no field of its values."""
    found = getattr(kind, "kind", None)
    own = isinstance(found, str) and "kind" not in {field.name for field in dataclasses.fields(kind)}
    return str(found) if own else ""


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return _NEEDED if field.default is dataclasses.MISSING else field.default


def decode(kind: type[T], data: Any) -> T:
    """The dataclass `kind` that `encode` turned into `data`. Raises ValueError on data of another shape: it says where
    and what was expected there, never what was found."""
    try:
        value: T = _decoder(cast(Any, kind))(data)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise ValueError(f"not a {getattr(kind, '__name__', kind)}: {error}") from error
    return value


@cache
def _decoder(hint: Any) -> Decoder:
    if dataclasses.is_dataclass(hint):
        return _dataclass_decoder(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return _tuple_decoder(_decoder(arguments[0]))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_decoder(_decoder(arguments[1]))
    if origin in (types.UnionType, typing.Union):
        return _union_decoder(arguments)
    if origin is typing.Literal:
        return _scalar_decoder(lambda data: data in arguments, f"one of {', '.join(map(str, arguments))}")
    return _SCALARS.get(hint, lambda data: data)


def _dataclass_decoder(kind: Any) -> Decoder:
    readers: tuple[tuple[str, Decoder], ...] | None = None

    def read(data: Any) -> Any:
        nonlocal readers
        if not isinstance(data, Mapping):
            raise TypeError(f"expected the fields of {kind.__name__}, got {type(data).__name__}")
        if readers is None:  # made at first use: a class may hold itself; whole, as other threads are here too
            hints = typing.get_type_hints(kind)
            readers = tuple((field.name, _decoder(hints[field.name])) for field in dataclasses.fields(kind))
        found = {}
        for name, reader in readers:
            if name in data:
                try:
                    found[name] = reader(data[name])
                except (TypeError, ValueError) as error:
                    raise ValueError(f"{name}: {error}") from error
        return kind(**found)

    return read


def _tuple_decoder(item: Decoder) -> Decoder:
    def read(data: Any) -> Any:
        if not isinstance(data, (list, tuple)):
            raise TypeError(f"expected a list, got {type(data).__name__}")
        return tuple([item(part) for part in data])

    return read


def _mapping_decoder(value: Decoder) -> Decoder:
    def read(data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise TypeError(f"expected a mapping, got {type(data).__name__}")
        return {key: value(part) for key, part in data.items()}

    return read


def _union_decoder(arguments: tuple[Any, ...]) -> Decoder:
    """Of several dataclasses the one its `kind` names; of others the first that fits."""
    kinds = [one for one in arguments if one is not type(None)]
    if len(kinds) > 1 and all(dataclasses.is_dataclass(one) for one in kinds):
        named = {_name(one): _decoder(one) for one in kinds}

        def read(data: Any) -> Any:
            name = data.get("kind") if isinstance(data, Mapping) else None
            if data is None and type(None) in arguments:
                return None
            if not isinstance(name, str) or name not in named:
                raise ValueError(f"expected a kind of {', '.join(named)}")
            return named[name](data)

        return read
    decoders = [_decoder(one) for one in kinds]

    def first(data: Any) -> Any:
        if data is None and type(None) in arguments:
            return None
        for decoder in decoders[:-1]:
            try:
                return decoder(data)
            except (TypeError, ValueError):
                continue
        return decoders[-1](data)

    return first


def _scalar_decoder(fits: Callable[[Any], bool], expected: str) -> Decoder:
    def read(data: Any) -> Any:
        if not fits(data):
            raise TypeError(f"expected {expected}, got {type(data).__name__}")
        return data

    return read


_SCALARS: Mapping[Any, Decoder] = {
    str: _scalar_decoder(lambda data: isinstance(data, str), "a string"),
    bool: _scalar_decoder(lambda data: isinstance(data, bool), "true or false"),
    int: _scalar_decoder(lambda data: isinstance(data, int) and not isinstance(data, bool), "a whole number"),
    float: _scalar_decoder(lambda data: isinstance(data, (int, float)) and not isinstance(data, bool), "a number"),
}
