"""What must leave the building."""

from typing import ClassVar

from django.db import models

from camdesk.lib.leases import Leased
from camdesk.tickets.models.conversation import Message
from camdesk.tickets.models.ticket import Ticket


class Delivery(Leased):
    """One thing that must leave by a channel, to an address there. Written in the deed's transaction, sent by the
    worker (channels/deliveries.py). What only a letter has is its OutgoingLetter.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"  # refused for good, or given up after 3 days; listed for agents
        CAUGHT = "caught"  # kept by the catcher page instead of sent (no mail server configured)
        MERGED = "merged"  # what it says leaves in another letter: its letter's `merged_into`
        HELD = "held"  # more than strangers may make us write (tickets/letter_budget.py): an agent lets it go, or proof
        READ = "read"  # they read the answer in the cabinet meanwhile: no letter is needed

    class Kind(models.TextChoices):
        CONFIRMATION = "confirmation"
        REPLY = "reply"
        PROMISE = "promise"
        RESOLVED = "resolved"
        NOTICE = "notice"
        DIGEST = "digest"  # one letter in the place of several; of no ticket
        CLAIM = "claim"  # "is this your request? confirm the address"
        ACCOUNT = "account"  # password reset, invitation

    waits: ClassVar = models.Q(state="waiting")

    channel = models.CharField(max_length=20, default="mail", db_default="mail")  # tickets/channels.py
    kind = models.CharField(max_length=12, choices=Kind)
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="deliveries")
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="deliveries")
    to = models.CharField(max_length=254)  # the address within the channel
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    payload = models.JSONField(default=dict)  # of other channels than mail: what `deliver` needs besides the message
    dedupe_key = models.CharField(max_length=120, null=True, blank=True, unique=True)  # the same deed twice queues one
    remote_id = models.CharField(max_length=200, blank=True, default="", db_default="")  # what the other side calls it
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="deliveries_waiting"),
            models.Index(fields=["state", "-created_at"], name="deliveries_by_state"),
            models.Index(fields=["to", "settled_at"], name="deliveries_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"

    @property
    def as_letter(self) -> "OutgoingLetter | None":
        """What it says as a letter; None for what leaves by another channel."""
        return getattr(self, "letter", None)


class OutgoingLetter(models.Model):
    """What a delivery by mail says, and how: one row beside each.

    Its Message-ID is final before the first try, so a doubtful second sending is recognised as the same letter.
    Text is composed at the first try and kept, so that every try sends the same letter.
    """

    delivery = models.OneToOneField(Delivery, models.CASCADE, primary_key=True, related_name="letter")
    language = models.CharField(max_length=2, default="ru")
    letter_id = models.CharField(max_length=200, unique=True)  # its Message-ID, without the angle brackets
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    only_if_unread = models.BooleanField(default=False, db_default=False)  # not read in the cabinet
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    # Whom it counts against in the budget: the mailbox it went to, in one spelling (blank: free, or held), by whom, and
    # from when on.
    mailbox = models.CharField(max_length=254, blank=True, default="", db_default="")
    originator = models.CharField(max_length=80, blank=True, default="", db_default="")
    charged_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["mailbox", "charged_at"], condition=models.Q(mailbox__gt=""), name="letters_to_one"),
            models.Index(
                fields=["originator", "charged_at"], condition=models.Q(mailbox__gt=""), name="letters_by_one"
            ),
        ]

    def __str__(self) -> str:
        return self.letter_id
