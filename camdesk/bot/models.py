"""What the bot keeps: where each conversation stands, what it waits for, how its flows are doing."""

from typing import ClassVar

from django.db import models

from camdesk.lib.leases import Leased
from camdesk.people.models import Person
from camdesk.playbook.models import Topic
from camdesk.tickets.models import Ticket


class Session(models.Model):
    """One conversation with the bot: the engine's state, as plain JSON. The ticket is locked while a step is played."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="bot_session")
    state = models.JSONField(default=dict)
    # What is put before the customer, as it was said: {"question": reply, "offer": reply, "rate": reply}, the newest of
    # each (sessions/current_question.py says which of them is open).
    asked = models.JSONField(default=dict, db_default={})
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"bot of {self.ticket_id}"


class Alarm(Leased):
    """Something the bot does when time has passed: remind, close, give up on a call, understand words after all. It
    rings at `next_try_at`, and is gone when it has rung."""

    waits: ClassVar = models.Q()

    session = models.ForeignKey(Session, models.CASCADE, related_name="alarms", db_index=False)
    # remind, close, look, understand, call:<id>, own request:<topic>; a later one of the same name replaces it
    name = models.CharField(max_length=60)
    value = models.JSONField()  # of the engine's `timer` event; of `understand` and `own request` the effect

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "name"], name="one_alarm_of_a_name")]
        indexes = [models.Index(fields=["next_try_at"], name="alarms_due")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.name}"


class StepCount(models.Model):
    """How often something happened at a step of a flow of one playbook version: shown on the flow's graph."""

    version = models.PositiveIntegerField()
    flow = models.CharField(max_length=120)
    step = models.CharField(max_length=80, blank=True)
    what = models.CharField(max_length=12)  # enter, left, handed, resolved, reopened, invalid…
    value = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "flow", "step", "what"], name="one_count_of_a_step")]

    def __str__(self) -> str:
        return f"{self.flow}.{self.step} {self.what}: {self.value}"


class Phrase(models.Model):
    """What a customer wrote and the bot did not understand. An agent attaches it to a topic with one click."""

    text = models.CharField(max_length=1000)
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="+")
    guessed = models.ForeignKey(Topic, models.SET_NULL, null=True, blank=True, related_name="+")  # our best guess
    at = models.DateTimeField()
    topic = models.ForeignKey(Topic, models.SET_NULL, null=True, blank=True, related_name="phrases")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["-at"], condition=models.Q(settled_at__isnull=True), name="phrases_open"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class ArticleCount(models.Model):
    """How often an article was shown, and whether it helped."""

    article = models.SlugField(max_length=80, primary_key=True)
    shown = models.PositiveBigIntegerField(default=0)
    helped = models.PositiveBigIntegerField(default=0)
    not_helped = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.article}: {self.shown}"
