"""What was said (Message) and what happened (Event), in one order per ticket."""

from typing import Any, NoReturn

from django.db import models

from camdesk.people.models import Person
from camdesk.tickets.models.ticket import Ticket


class Event(models.Model):
    """One line of the timeline, written by one deed. Never changed, never deleted.

    name: dotted, past tense (`ticket.resolved`); docs/events.md lists them all.
    seq: 1, 2, 3… within the ticket, given under the ticket's row lock; the order of everything.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")  # None: the system
    at = models.DateTimeField()
    public = models.BooleanField(default=True)  # the customer sees it
    particulars = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "seq"], name="event_seq_once_per_ticket")]
        indexes = [models.Index(fields=["at"], name="event_by_time")]

    def __str__(self) -> str:
        return f"{self.ticket_id}#{self.seq} {self.name}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Events cannot be deleted.")


class MessageQuerySet(models.QuerySet["Message"]):
    def public(self) -> "MessageQuerySet":
        """What the customer may read; every page, fragment and letter of theirs begins here."""
        return self.exclude(kind__in=Message.AMONG_AGENTS)


class Message(models.Model):
    """Something said in a ticket. `seq` is that of its Event (`message.received`, `message.sent`, `note.written`)."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer"
        REPLY = "reply"
        NOTE = "note"  # never shown to a customer
        BOT = "bot"
        CALL = "call"  # the customer sees that there was a call (its Event), not what an agent wrote down of it

    AMONG_AGENTS = (Kind.NOTE, Kind.CALL)

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    channel = models.CharField(max_length=20)  # tickets/channels.py
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)  # sanitised; only for letters
    data = models.JSONField(
        default=dict, blank=True
    )  # the bot's buttons, a call's particulars, what was cut out of a letter
    client_id = models.CharField(
        max_length=64, null=True, blank=True
    )  # made by the browser; a retry is no second message
    at = models.DateTimeField()

    # In the deed that writes it: it was given files. No column.
    bound = False

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "seq"], name="message_seq_once_per_ticket"),
            models.UniqueConstraint(fields=["ticket", "client_id"], name="message_client_id_once_per_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}#{self.seq}"

    @property
    def public(self) -> bool:
        return self.kind not in self.AMONG_AGENTS
