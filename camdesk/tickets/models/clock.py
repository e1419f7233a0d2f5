"""Clocks of a ticket: what was promised until when, and how long each turn took."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from camdesk.tickets.models.ticket import Ticket, Turn


class ClockQuerySet(models.QuerySet["Clock"]):
    def live(self) -> "ClockQuerySet":
        """What is still awaited, whether its time runs or stands."""
        return self.filter(met_at=None, dropped_at=None)

    def overdue(self, now: datetime) -> "ClockQuerySet":
        """What was promised until before `now` and is still awaited."""
        return self.live().filter(paused_at=None, due_at__lt=now)


class Clock(models.Model):
    """What is awaited on a ticket since a moment and, where something was promised, until when.

    A row is never taken back or reused: an answer that was promised three times is three rows. Live until it is met
    (`met_at`) or nobody waits for it any more (`dropped_at`). A due that passed unmet stays in `broken_at`, whatever
    follows. Written by tickets/state.py alone.
    """

    class Kind(models.TextChoices):
        FIRST_ANSWER = "first_answer"  # to the customer: a person answers
        NEXT_UPDATE = "next_update"  # to the customer: they hear from us again
        SOLUTION = "solution"  # to the customer: settled; stands while the move is the customer's or the bot's
        US = Turn.US.value  # how long one stay of a turn lasts
        CUSTOMER = Turn.CUSTOMER.value
        PROVIDER = Turn.PROVIDER.value
        INSTALLER = Turn.INSTALLER.value
        VISIT = Turn.VISIT.value

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="clocks", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    seq = models.PositiveIntegerField()  # of the event that started it
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)  # nothing was promised: it only measures
    paused_at = models.DateTimeField(null=True, blank=True)
    left = models.DurationField(null=True, blank=True)  # while paused: of working time, where the promise counts that
    met_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)  # the due that passed

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind", "seq"], name="clock_once_per_event"),
            models.UniqueConstraint(
                fields=["ticket", "kind"], condition=Q(met_at=None, dropped_at=None), name="clock_one_live_of_a_kind"
            ),
            models.CheckConstraint(condition=Q(met_at=None) | Q(dropped_at=None), name="clock_ends_once"),
            models.CheckConstraint(
                condition=Q(paused_at=None, left=None) | Q(paused_at__isnull=False, left__isnull=False),
                name="clock_paused_knows_what_is_left",
            ),
            models.CheckConstraint(
                condition=Q(broken_at=None) | Q(due_at__isnull=False, broken_at=F("due_at")),
                name="clock_broken_when_due",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(met_at=None, dropped_at=None, broken_at=None, paused_at=None, due_at__isnull=False),
                name="clocks_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"

    @property
    def is_live(self) -> bool:
        return self.met_at is None and self.dropped_at is None
