"""Persons."""

from django.db import models
from django.utils import timezone


class Person(models.Model):
    """Anyone who contacts us, or acts in camdesk. Most never sign in; a login is a separate User.

    What a person says of themselves (name, phone, email) opens nothing: only a proven Identity does.
    """

    class Kind(models.TextChoices):
        HUMAN = "human"
        MACHINE = "machine"  # an integration; it acts under its own name

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.HUMAN)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=32, blank=True)  # E.164, as last said
    email = models.EmailField(blank=True)  # as last said
    external_id = models.CharField(max_length=100, null=True, blank=True, unique=True)
    language = models.CharField(max_length=2, default="ru")
    letters_at_once = models.BooleanField(default=False, db_default=False)  # also what they may still read
    plan = models.CharField(max_length=60, blank=True)  # the tariff of a private customer
    blocked_at = models.DateTimeField(null=True, blank=True)  # account blocked for non-payment since
    created_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)  # nothing of who they were is here since (privacy)

    def __str__(self) -> str:
        return self.name
