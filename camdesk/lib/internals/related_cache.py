"""What is loaded beside a row already, without asking for what is not."""

from typing import Any

from django.db import models


def loaded(row: models.Model, name: str) -> Any:
    """The row that `name` leads to, as far as it was read with this one or after it; None: not read, or none."""
    return row._state.fields_cache.get(name)


def prefetched(row: models.Model, name: str) -> bool:
    """Whether the rows that `name` leads to were read with this one (prefetch_related)."""
    return name in getattr(row, "_prefetched_objects_cache", ())
