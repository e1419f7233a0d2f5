"""What is typed and not yet sent."""

from django.db import models

from camdesk.people.models import Person


class Draft(models.Model):
    """A half-filled form or unsent message. Kept with the person: survives reload, sign-out, a change of device."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="drafts", db_index=False)
    place = models.CharField(max_length=60)  # "form", "ticket:1042", "chat"
    content = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "place"], name="one_draft_per_place")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.place}"
