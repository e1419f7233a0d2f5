"""What a person agreed to, and the proof of it."""

from django.db import models

from camdesk.people.models.person import Person


class Consent(models.Model):
    """One consent given: the very text shown, when and where from (152-FZ art. 9: a document of its own)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    version = models.CharField(max_length=40)
    text = models.TextField()
    channel = models.CharField(max_length=20)
    address = models.GenericIPAddressField(null=True, blank=True)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_channel = models.CharField(
        max_length=20, blank=True, default="", db_default=""
    )  # by which way they said so

    def __str__(self) -> str:
        return f"{self.person} {self.version}"
