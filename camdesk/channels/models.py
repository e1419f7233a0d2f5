"""What came in from outside, as it came: kept first, understood later."""

from django.db import models

from camdesk.tickets.models import Message, Ticket


class RawLetter(models.Model):
    """A letter as it was sent, byte for byte, and what became of it. The row is there before the server that brought
    the letter is told that we have it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        TAKEN = "taken"  # it is a message of `ticket`
        UNREAD = "unread"  # it could not be read: `ticket` holds it as a file
        NOTED = "noted"  # a machine's letter or a bounce: an event on `ticket`
        IGNORED = "ignored"  # our own letter come back, or a bounce of none of ours; `note` says why
        HELD = "held"  # too many letters from one address: an agent lets them in, or not

    digest = models.CharField(max_length=64, unique=True)  # of the letter without the marks of its journey
    mailbox = models.CharField(max_length=80)  # the way it came: "imap:support", "smtp", "folder", "postmark"
    recipients = models.JSONField(default=list)  # of the envelope, where there is one
    sender = models.CharField(max_length=254, blank=True)  # as claimed; for caps and lists, proof of nothing
    letter_id = models.CharField(max_length=250, blank=True)  # its Message-ID, without the angle brackets
    storage_key = models.CharField(max_length=120)
    size = models.PositiveIntegerField()  # bytes
    received_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="letters")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="letters")
    sender_proven = models.BooleanField(default=False)  # by our own mail server's checks
    automatic = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True)  # what was damaged, or why it is ignored; English

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="letters_waiting"),
            models.Index(fields=["state", "-received_at"], name="letters_by_state"),
            models.Index(fields=["sender", "received_at"], name="letters_by_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.digest[:12]}"


class Mailbox(models.Model):
    """How far a mailbox on another server has been taken in."""

    name = models.CharField(max_length=200, unique=True)  # "user@host/folder"
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
