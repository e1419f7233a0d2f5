"""How customers judge what we did."""

from django.db import models

from camdesk.people.models import Person
from camdesk.tickets.models.ticket import Ticket


class Rating(models.Model):
    """What the customer says of one resolution: once. A ticket that was opened again may be rated again when it is
    resolved. Written by tickets/state.py alone."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="ratings", db_index=False)
    resolution = models.PositiveSmallIntegerField()  # 1 is the ticket's first; 0, of old: said before there was any
    stars = models.PositiveSmallIntegerField()  # 1 to 5
    comment = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "resolution"], name="rating_once_per_resolution"),
            models.CheckConstraint(condition=models.Q(stars__range=(1, 5)), name="rating_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.stars}"
