"""What came in from outside, as it came: kept first, understood later."""

from typing import ClassVar

from django.db import models

from camdesk.lib.leases import Leased
from camdesk.people.models import Agent, Person
from camdesk.tickets.models import Message, Scanned, Ticket


class RawLetter(Leased, Scanned):
    """A letter as it was sent, byte for byte, and what became of it. The row is there before the server that brought
    the letter is told that we have it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        TAKEN = "taken"  # it is a message of `ticket`
        UNREAD = "unread"  # it could not be read: `ticket` holds it as a file
        NOTED = "noted"  # a machine's letter or a bounce: an event on `ticket`
        IGNORED = "ignored"  # our own letter come back, or a bounce of none of ours; `note` says why
        HELD = "held"  # too many letters from one address: an agent lets them in, or not

    waits: ClassVar = models.Q(state="waiting")

    digest = models.CharField(max_length=64, unique=True)  # of the letter without the marks of its journey
    mailbox = models.CharField(max_length=80)  # the way it came (authentication_results.WAYS): "imap:support", "smtp"
    recipients = models.JSONField(default=list)  # of the envelope, where there is one
    sender = models.CharField(max_length=254, blank=True)  # as claimed; for caps and lists, proof of nothing
    source = models.CharField(max_length=254, blank=True)  # whom it waits behind: mail/incoming/fair_queueing.py
    turn = models.PositiveIntegerField(default=0)  # how many of its source waited when it came; read in this order
    sender_name = models.CharField(max_length=200, blank=True)  # as claimed too
    subject = models.CharField(max_length=300, blank=True)
    letter_id = models.CharField(max_length=250, blank=True)  # its Message-ID, without the angle brackets
    storage_key = models.CharField(max_length=120)
    size = models.PositiveIntegerField()  # bytes
    received_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="letters")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="letters")
    sender_proven = models.BooleanField(default=False)  # by our own mail server's checks
    automatic = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True)  # what was damaged, or why it is ignored; English
    # Who let it in, turned it away, or had it read again.
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="letters_waiting"),
            models.Index(fields=["turn", "next_try_at"], condition=models.Q(state="waiting"), name="letters_by_turn"),
            models.Index(fields=["source"], condition=models.Q(state="waiting"), name="letters_by_source"),
            models.Index(fields=["state", "-id"], name="letters_by_state"),
            models.Index(fields=["sender", "received_at"], name="letters_by_sender"),
            models.Index(fields=["-received_at"], condition=models.Q(scan="waiting"), name="letters_to_scan"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.digest[:12]}"


class LetterScan(Leased):
    """A letter that waits for the scanner: made by the worker when there is one, gone with the verdict."""

    waits: ClassVar = models.Q()

    letter = models.OneToOneField(RawLetter, models.CASCADE, primary_key=True, related_name="scan_wait")

    def __str__(self) -> str:
        return f"letter {self.letter_id}"


class RawUpdate(Leased):
    """What a service said of its customers' messages, as it said it (channels/updates.py). Said twice, it is here
    once."""

    class State(models.TextChoices):
        WAITING = "waiting"
        TAKEN = "taken"  # forgotten after a month
        UNREAD = "unread"  # its channel could not read it: `last_error` says why

    waits: ClassVar = models.Q(state=State.WAITING)

    channel = models.CharField(max_length=20)  # tickets/channels.py
    digest = models.CharField(max_length=64, unique=True)
    body = models.BinaryField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="updates_waiting"),
            models.Index(fields=["received_at"], condition=models.Q(state="taken"), name="updates_taken"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.digest[:12]}"


class Mailbox(models.Model):
    """How far a mailbox on another server has been taken in."""

    name = models.CharField(max_length=200, unique=True)  # "user@host/folder"
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class CallEvent(models.Model):
    """One thing a telephone exchange said about a call, as it said it. Said twice, it is here once."""

    provider = models.CharField(max_length=20)
    call_id = models.CharField(max_length=100)
    leg_id = models.CharField(max_length=100, blank=True)  # "": about the call as a whole
    kind = models.CharField(max_length=11)  # phone/exchange_events.KINDS
    seq = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True, blank=True)  # by the exchange's clock, where it says
    direction = models.CharField(max_length=8)
    customer = models.CharField(max_length=32, blank=True)  # E.164; as it was spelled where none can be read
    line = models.CharField(max_length=32, blank=True)
    extension = models.CharField(max_length=20, blank=True)
    queue = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    talk_seconds = models.PositiveIntegerField(null=True, blank=True)
    recording = models.CharField(max_length=200, blank=True)
    raw = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    applied = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "call_id", "leg_id", "kind", "seq"], name="call_event_said_once"
            )
        ]
        indexes = [models.Index(fields=["received_at"], condition=models.Q(applied=False), name="call_events_waiting")]

    def __str__(self) -> str:
        return f"{self.provider} {self.call_id} {self.kind}"


class Call(models.Model):
    """A telephone call: where it stands, whose it is, and the message it became."""

    class State(models.TextChoices):
        RINGING = "ringing"
        QUEUED = "queued"
        ANSWERED = "answered"
        HELD = "held"
        ENDED = "ended"
        MISSED = "missed"

    provider = models.CharField(max_length=20)
    call_id = models.CharField(max_length=100)
    direction = models.CharField(max_length=8)  # in | out | internal
    state = models.CharField(max_length=8, choices=State)
    customer = models.CharField(max_length=32, blank=True)  # E.164; as it was spelled; "": hidden
    line = models.CharField(max_length=32, blank=True)
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, related_name="+")
    rung = models.JSONField(default=list)  # ids of the agents whose telephones ring just now
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    named_by = models.ForeignKey(  # who asked and chose `person` among the candidates; None: the number is proven
        Agent, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    candidates = models.JSONField(default=list)  # persons who merely said this number: the agent asks and chooses
    talk_seconds = models.PositiveIntegerField(default=0)
    recording = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)  # it is over and became a message or a call-back
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="calls")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="calls")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "call_id"], name="call_once")]
        indexes = [
            models.Index(fields=["moved_at"], condition=models.Q(told_at=None), name="calls_going_on"),
            models.Index(fields=["moved_at"], name="calls_by_time"),
            models.Index(fields=["state", "-id"], name="calls_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.call_id}"


class CallBack(Leased):
    """Somebody is to be called: they asked for it, or nobody answered them. What the worker does with it is to remind
    the desk; it stays in its list until somebody has called."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        DROPPED = "dropped"

    waits: ClassVar = models.Q(state="waiting", reminded_at=None)

    phone = models.CharField(max_length=32)  # E.164; of a missed call also as the exchange spelled it
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="call_backs")
    missed = models.BooleanField(default=False)  # of a missed call, not asked for
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)  # what about, as whoever asked said it
    unanswered = models.PositiveSmallIntegerField(default=0)  # how often we called and nobody answered
    wanted_from = models.DateTimeField()
    wanted_until = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    reminded_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wanted_from__lte=models.F("wanted_until")), name="call_back_window_runs_forward"
            ),
            models.UniqueConstraint(
                fields=["phone"], condition=models.Q(state="waiting"), name="one_waiting_call_back_per_phone"
            ),
        ]
        indexes = [models.Index(fields=["state", "wanted_from"], name="call_backs_by_time")]

    def __str__(self) -> str:
        return f"{self.phone} from {self.wanted_from:%d.%m %H:%M}"
