"""Organisations and their members."""

from django.db import models
from django.utils import timezone

from camdesk.people.models.person import Person


class Organisation(models.Model):
    """A customer that is a company, a shop, a housing association."""

    name = models.CharField(max_length=200)
    external_id = models.CharField(max_length=100, null=True, blank=True, unique=True)
    plan = models.CharField(max_length=60, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)  # account blocked for non-payment since
    created_at = models.DateTimeField(default=timezone.now)
    members = models.ManyToManyField(Person, through="Membership", related_name="organisations")

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def seeing_all(self) -> "MembershipQuerySet":
        """Members who see every camera and every request of their organisation."""
        return self.filter(role__in=Membership.SEE_ALL)


class Membership(models.Model):
    """What a person is in an organisation. An employee sees the cameras granted to them, the others see all."""

    class Role(models.TextChoices):
        OWNER = "owner"
        ADMINISTRATOR = "administrator"
        EMPLOYEE = "employee"

    SEE_ALL = (Role.OWNER, Role.ADMINISTRATOR)

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships", db_index=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=13, choices=Role)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "organisation"], name="one_membership_each")]

    def __str__(self) -> str:
        return f"{self.person} ({self.role})"

    @property
    def sees_all(self) -> bool:
        return self.role in self.SEE_ALL
