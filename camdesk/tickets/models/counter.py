"""Maintained counts."""

from django.db import models


class Counter(models.Model):
    """How many tickets stand in a queue. Kept by the deeds (tickets/counts.py), so no page ever counts rows."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"
