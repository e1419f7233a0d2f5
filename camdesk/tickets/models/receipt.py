"""What came in, by its key."""

from django.db import models

from camdesk.tickets.models.conversation import Message
from camdesk.tickets.models.ticket import Ticket


class Receipt(models.Model):
    """The key under which something came in, and what it became. A retry finds it and gets the first answer; another
    body is refused."""

    scope = models.CharField(max_length=80)  # "form:17", "api:3", "mail:support@example.org", "phone:mango"
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # sha256 of the body in canonical form
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="receipts")
    message = models.ForeignKey(Message, models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="receipt_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
