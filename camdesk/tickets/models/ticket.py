"""The ticket and its cameras."""

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from camdesk.cameras.models import Camera, Site
from camdesk.lib.prepared import Prepared
from camdesk.people.models import Agent, ApiKey, Membership, Organisation, Person, Team
from camdesk.people.roles import RIGHTS, hidden_teams, may
from camdesk.playbook.models import Topic

if TYPE_CHECKING:
    from camdesk.tickets.clocks import Clocks
    from camdesk.tickets.models.conversation import Event, Message


class Turn(models.TextChoices):
    """Whose move it is: the state of a ticket. The customer and the agent see the same words for it."""

    BOT = "bot"
    US = "us"
    CUSTOMER = "customer"
    PROVIDER = "provider"
    INSTALLER = "installer"
    VISIT = "visit"
    NOBODY = "nobody"  # resolved, or closed for good


_MEMBERSHIPS = Prepared(
    lambda person: Membership.objects.filter(person_id=person).values_list("organisation_id", "role"), int
)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def open(self) -> "TicketQuerySet":
        return self.exclude(turn=Turn.NOBODY)

    def visible_to(self, person: Person | None) -> "TicketQuerySet":
        """What a customer sees: their own requests; those of organisations they own or administer; as an employee
        also those of their organisation about cameras granted to them."""
        if person is None:
            return self.none()
        memberships = _MEMBERSHIPS.all(person.pk)
        all_of = [pk for pk, role in memberships if role != Membership.Role.EMPLOYEE]
        some_of = [pk for pk, role in memberships if role == Membership.Role.EMPLOYEE]
        return self._seen(person, all_of, some_of)

    def one_visible_to(self, person: int, number: int) -> "TicketQuerySet":
        """The one of this number if the person may see it, as visible_to, in one statement: of lists the database
        would read too much."""
        theirs = Membership.objects.filter(person_id=person).values("organisation_id")
        all_of, some_of = theirs.exclude(role=Membership.Role.EMPLOYEE), theirs.filter(role=Membership.Role.EMPLOYEE)
        return self.filter(pk=number)._seen(Person(pk=person), all_of, some_of)

    def _seen(self, person: Person, all_of: Any, some_of: Any) -> "TicketQuerySet":
        """`all_of`, `some_of`: organisations whose requests they see all, or those about their cameras; lists, or
        subqueries."""
        mine = models.Q(person=person)
        if all_of != []:
            mine |= models.Q(organisation_id__in=all_of)
        if some_of != []:
            about_my_cameras = TicketCamera.objects.filter(camera__grants__person=person).values("ticket_id")
            mine |= models.Q(organisation_id__in=some_of, pk__in=about_my_cameras)
        return self.filter(mine)

    def for_agent(self, agent: Agent | None) -> "TicketQuerySet":
        """What a member of the staff sees: all but the requests of closed teams they are not in."""
        if agent is None or not may(agent, "ticket.read"):
            return self.none()
        return self.not_of(hidden_teams(agent))

    def for_key(self, key: ApiKey) -> "TicketQuerySet":
        """What an integration sees; a key is in no team."""
        rights = RIGHTS.get(key.role, frozenset())
        if "ticket.read" not in rights:
            return self.none()
        return self if "ticket.read_closed" in rights else self.exclude(team__closed=True)

    def not_of(self, teams: Collection[int]) -> "TicketQuerySet":
        """Those of none of these teams: to show."""
        return self.exclude(team_id__in=teams) if teams else self

    def hidden(self, teams: Collection[int]) -> "TicketQuerySet":
        """Those of these teams: to leave out, never to show."""
        return self.filter(team_id__in=teams)


class Ticket(models.Model):
    """One request of one person, from whatever channel, until it is settled."""

    number = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=200)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="tickets")
    playbook_version = models.PositiveIntegerField()  # a conversation finishes on the version it began with
    channel = models.CharField(max_length=20)  # tickets/channels.py
    language = models.CharField(max_length=2, default="ru")

    person = models.ForeignKey(Person, models.PROTECT, related_name="tickets", db_index=False)
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="tickets", db_index=False
    )
    contact_name = models.CharField(max_length=120)  # as said in this request
    contact_phone = models.CharField(max_length=32, blank=True)  # E.164
    contact_email = models.EmailField(blank=True)
    contact_address = models.CharField(max_length=254, blank=True, default="", db_default="")  # as `channel` calls them
    verified = models.BooleanField(default=True)  # the sender proved who they are; if not, no camera is disclosed

    site = models.ForeignKey(Site, models.SET_NULL, null=True, blank=True, related_name="tickets")
    address = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict, blank=True)  # {fact id: value}, those that belong to no camera
    cameras = models.ManyToManyField(Camera, through="TicketCamera", related_name="tickets")

    turn = models.CharField(max_length=9, choices=Turn, default=Turn.US)
    turn_since = models.DateTimeField()
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="tickets", db_index=False)
    assignee = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, related_name="tickets", db_index=False)
    urgent = models.BooleanField(default=False)

    # Kept from the clocks by tickets/state.py, as turn, resolved, closed and reopenings are.
    promised_at = models.DateTimeField(null=True, blank=True)  # the next update the customer was promised
    next_due_at = models.DateTimeField(null=True, blank=True)  # the soonest due of all clocks that run
    opened_at = models.DateTimeField(default=timezone.now)
    active_at = models.DateTimeField(default=timezone.now)  # last thing that happened
    first_replied_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    last_seq = models.PositiveIntegerField(default=0)
    customer_seen_seq = models.PositiveIntegerField(default=0)
    agent_seen_seq = models.PositiveIntegerField(default=0)

    reopenings = models.PositiveSmallIntegerField(default=0)
    follow_up_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="follow_ups")

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(turn__in=Turn.values), name="ticket_turn_is_known"),
            models.CheckConstraint(
                condition=~models.Q(turn="nobody") | models.Q(resolved_at__isnull=False),
                name="ticket_settled_has_a_time",
            ),
        ]
        # Every queue is read by one of these in order, so a page costs the same at 1,000 and 1,000,000 tickets.
        # A key that one of them, or a constraint, begins with needs no index of its own: `db_index=False`.
        indexes = [
            models.Index(fields=["turn", "-active_at", "-number"], name="queue_all"),
            models.Index(fields=["assignee", "turn", "-active_at", "-number"], name="queue_mine"),
            models.Index(fields=["team", "turn", "-active_at", "-number"], name="queue_team"),
            # What is our move is read by promise: who was promised the soonest comes first.
            models.Index(fields=["turn", "promised_at", "number"], name="promised_all"),
            models.Index(fields=["assignee", "turn", "promised_at", "number"], name="promised_mine"),
            models.Index(fields=["team", "turn", "promised_at", "number"], name="promised_team"),
            models.Index(fields=["person", "-number"], name="tickets_of_person"),
            models.Index(fields=["organisation", "-number"], name="tickets_of_organisation"),
            models.Index(
                fields=["channel", "contact_address"],
                condition=~models.Q(contact_address=""),
                name="tickets_by_address",
            ),
            models.Index(fields=["next_due_at"], condition=models.Q(next_due_at__isnull=False), name="tickets_due"),
            # Settled and not closed for good: few of very many.
            models.Index(
                fields=["resolved_at"],
                condition=models.Q(closed_at__isnull=True, resolved_at__isnull=False),
                name="tickets_to_close",
            ),
        ]

    # While a deed has the row locked (tickets/timeline.py, tickets/state.py); no columns.
    held_clocks: "Clocks"

    @cached_property
    def happened(self) -> "list[Event]":
        """What this deed has recorded, in its order."""
        return []

    @cached_property
    def said(self) -> "list[Message]":
        """What this deed has added of the customer's and the bot's words, in their order."""
        return []

    def __str__(self) -> str:
        return f"№ {self.number}"

    @property
    def is_open(self) -> bool:
        return self.turn != Turn.NOBODY

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class TicketCamera(models.Model):
    """One affected camera of a ticket, with its own answers, its diagnosis frozen at opening, and its own state."""

    class State(models.TextChoices):
        AFFECTED = "affected"
        CHECKED = "checked"
        FIXED = "fixed"
        UNCONFIRMED = "unconfirmed"

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="ticket_cameras", db_index=False)
    camera = models.ForeignKey(Camera, models.PROTECT, related_name="ticket_cameras")
    facts = models.JSONField(default=dict, blank=True)
    diagnosis = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=11, choices=State, default=State.AFFECTED)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "camera"], name="camera_once_per_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.camera_id}"
