"""Invitations: the only way to a login.

Staff, owners of organisations and people themselves (people/sign_up.py) ask for one; who opens its link has read the
letter, so their address is proven.
"""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from camdesk.people import contacts
from camdesk.people.identities import EMAIL, owner, prove, values_of
from camdesk.people.limits import Limited, seconds
from camdesk.people.models import Agent, Invitation, Membership, Organisation, Person, User
from camdesk.people.session_rights import rights_changed
from camdesk.people.tokens import digest_of, new_token

VALID_FOR = timedelta(hours=48)
_ONE_PRESS = timedelta(minutes=1)
A_DAY = 50  # invitations of one organisation: a stolen login must not write to the world in our name


class CannotAccept(Exception):
    """The invitation is unknown, used, revoked or expired, or for somebody else; or, where a login is to be made, its
    address has one already (then `join`)."""


class InvitedJustNow(Exception):
    """The very same invitation was made a moment ago: the button was pressed twice."""


class TooManyInvitations(Limited):
    """The organisation has sent A_DAY invitations within a day."""


def invite(
    *,
    email: str,
    name: str = "",
    person: Person | None = None,
    agent_role: str = "",
    organisation: Organisation | None = None,
    organisation_role: str = "",
    camera_ids: list[int] | None = None,
    by: Person | None,
    now: datetime,
) -> tuple[Invitation, str]:
    """Makes an invitation; returns it and its token, which is not kept and cannot be shown again.

    In a transaction where `by` is given; they themselves ask where it is None. Raises TooManyInvitations,
    InvitedJustNow."""
    spelled = email.strip().lower()
    if by is not None:
        list(Person.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk"))  # two presses take turns
    if spelled:
        same = Invitation.objects.usable(now).filter(
            email=spelled,
            person=person,
            agent_role=agent_role,
            organisation=organisation,
            organisation_role=organisation_role,
            invited_by=by,
            created_at__gt=now - _ONE_PRESS,
        )
        if any(one.camera_ids == (camera_ids or []) for one in same):
            raise InvitedJustNow
    if organisation is not None:
        sent = Invitation.objects.filter(organisation=organisation, created_at__gt=now - timedelta(days=1))
        if len(lately := list(sent.order_by("-created_at").values_list("created_at", flat=True)[:A_DAY])) == A_DAY:
            raise TooManyInvitations("invitations", seconds(lately[-1] + timedelta(days=1) - now))
    token = new_token()
    invitation = Invitation.objects.create(
        email=spelled,
        name=name.strip(),
        person=person,
        token_digest=digest_of(token),
        agent_role=agent_role,
        organisation=organisation,
        organisation_role=organisation_role,
        camera_ids=camera_ids or [],
        invited_by=by,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    return invitation, token


def invite_first_administrator(*, now: datetime) -> str | None:
    """The token for a new installation, or None once it has an administrator. Earlier unused ones die."""
    with transaction.atomic():
        if Agent.objects.filter(role=Agent.Role.ADMINISTRATOR, active=True).exists():
            return None
        Invitation.objects.usable(now).filter(email="", agent_role=Agent.Role.ADMINISTRATOR).update(revoked_at=now)
        return invite(email="", agent_role=Agent.Role.ADMINISTRATOR, by=None, now=now)[1]


def find(token: str, *, now: datetime) -> Invitation:
    """The usable invitation of this token, or CannotAccept."""
    usable = Invitation.objects.usable(now).select_related("person__user", "organisation")
    invitation = usable.filter(token_digest=digest_of(token)).first() if token.strip() else None
    if invitation is None:
        raise CannotAccept
    return invitation


def known_person(invitation: Invitation) -> Person | None:
    """Whose login it makes, as far as they are known before they open the link."""
    if invitation.person is not None:
        return invitation.person
    return contacts.by_mailbox(invitation.email) if invitation.email else None


def accept(token: str, *, name: str, email: str, password: str, now: datetime) -> User:
    """Makes the login. `email` counts only where the invitation names none (the first administrator)."""
    find(token, now=now)  # whoever has none costs us no hashing
    # A second of a busy processor: within the transaction all who write would wait for it, each other one too.
    password_hash = make_password(password)
    with transaction.atomic():
        invitation = find(token, now=now)
        if not Invitation.objects.usable(now).filter(pk=invitation.pk).update(used_at=now):
            raise CannotAccept
        address = invitation.email or email.strip().lower()
        person = known_person(invitation)
        if User.objects.filter(email=address).exists() or (person is not None and hasattr(person, "user")):
            raise CannotAccept
        user = make_login(name=name, email=address, password_hash=password_hash, now=now, person=person)
        _give_roles(user.person, invitation, now=now)
        return user


def join(token: str, *, user: User, now: datetime) -> Invitation:
    """Who has a login and is signed in with the invited address gets the roles too. Raises CannotAccept."""
    with transaction.atomic():
        invitation = find(token, now=now)
        if invitation.email != user.email:
            raise CannotAccept
        if not Invitation.objects.usable(now).filter(pk=invitation.pk).update(used_at=now):
            raise CannotAccept
        _give_roles(user.person, invitation, now=now)
        rights_changed(person_id=user.person_id, now=now)
        return invitation


def make_login(
    *, name: str, email: str, password_hash: str | None = None, now: datetime, person: Person | None = None
) -> User:
    """A user with a proven address; without a password they cannot sign in until one is set.

    An existing person is joined only when the caller has proof (verified claim).
    """
    address = email.strip().lower()
    if person is None:
        person = owner(EMAIL, address) or Person.objects.create(name=name, email=address, created_at=now)
    user = User.objects.create(
        email=address, password=password_hash or make_password(None), person=person, created_at=now
    )
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    if not prove(person=person, kind=EMAIL, value=address, now=now):
        raise CannotAccept
    return user


def _give_roles(person: Person, invitation: Invitation, *, now: datetime) -> None:
    if invitation.agent_role:
        Agent.objects.update_or_create(person=person, defaults={"role": invitation.agent_role, "active": True})
    if invitation.organisation and invitation.organisation_role:
        Membership.objects.get_or_create(
            person=person,
            organisation=invitation.organisation,
            defaults={"role": invitation.organisation_role, "created_at": now},
        )


def revoke_of(person: Person, *, organisation: Organisation, now: datetime) -> int:
    """They have left the organisation: what they sent for it or were sent opens nothing. Returns how many."""
    theirs = Invitation.objects.unused().filter(organisation=organisation)
    return theirs.filter(Q(invited_by=person) | _sent_to(person)).update(revoked_at=now)


def revoke_roles_of(person: Person, *, now: datetime) -> int:
    """It was decided anew what they are among the staff, or that they are it no longer: what they were sent before does
    not make them anything else. Returns how many."""
    roles = Invitation.objects.unused().exclude(agent_role="")
    return roles.filter(_sent_to(person)).update(revoked_at=now)


def _sent_to(person: Person) -> Q:
    return Q(person=person) | Q(email__in=values_of(person, EMAIL, proven=True))


def revoke(invitation: Invitation, *, by: Person | None, now: datetime) -> None:
    """The link opens nothing any more. One that was used stays used."""
    Invitation.objects.unused().filter(pk=invitation.pk).update(revoked_at=now)
