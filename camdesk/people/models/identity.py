"""What people are known by: addresses, numbers, accounts of other services."""

from datetime import datetime

from django.db import models

from camdesk.people.models.person import Person


class IdentityQuerySet(models.QuerySet["Identity"]):
    def proven(self) -> "IdentityQuerySet":
        return self.filter(proven_at__isnull=False)

    def said(self) -> "IdentityQuerySet":
        """Merely said: it opens nothing."""
        return self.filter(proven_at__isnull=True)

    def best_first(self) -> "IdentityQuerySet":
        """The preferred one of a kind first, then what is proven, then by age."""
        return self.order_by("kind", "-preferred", models.F("proven_at").asc(nulls_last=True), "pk")


class Identity(models.Model):
    """What a person is known by. Only a proven one says who is writing; whose it is is told by people/identities.py."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="identities", db_index=False)
    kind = models.CharField(max_length=20)  # identities.KINDS, or the name of a channel
    value = models.CharField(max_length=254)  # in the one spelling of its kind
    proven_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    preferred = models.BooleanField(default=False, db_default=False)  # of several of a kind

    objects = IdentityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "value"], name="identity_once_per_person"),
            # Two people may say the same address; only one can have proven it.
            models.UniqueConstraint(
                fields=["kind", "value"],
                condition=models.Q(proven_at__isnull=False),
                name="proven_identity_is_one_persons",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=models.Q(preferred=True), name="one_preferred_identity_of_a_kind"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="") & ~models.Q(value=""), name="identity_has_a_kind_and_a_value"
            ),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="identity_by_value")]

    def __str__(self) -> str:
        return self.value
