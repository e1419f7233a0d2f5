"""Objects of rows, as Model.from_db makes them, for a fifth of its cost: it asks each field how it wants to be set, and
none of ours wants anything."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators
from django.db.models.signals import post_init, pre_init

Make = Callable[[Sequence[Any]], Any]


class Maker:
    """Makes the objects of one statement, with those that were selected beside them."""

    def __init__(self, info: Any, select: Sequence[Any], annotated: Mapping[str, int], using: str) -> None:
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        self._own = slice(first, last)
        self._make = _make(info["model"], [column[0].target.attname for column in select[first:last]], using)
        # The stubs are of a newer Django, where it takes one value more.
        populators: Any = get_related_populators(info, select, using)  # type: ignore[call-arg]  # see above
        self._beside = [_Beside(one, using) for one in populators]
        self._annotated = list(annotated.items())

    def made(self, row: list[Any]) -> Any:
        made = self._make(row[self._own])
        for one in self._beside:
            one.put(row, made)
        for name, place in self._annotated:
            setattr(made, name, row[place])
        return made


class _Beside:
    """Django's RelatedPopulator."""

    def __init__(self, populator: Any, using: str) -> None:
        self._values: Callable[[list[Any]], Sequence[Any]] = populator.reorder_for_init or _columns(
            populator.cols_start, populator.cols_end
        )
        self._key: int = populator.pk_idx
        self._make = _make(populator.model_cls, populator.init_list, using)
        self._beside = [_Beside(one, using) for one in populator.related_populators]
        self._set_here, self._set_there = populator.local_setter, populator.remote_setter

    def put(self, row: list[Any], beside: Any) -> None:
        values = self._values(row)
        if values[self._key] is None:
            self._set_here(beside, None)
            return
        made = self._make(values)
        for one in self._beside:
            one.put(row, made)
        self._set_here(beside, made)
        self._set_there(made, beside)


def _columns(first: int, last: int) -> Callable[[list[Any]], Sequence[Any]]:
    return lambda row: row[first:last]


def _make(model: type[models.Model], names: list[str], using: str) -> Make:
    if _wants_more(model):
        return lambda values: model.from_db(using, names, values)

    def made(values: Sequence[Any]) -> models.Model:
        one = model.__new__(model)
        state = ModelState()
        state.adding = False
        state.db = using
        one._state = state
        vars(one).update(zip(names, values, strict=True))  # what is not there is read when it is asked for
        return one

    return made


def _wants_more(model: type[models.Model]) -> bool:
    """Whether more belongs to making one than setting its fields."""
    own = {name for base in model.__mro__ if base not in (models.Model, object) for name in vars(base)}
    return (
        bool(own & {"__init__", "from_db"})
        or any(isinstance(field, models.FileField) for field in model._meta.concrete_fields)
        or pre_init.has_listeners(model)
        or post_init.has_listeners(model)
    )
