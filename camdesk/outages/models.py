"""An outage, its cameras, the requests it explains, and whom it was told to."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from camdesk.cameras.models import Camera
from camdesk.lib.leases import Leased
from camdesk.people.models import Person
from camdesk.tickets.models import Delivery, Ticket


def _in_language(russian: str, english: str) -> str:
    return english if english and (get_language() or "ru").startswith("en") else russian


class OutageQuerySet(models.QuerySet["Outage"]):
    def open(self) -> "OutageQuerySet":
        """Those a person has confirmed and nobody has closed: only these are told to customers."""
        return self.filter(state__in=Outage.OPEN)


class Outage(models.Model):
    """A fault that many cameras share, or works that are planned. Its words are written by the staff for customers.

    scope: {"sites": [id], "districts": [name], "provider": value, "cameras": [id]}, as it was declared (scope.py).
    eta: the honest forecast, None when nobody knows; of planned works the end of the window that `began_at` begins.
    """

    class Kind(models.TextChoices):
        FAULT = "fault"
        PLANNED = "planned"

    class State(models.TextChoices):
        CANDIDATE = "candidate"  # suspected by the system, not yet confirmed by a person; no customer hears of it
        CONFIRMED = "confirmed"
        MONITORING = "monitoring"  # repaired, and looked after for a while
        CLOSED = "closed"

    class Source(models.TextChoices):
        PERSON = "person"

    OPEN = (State.CONFIRMED, State.MONITORING)

    kind = models.CharField(max_length=7, choices=Kind, default=Kind.FAULT)
    state = models.CharField(max_length=10, choices=State, default=State.CONFIRMED)
    source = models.CharField(max_length=8, choices=Source, default=Source.PERSON)
    title_ru = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    affected_ru = models.CharField(max_length=300, blank=True)  # what does not work, in the customers' words
    affected_en = models.CharField(max_length=300, blank=True)
    cause_ru = models.CharField(max_length=300, blank=True)
    cause_en = models.CharField(max_length=300, blank=True)
    scope = models.JSONField(default=dict)
    provider = models.CharField(max_length=60, blank=True)  # a value of the passports' provider
    began_at = models.DateTimeField()
    eta = models.DateTimeField(null=True, blank=True)
    declared_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    declared_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_ru = models.TextField(blank=True)
    closing_en = models.TextField(blank=True)
    cameras = models.ManyToManyField(Camera, through="OutageCamera", related_name="outages")
    tickets = models.ManyToManyField(Ticket, through="OutageTicket", related_name="outages")

    objects = OutageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="outage_closed_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(kind="planned") | Q(eta__gt=models.F("began_at")), name="planned_works_have_a_window"
            ),
        ]
        indexes = [
            models.Index(fields=["began_at"], condition=~Q(state="closed"), name="outages_open"),
            models.Index(fields=["-closed_at"], condition=Q(state="closed"), name="outages_closed"),
        ]

    def __str__(self) -> str:
        return self.title_ru

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_planned(self) -> bool:
        return self.kind == self.Kind.PLANNED

    @property
    def title(self) -> str:
        return _in_language(self.title_ru, self.title_en)

    @property
    def affected(self) -> str:
        return _in_language(self.affected_ru, self.affected_en)

    @property
    def cause(self) -> str:
        return _in_language(self.cause_ru, self.cause_en)

    @property
    def closing(self) -> str:
        return _in_language(self.closing_ru, self.closing_en)

    def has_begun(self, now: datetime) -> bool:
        return self.began_at <= now

    def is_late(self, now: datetime) -> bool:
        """The forecast has passed and it is not over."""
        return self.is_open and self.eta is not None and self.eta < now


class OutageCamera(models.Model):
    """A camera that the outage was declared for. Whoever is connected later is no part of it."""

    class State(models.TextChoices):
        AFFECTED = "affected"
        HEALTHY = "healthy"  # seen working again since the outage began

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="members", db_index=False)
    camera = models.ForeignKey(Camera, models.PROTECT, related_name="outage_members")
    state = models.CharField(max_length=8, choices=State, default=State.AFFECTED)
    healthy_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outage", "camera"], name="camera_once_per_outage")]

    def __str__(self) -> str:
        return f"{self.outage_id}: {self.camera_id}"


class OutageTicket(models.Model):
    """This request is about that outage. A link that an agent took away stays known, so that it is not made again."""

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="links", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="outage_links")
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")  # None: by itself
    at = models.DateTimeField()
    unlinked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outage", "ticket"], name="ticket_once_per_outage")]

    def __str__(self) -> str:
        return f"{self.outage_id}: № {self.ticket_id}"


class Subscription(models.Model):
    """A customer wants to hear how the outage goes on; `also`: they say that it is so with them, too."""

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="subscriptions", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="outage_subscriptions")
    also = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outage", "person"], name="subscribed_once_per_outage")]

    def __str__(self) -> str:
        return f"{self.person_id} to {self.outage_id}"


class Notice(Leased):
    """One thing said to everybody an outage concerns. It is carried on until nobody is left to hear it; one that was
    given up is done with a `last_error`."""

    class Kind(models.TextChoices):
        DECLARED = "declared"
        FORECAST = "forecast"
        ANSWER = "answer"  # one reply in every linked request
        CLOSED = "closed"

    waits: ClassVar = Q(done_at=None)

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=8, choices=Kind)
    words_ru = models.TextField(blank=True)  # the author's own, beside what the letter says by itself
    words_en = models.TextField(blank=True)
    eta = models.DateTimeField(null=True, blank=True)  # the forecast as it was told
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outage"], condition=Q(kind="closed"), name="one_closing_notice"),
        ]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(done_at__isnull=True), name="notices_under_way")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.outage_id}"

    @property
    def words(self) -> str:
        return _in_language(self.words_ru, self.words_en)


class Recipient(models.Model):
    """A person who was told a notice, once: written with the letter, so it is also how far a notice has come."""

    class How(models.TextChoices):
        LETTER = "letter"
        PAGE = "page"  # they read it on our page or heard it from the bot
        SHARED = "shared"  # another person of the same address got the letter
        NOWHERE = "nowhere"  # we know no address

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="recipients", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    how = models.CharField(max_length=7, choices=How)
    to = models.EmailField(blank=True)
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "person"], name="told_once_per_notice"),
            models.UniqueConstraint(
                fields=["notice", "to"], condition=Q(how="letter"), name="one_letter_per_address_and_notice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} to {self.person_id}"
