"""What an invitation opens, and to whom: each way it is of no use, each thing in which two of them are different."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection

from camdesk.people import invitations
from camdesk.people.invitations import CannotAccept, InvitedJustNow, TooManyInvitations
from camdesk.people.models import Agent, Invitation, Membership, Organisation, Person, User

NEW = "new@shop.example"


def invite(world, now, **changes) -> tuple[Invitation, str]:
    return invitations.invite(**{"email": NEW, "agent_role": "agent", "by": world.ada, "now": now} | changes)


OF_NO_USE = {
    "used": {"used_at": timedelta()},
    "taken back": {"revoked_at": timedelta()},
    "over": {"expires_at": timedelta()},
    "over a second ago": {"expires_at": timedelta(seconds=-1)},
}


@pytest.mark.parametrize("name", OF_NO_USE)
def test_it_opens_nothing_when_it_is(world, now, name):
    made, token = invite(world, now - timedelta(hours=1))
    assert invitations.find(token, now=now) == made
    Invitation.objects.filter(pk=made.pk).update(**{field: now + at for field, at in OF_NO_USE[name].items()})
    with pytest.raises(CannotAccept):
        invitations.find(token, now=now)
    with pytest.raises(CannotAccept):
        invitations.accept(token, name="Н", email="", password="correct horse battery", now=now)
    world.oleg.user.email = NEW
    with pytest.raises(CannotAccept):
        invitations.join(token, user=world.oleg.user, now=now)
    assert not User.objects.filter(email=NEW).exists()
    assert not Agent.objects.filter(person=world.oleg).exists()


def test_the_password_is_hashed_while_nobody_waits_to_write(world, now, monkeypatch):
    """Found by fifty people who came in at once: one was told that nothing could be written."""
    _made, token = invite(world, now)
    around, seen = len(connection.savepoint_ids), []

    def hashed(password):
        seen.append(len(connection.savepoint_ids))
        return make_password(password)

    monkeypatch.setattr(invitations, "make_password", hashed)
    user = invitations.accept(token, name="Н", email="", password="correct horse battery", now=now)
    assert user.check_password("correct horse battery")
    assert seen == [around]


@pytest.mark.parametrize("token", ["", " ", "x", "\x00"])
def test_what_is_no_token_finds_nothing(world, now, token):
    invite(world, now)
    with pytest.raises(CannotAccept):
        invitations.find(token, now=now)


DIFFERENT = {
    "another address": lambda world: {"email": "other@shop.example"},
    "another role": lambda world: {"agent_role": "lead"},
    "another who invites": lambda world: {"by": world.leo},
    "a person": lambda world: {"person": world.marina},
    "an organisation": lambda world: {"organisation": world.chain},
    "cameras": lambda world: {"camera_ids": [world.camera_till.pk]},
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_two_presses_are_one_invitation_and_what_differs_is_another(world, now, name):
    invite(world, now)
    with pytest.raises(InvitedJustNow):
        invite(world, now + timedelta(seconds=1))
    with pytest.raises(InvitedJustNow):
        invite(world, now, email=f" {NEW.upper()} ")
    invite(world, now, **DIFFERENT[name](world))
    assert Invitation.objects.count() == 2


def test_another_role_in_the_same_organisation_is_another_invitation(world, now):
    of_chain = {"agent_role": "", "organisation": world.chain, "by": world.boris}
    invite(world, now, organisation_role="employee", **of_chain)
    with pytest.raises(InvitedJustNow):
        invite(world, now, organisation_role="employee", **of_chain)
    invite(world, now, organisation_role="owner", **of_chain)


@pytest.mark.parametrize("name", OF_NO_USE)
def test_of_no_use_any_more_it_is_in_nobodys_way(world, now, name):
    made, _token = invite(world, now)
    Invitation.objects.filter(pk=made.pk).update(**{field: now + at for field, at in OF_NO_USE[name].items()})
    invite(world, now)


def test_one_organisation_s_many_are_not_another_s(world, now):
    for number in range(invitations.A_DAY):
        invite(world, now, email=f"{number}@shop.example", organisation=world.chain, organisation_role="employee")
    of_chain = {"organisation": world.chain, "organisation_role": "employee"}
    with pytest.raises(TooManyInvitations):
        invite(world, now + timedelta(hours=23), **of_chain)
    other = Organisation.objects.create(name="Другая", created_at=now)
    invite(world, now, organisation=other, organisation_role="employee")
    invite(world, now)
    invite(world, now + timedelta(days=1, seconds=1), **of_chain)


def test_the_first_administrator_is_invited_until_there_is_one(world, now):
    assert invitations.invite_first_administrator(now=now) is None
    Agent.objects.filter(role="administrator").update(active=False)
    beside, _token = invite(world, now, agent_role="administrator", by=None)
    other, _token = invite(world, now, email="", agent_role="lead")
    first = invitations.invite_first_administrator(now=now)
    second = invitations.invite_first_administrator(now=now + timedelta(minutes=1))
    with pytest.raises(CannotAccept):
        invitations.find(first, now=now + timedelta(minutes=1))
    assert invitations.find(second, now=now + timedelta(minutes=1)).agent_role == "administrator"
    assert not Invitation.objects.filter(pk__in=[beside.pk, other.pk], revoked_at__isnull=False).exists()


def test_nobody_takes_over_a_login_that_is_there(world, now):
    """Of the address, and of the person whom the invitation names."""
    for changes in ({"email": "anna@example.org"}, {"person": world.anna}):
        _made, token = invite(world, now, **changes)
        before = User.objects.count()
        with pytest.raises(CannotAccept):
            invitations.accept(token, name="Н", email="", password="correct horse battery", now=now)
        assert User.objects.count() == before
        assert invitations.find(token, now=now), "it is not used up by that"


def test_only_the_invited_address_joins(world, now):
    _made, token = invite(world, now, email="oleg@example.org", agent_role="lead")
    with pytest.raises(CannotAccept):
        invitations.join(token, user=world.anna.user, now=now)
    assert not Agent.objects.filter(person=world.anna).exists()
    invitations.join(token, user=world.oleg.user, now=now)
    assert Agent.objects.get(person=world.oleg).role == "lead"


def test_what_was_sent_to_them_and_by_them_is_taken_back_and_no_other(world, now):
    vera, of_chain = world.vera, {"organisation": world.chain, "organisation_role": "employee"}
    other = Organisation.objects.create(name="Другая", created_at=now)
    made = {
        "to her": invite(world, now, email="vera@example.org", agent_role="", **of_chain)[0],
        "about her": invite(world, now, person=vera, agent_role="", **of_chain)[0],
        "by her": invite(world, now, by=vera, agent_role="", **of_chain)[0],
        "to another": invite(world, now, agent_role="", **of_chain)[0],
        "to her, of another": invite(
            world, now, email="vera@example.org", agent_role="", organisation=other, organisation_role="employee"
        )[0],
        "to her, of the staff": invite(world, now, email="vera@example.org")[0],
        "to another, of the staff": invite(world, now, email="other@shop.example")[0],
    }

    def alive() -> set[str]:
        left = set(Invitation.objects.filter(revoked_at=None).values_list("pk", flat=True))
        return {name for name, one in made.items() if one.pk in left}

    assert invitations.revoke_of(vera, organisation=world.chain, now=now) == 3
    assert alive() == {"to another", "to her, of another", "to her, of the staff", "to another, of the staff"}
    assert invitations.revoke_roles_of(vera, now=now) == 1
    assert alive() == {"to another", "to her, of another", "to another, of the staff"}
    assert Membership.objects.filter(person=vera).exists()
    assert Person.objects.filter(pk=vera.pk).exists()
