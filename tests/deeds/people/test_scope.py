"""Who sees the requests of a closed team: one table over roles and teams, and one query with the login."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from camdesk.people.allauth_adapter import Backend
from camdesk.people.models import Agent, Team
from camdesk.people.roles import RIGHTS, hidden_teams, may
from camdesk.tickets.models import Ticket
from tests.deeds.tickets.test_opening import new, open_ticket

SEES = {  # (role, in the team): of an open one, of a closed one
    (Agent.Role.AGENT, False): (True, False),
    (Agent.Role.AGENT, True): (True, True),
    (Agent.Role.LEAD, False): (True, False),  # of another team: closed means closed to leads of others, too
    (Agent.Role.LEAD, True): (True, True),
    (Agent.Role.ADMINISTRATOR, False): (True, True),
    (Agent.Role.ADMINISTRATOR, True): (True, True),
}


def test_the_table_is_whole():
    assert {role for role, _in in SEES} == set(RIGHTS)


@pytest.mark.parametrize(("role", "member"), SEES)
@pytest.mark.parametrize("closed", [False, True])
def test_who_sees_what(world, now, role, member, closed):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    Team.objects.filter(pk=ticket.team_id).update(closed=closed)
    agent = world.ira.agent
    agent.role = role
    agent.save()
    agent.teams.set([ticket.team] if member else [])
    for one in (Agent.objects.get(pk=agent.pk), Backend().get_user(world.ira.user.pk).person.agent):
        assert may(one, "ticket.read", ticket) == SEES[role, member][closed]
        assert Ticket.objects.for_agent(one).filter(pk=ticket.pk).exists() == SEES[role, member][closed]


def test_a_request_of_no_team_is_everybodys(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    Ticket.objects.filter(pk=ticket.pk).update(team=None)
    Team.objects.update(closed=True)
    world.ira.agent.teams.clear()
    ira = Agent.objects.get(pk=world.ira.agent.pk)
    assert hidden_teams(ira)
    assert list(Ticket.objects.for_agent(ira)) == [ticket]


def test_nobody_and_former_agents_see_nothing(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    world.ira.agent.active = False
    for nobody in (None, world.ira.agent):
        assert not may(nobody, "ticket.read", ticket)
        assert not Ticket.objects.for_agent(nobody).exists()


def test_the_scope_comes_with_the_login(world, now):
    Team.objects.update(closed=True)
    Backend().get_user(world.ira.user.pk)
    with CaptureQueriesContext(connection) as asked:
        agent = Backend().get_user(world.ira.user.pk).person.agent
        hidden = hidden_teams(agent)
    assert len(asked) == 1
    mine = set(world.ira.agent.teams.values_list("pk", flat=True))
    assert hidden == set(Team.objects.values_list("pk", flat=True)) - mine != set()
