"""An invitation to get a login."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from camdesk.people.models.organisation import Membership, Organisation
from camdesk.people.models.person import Person
from camdesk.people.models.staff import Agent


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unused(self) -> "InvitationQuerySet":
        return self.filter(used_at__isnull=True, revoked_at__isnull=True)

    def usable(self, now: object) -> "InvitationQuerySet":
        """That open something still. Nobody gives by an invitation what they could not give now: who left, or lost the
        right to let people in, has taken along what they sent."""
        from camdesk.people.roles import holding  # it reads models

        sender, ours = OuterRef("invited_by"), Q(invited_by=None)
        staff = Agent.objects.filter(person=sender, active=True, role__in=holding("people.manage"))
        owners = Membership.objects.seeing_all().filter(person=sender, organisation=OuterRef("organisation"))
        return self.unused().filter(
            ours | Q(agent_role="") | Exists(staff),
            ours | Q(organisation_role="") | Exists(owners),
            expires_at__gt=now,
        )


class Invitation(models.Model):
    """A once-only way to a login, sent to an address. The token is kept as a hash, so a leaked table opens nothing."""

    email = models.EmailField(blank=True)  # blank only for the first administrator, who types their own
    name = models.CharField(max_length=120, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)  # sha256, hex
    agent_role = models.CharField(max_length=13, choices=Agent.Role, blank=True)
    person = models.ForeignKey(  # whose login it makes; none: whoever turns out to read the address
        Person, models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True)
    organisation_role = models.CharField(max_length=13, choices=Membership.Role, blank=True)
    camera_ids = models.JSONField(default=list, blank=True)  # for an employee: the cameras they will see
    invited_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(token_digest=""),  # a blank token must never match
                name="invitation_has_a_token",
            )
        ]

    def __str__(self) -> str:
        return self.email or "first administrator"
