"""An invitation opens no more than whoever sent it could still give, and makes nobody again what they ceased to be."""

from datetime import timedelta

import pytest

from camdesk.people import agents, invitations, memberships
from camdesk.people.models import Agent, Invitation, Membership
from camdesk.tickets import login_invitations
from camdesk.tickets.dismissal import dismiss

ELSEWHERE = "a-mailbox-of-their-own@example.net"


@pytest.fixture
def eve(world, now):
    """A second administrator, who will leave."""
    agents.change(agent=world.leo.agent, role=Agent.Role.ADMINISTRATOR, teams=[], by=world.ada, now=now)
    return world.leo


def opens(token: str, now) -> bool:
    try:
        invitations.find(token, now=now)
    except invitations.CannotAccept:
        return False
    return True


WAYS_OUT = {
    "dismissed": lambda world, one, now: dismiss(agent=one.agent, by=world.ada, now=now),
    "no administrator any more": lambda world, one, now: agents.change(
        agent=one.agent, role=Agent.Role.LEAD, teams=[], by=world.ada, now=now
    ),
    "taken out of the table": lambda world, one, now: Agent.objects.filter(person=one).delete(),
}


@pytest.mark.parametrize("way", WAYS_OUT)
@pytest.mark.parametrize("role", Agent.Role.values)
def test_who_lets_nobody_in_any_more_has_let_nobody_in(world, now, eve, way, role):
    """A mailbox of their own, invited the day before, would bring them back as an administrator."""
    token = invitations.invite(email=ELSEWHERE, agent_role=role, by=eve, now=now)[1]
    other = invitations.invite(email="new@example.org", agent_role=role, by=world.ada, now=now)[1]
    assert opens(token, now)
    WAYS_OUT[way](world, eve, now)
    assert (opens(token, now), opens(other, now)) == (False, True)
    with pytest.raises(invitations.CannotAccept):
        invitations.accept(token, name="Ева", email="", password="long enough 12", now=now)
    assert not Invitation.objects.usable(now).filter(email=ELSEWHERE).exists(), "nor is it shown as one that waits"


@pytest.mark.parametrize("way", ["dismissed", "no administrator any more"])
def test_what_they_were_sent_does_not_bring_them_back(world, now, eve, way):
    twice = [
        invitations.invite(email=eve.user.email, agent_role="administrator", by=world.ada, now=now + timedelta(hours=n))
        for n in range(2)
    ]
    invitations.join(twice[0][1], user=eve.user, now=now + timedelta(hours=3))
    eve.agent.refresh_from_db()
    later = now + timedelta(hours=4)
    WAYS_OUT[way](world, eve, later)
    with pytest.raises(invitations.CannotAccept):
        invitations.join(twice[1][1], user=eve.user, now=later)
    agent = Agent.objects.get(person=eve)
    assert (agent.active, agent.role) in ((False, "administrator"), (True, "lead"))


def test_a_customer_keeps_the_link_that_somebody_sent_who_has_left(world, now, eve):
    """It gives them their own login, whoever pressed the button."""
    invited = login_invitations.invite_person(person=world.marina, by=eve, now=now).invitation
    dismiss(agent=eve.agent, by=world.ada, now=now)
    assert Invitation.objects.usable(now).filter(pk=invited.pk).exists()


LOST = {
    "left": lambda world, now: memberships.remove(
        organisation=world.chain, person_id=world.vera.pk, by=world.boris, now=now
    ),
    "an employee again": lambda world, now: Membership.objects.filter(person=world.vera).update(role="employee"),
}


@pytest.mark.parametrize("way", LOST)
def test_who_runs_an_organisation_no_more_has_invited_nobody_into_it(world, now, way):
    Membership.objects.filter(person=world.vera, organisation=world.chain).update(role="administrator")
    common = {"organisation": world.chain, "organisation_role": "administrator", "now": now}
    token = invitations.invite(email=ELSEWHERE, by=world.vera, **common)[1]
    other = invitations.invite(email="new@example.org", by=world.boris, **common)[1]
    assert opens(token, now)
    LOST[way](world, now)
    assert (opens(token, now), opens(other, now)) == (False, True)


def test_what_has_expired_is_taken_back_too(world, now):
    """A clock that is set back would open it."""
    common = {"organisation": world.chain, "organisation_role": "employee", "by": world.boris}
    invitation, token = invitations.invite(email=world.vera.user.email, now=now, **common)
    invitations.revoke_of(world.vera, organisation=world.chain, now=now + timedelta(days=3))
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None
    assert not opens(token, now)
