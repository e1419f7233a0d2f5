"""Those who answer: agents and their teams."""

from django.db import models
from django.utils.functional import cached_property

from camdesk.people.models.person import Person


class TeamQuerySet(models.QuerySet["Team"]):
    def without(self, agent: "Agent | models.OuterRef") -> "TeamQuerySet":
        """Those this agent is not in."""
        in_it = Agent.teams.through.objects.filter(team_id=models.OuterRef("pk"), agent=agent)
        return self.filter(~models.Exists(in_it))


class Team(models.Model):
    """A group of agents that requests are routed to. Slugs are those of the playbook's teams.

    A closed team keeps its requests to itself (people/roles.py): personal data, security.
    """

    slug = models.SlugField(unique=True)
    name_ru = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    closed = models.BooleanField(default=False, db_default=False)

    objects = TeamQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name_ru


class Agent(models.Model):
    """A person of the support staff."""

    class Role(models.TextChoices):
        AGENT = "agent"
        LEAD = "lead"
        ADMINISTRATOR = "administrator"

    person = models.OneToOneField(Person, models.CASCADE, related_name="agent")
    role = models.CharField(max_length=13, choices=Role, default=Role.AGENT)
    teams = models.ManyToManyField(Team, blank=True, related_name="agents")
    active = models.BooleanField(default=True)  # a former agent keeps their history and loses their rights
    phone_extension = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone_extension"],
                condition=models.Q(active=True) & ~models.Q(phone_extension=""),
                name="one_agent_per_extension",
            )
        ]

    def __str__(self) -> str:
        return self.person.name

    @cached_property
    def outside(self) -> frozenset[int]:
        """The closed teams they are not in. They come with the login (people/allauth_adapter.py); else asked for."""
        return frozenset(Team.objects.filter(closed=True).without(self).values_list("pk", flat=True))
