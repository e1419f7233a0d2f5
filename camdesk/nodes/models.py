"""Who serves from this database."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

ALIVE_FOR = timedelta(minutes=1)
"""So long a process counts after it was last heard of: it tells four times as often (registry.py)."""


class ServingProcessQuerySet(models.QuerySet["ServingProcess"]):
    def alive(self) -> "ServingProcessQuerySet":
        """By the database's clock, which is one for all."""
        return self.filter(seen_at__gt=Now() - ALIVE_FOR)


class ServingProcess(models.Model):
    """One process of `serve`, `web`, `live` or `work`. `place`: which pids `pid` is one of (a machine, or a container
    of it); `key`: a fingerprint of the secret key, of no use for anything else; `ahead_ms`: by how much its clock is
    before the database's."""

    id = models.CharField(max_length=32, primary_key=True)
    kind = models.CharField(max_length=10)
    host = models.CharField(max_length=100)
    place = models.CharField(max_length=32)
    pid = models.PositiveIntegerField()
    version = models.CharField(max_length=40)
    key = models.CharField(max_length=32)
    ahead_ms = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    objects = ServingProcessQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} on {self.host} (pid {self.pid})"
