"""What is kept of what the law wants of personal data: that they were erased, and where they must not be."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from camdesk.people.models import Organisation, Person
from camdesk.tickets.models import Ticket


class Erasure(models.Model):
    """The personal data of one person were erased: the proof of it, without a word of what went.

    counts: {part of the table: rows}. files: keys of the store that are still to be removed; login: whose sessions are
    still to be ended. Both are empty when `finished_at` stands.
    """

    class Basis(models.TextChoices):
        WITHDRAWN = "withdrawn", _("Клиент отозвал согласие")
        ASKED = "asked", _("Клиент потребовал уничтожить данные")
        DONE = "done", _("Цель обработки достигнута")
        UNLAWFUL = "unlawful", _("Обработка была неправомерной")
        ORDERED = "ordered", _("Предписание Роскомнадзора или решение суда")

    person = models.OneToOneField(Person, models.PROTECT, related_name="erasure")
    external_id = models.CharField(max_length=100, blank=True)  # as the operator's own system calls them
    basis = models.CharField(max_length=9, choices=Basis)
    reason = models.CharField(max_length=300)  # of the staff: number and date of what the customer wrote
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")  # None: the command line
    at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    removed_files = models.PositiveIntegerField(default=0)
    files = models.JSONField(default=list)
    login = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    again_at = models.DateTimeField(null=True, blank=True)  # when it was last done anew, over a backup put back

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(finished_at=None), name="erasures_unfinished")]

    def __str__(self) -> str:
        return f"person {self.person_id}"


class Hold(models.Model):
    """A dispute, an inquiry, a court: what this is about may be neither erased nor forgotten until it is lifted."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")  # None: the command line
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation=None, ticket=None)
                | Q(person=None, organisation__isnull=False, ticket=None)
                | Q(person=None, organisation=None, ticket__isnull=False),
                name="hold_is_about_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.reason
