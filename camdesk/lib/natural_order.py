"""Names in the order in which people read a list: «Касса 2» before «Касса 10»."""

import re
from typing import TYPE_CHECKING, Any

from django.db import models

from camdesk.lib.normal_forms import normal

_DIGITS = re.compile(r"[0-9]+")
_LONGEST_KEY = 800  # bytes: PostgreSQL has no index for more than 2,700 of a row
_LONGEST_NUMBER = 999  # digits


def natural_key(text: str) -> bytes:
    """What a name is sorted by, byte by byte and so alike in every database and in Python. Digits that stand together
    count as one number; case, «ё», the width of signs and the number of blanks do not matter. Pure and linear."""
    folded = " ".join(normal("NFKC", text).casefold().replace("ё", "е").split())
    return _DIGITS.sub(_number, folded).encode(errors="replace")[:_LONGEST_KEY]


def _number(run: re.Match[str]) -> str:
    """The number after its length: the longer one is the greater."""
    digits = run[0].lstrip("0") or "0"
    return f"{min(len(digits), _LONGEST_NUMBER):03}{digits}"


if TYPE_CHECKING:
    _Binary = models.BinaryField[bytes, bytes]
else:
    _Binary = models.BinaryField  # is no generic while it runs


class NaturalOrder(_Binary):
    """A column that a list is sorted by: the natural key of another field of the row, written whenever that is."""

    def __init__(self, of: str = "", **kwargs: Any) -> None:
        """`of`: the name of that field."""
        kwargs.setdefault("default", b"")
        super().__init__(**kwargs)
        self.of = of

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes:
        key = natural_key(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, key)
        return key


class InNaturalOrder(models.Model):
    """A model with such columns: a save of certain fields takes the keys of these along. What is written without a save
    (QuerySet.update, bulk_update) must say the key itself."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Any = None, **kwargs: Any) -> None:
        if update_fields is not None:
            keys = [one for one in self._meta.concrete_fields if isinstance(one, NaturalOrder)]
            update_fields = [*update_fields, *(one.name for one in keys if one.of in update_fields)]
        super().save(*args, update_fields=update_fields, **kwargs)
