"""Keys of integrations."""

from django.db import models
from django.utils import timezone

from camdesk.people.models.person import Person
from camdesk.people.models.staff import Agent


class ApiKey(models.Model):
    """A key of /api/v1. Kept as a hash; it acts as a machine person of its own, with the rights of `role`."""

    name = models.CharField(max_length=80)
    person = models.OneToOneField(Person, models.CASCADE, related_name="api_key")
    role = models.CharField(max_length=13, choices=Agent.Role, default=Agent.Role.AGENT)
    digest = models.CharField(max_length=64, unique=True)  # sha256, hex
    hint = models.CharField(max_length=8)  # the first letters, to tell keys apart on a page
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.name
