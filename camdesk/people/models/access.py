"""Who saw and who changed whose data."""

from typing import Any, NoReturn

from django.db import models


class AccessSeal(models.Model):
    """A batch of the access log, closed: its digest covers the one before it, so nothing can be cut out or changed
    without being seen (people/audit.py). Numbered 1, 2, 3…"""

    number = models.BigIntegerField(primary_key=True)
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # HMAC-SHA256, hex
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number}: {self.digest[:12]}"


class AccessRecord(models.Model):
    """Somebody of the staff saw, or changed, data of a person. Persons are named by number alone, so that the record
    stays whole when one of them is erased. Never changed, but for the seal it gets; never deleted.

    by: None is the command line. slot: of what was seen, the quarter of an hour, as which it is told once; of what was
    changed nothing.
    """

    at = models.DateTimeField()
    by = models.BigIntegerField(null=True, blank=True)
    whose = models.BigIntegerField()
    what = models.CharField(max_length=40)  # audit.SEEN or audit.DONE
    about = models.CharField(max_length=60, blank=True)  # "ticket 1042", "file <id>"; "": the person as such
    slot = models.DateTimeField(null=True, blank=True)
    seal = models.ForeignKey(AccessSeal, models.PROTECT, null=True, blank=True, related_name="records")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "whose", "what", "about", "slot"], name="seen_once_a_quarter_hour")
        ]
        indexes = [
            models.Index(fields=["whose", "at"], name="access_of_person"),
            models.Index(fields=["id"], condition=models.Q(seal=None), name="access_unsealed"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.what} {self.whose}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Records of access cannot be deleted.")
