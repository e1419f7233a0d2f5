"""Agents change their role, leave and come back; the last administrator stays."""

from datetime import timedelta

import pytest

from camdesk.lib import bus
from camdesk.people import agents, memberships
from camdesk.people.models import Agent
from camdesk.tickets import assignment, counts, resolution
from camdesk.tickets.dismissal import dismiss
from tests.deeds.tickets.test_opening import new, open_ticket


@pytest.mark.whole("camdesk.tickets.dismissal.dismiss")
def test_who_leaves_leaves_their_requests_in_the_queue(world, now):
    waiting, settled = (open_ticket(new(world), by=world.anna, now=now).ticket for _ in range(2))
    for ticket in (waiting, settled):
        assignment.assign(ticket=ticket, to=world.ira.agent, by=world.ada, now=now)
    resolution.resolve(ticket=settled, by=world.ira, now=now)
    assert dismiss(agent=world.ira.agent, by=world.ada, now=now + timedelta(hours=1)) == 1
    waiting.refresh_from_db()
    settled.refresh_from_db()
    assert (waiting.assignee, settled.assignee) == (None, world.ira.agent)
    event = waiting.events.order_by("-seq").first()
    assert (event.name, event.by) == ("ticket.assigned", world.ada)
    assert counts.read(["unassigned:us"]) == {"unassigned:us": 1}
    assert not Agent.objects.get(pk=world.ira.agent.pk).active


def test_the_last_administrator_stays_one(world, now):
    with pytest.raises(agents.LastAdministrator):
        dismiss(agent=world.ada.agent, by=world.ada, now=now)
    with pytest.raises(agents.LastAdministrator):
        agents.change(agent=world.ada.agent, role=Agent.Role.LEAD, teams=[], by=world.ada, now=now)
    agents.change(agent=world.ira.agent, role=Agent.Role.ADMINISTRATOR, teams=["field"], by=world.ada, now=now)
    agents.change(agent=world.ada.agent, role=Agent.Role.LEAD, teams=[], by=world.ira, now=now)
    assert list(Agent.objects.filter(role=Agent.Role.ADMINISTRATOR)) == [world.ira.agent]
    assert [team.slug for team in world.ira.agent.teams.all()] == ["field"]


def test_an_undone_change_of_team_brings_the_agent_back(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    assignment.assign(ticket=ticket, to=world.ira.agent, by=world.ada, now=now)
    assignment.route(ticket=ticket, team=world.field_crew, by=world.ada, now=now)
    ticket.refresh_from_db()
    assert ticket.assignee is None
    assignment.route(ticket=ticket, team=world.first_line, assignee=world.ira.agent, by=world.ada, now=now)
    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (world.first_line, world.ira.agent)
    assert counts.read(["unassigned:us", f"mine:{world.ira.agent.pk}:us"]) == {
        "unassigned:us": 0,
        f"mine:{world.ira.agent.pk}:us": 1,
    }


@pytest.fixture
def ended(monkeypatch, django_capture_on_commit_callbacks):
    """The channels whose streams a deed ends."""

    def channels(deed) -> set[str]:
        said: list[str] = []
        monkeypatch.setattr(bus, "publish", lambda names, hint: said.extend(names if hint.get("renew") else ()))
        with django_capture_on_commit_callbacks(execute=True):
            deed()
        return set(said)

    return channels


def test_who_leaves_hears_nothing_more_on_the_pages_they_have_open(world, now, ended):
    agent = world.ira.agent
    left = ended(lambda: dismiss(agent=agent, by=world.ada, now=now))
    assert {f"agent:{agent.pk}", f"person:{world.ira.pk}"} <= left


def test_who_is_taken_out_of_an_organisation_hears_nothing_more_of_it(world, now, ended):
    left = ended(lambda: memberships.remove(organisation=world.chain, person_id=world.vera.pk, by=world.boris, now=now))
    assert left == {f"person:{world.vera.pk}"}
