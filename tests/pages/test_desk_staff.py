"""The staff pages of administrators: roles, teams, who leaves, who comes back."""

import json

import pytest
from django.utils import timezone

from camdesk.people import invitations
from camdesk.people.models import Agent, Invitation, Membership, Team
from camdesk.tickets import assignment
from tests.deeds.tickets.test_opening import new, open_ticket


@pytest.fixture
def ada(world, client_of):
    return client_of(world.ada)


def address(world, deed: str = "") -> str:
    return f"/desk/staff/{world.ira.agent.pk}/{deed}"


@pytest.mark.whole("camdesk.people.agents.change")
def test_role_and_teams_change_on_the_page_of_an_agent(ada, world):
    assert world.ira.name in ada.get("/desk/staff/").content.decode()
    assert ada.get(address(world)).status_code == 200
    assert ada.post(address(world), {"role": "lead", "teams": ["field"]}).status_code == 302
    agent = Agent.objects.get(pk=world.ira.agent.pk)
    assert (agent.role, [team.slug for team in agent.teams.all()]) == ("lead", ["field"])
    assert ada.post(address(world), {"role": "king"}).status_code == 404


def test_the_page_does_not_jump_to_its_last_form(ada):
    assert "autofocus" not in ada.get("/desk/staff/").content.decode()


@pytest.mark.tells(
    "camdesk.people.agents.deactivate", "agent.renew", "person.renew", of="camdesk.people.stream_revocation.end_streams"
)
@pytest.mark.whole("camdesk.people.agents.reactivate")
@pytest.mark.whole("camdesk.people.agents.deactivate")
def test_who_leaves_is_signed_out_at_once_and_everywhere(ada, world, client_of):
    """Seen failing without User.signed_out_at: the old session went on as a customer's."""
    ira, elsewhere, anna = client_of(world.ira), client_of(world.ira), client_of(world.anna)
    assert ira.get("/desk/").status_code == 200
    assert ada.post(address(world, "dismissal")).status_code == 302
    for browser in (ira, elsewhere):
        answer = browser.get("/profile/")
        assert answer.status_code == 302
        assert "/account/login/" in answer["Location"]
    assert anna.get("/requests/").status_code == 200
    world.ira.user.refresh_from_db()
    again = client_of(world.ira)
    assert again.get("/desk/").status_code == 404
    assert ada.post(address(world, "return")).status_code == 302
    assert again.get("/desk/").status_code == 200


def test_nobody_shuts_themselves_out_nor_the_last_administrator(ada, world):
    mine = f"/desk/staff/{world.ada.agent.pk}/"
    assert "Себя отключить нельзя" in ada.post(f"{mine}dismissal").content.decode()
    answer = ada.post(mine, {"role": "agent"})
    assert answer.status_code == 422
    assert "последний администратор" in answer.content.decode()


def test_teams_are_renamed_and_added(ada, world):
    slug = world.first_line.slug
    assert ada.post(f"/desk/teams/{slug}/", {"name_ru": "Линия", "name_en": "Line"}).status_code == 302
    assert Team.objects.get(slug=slug).name_ru == "Линия"
    assert ada.post("/desk/teams/", {"name_ru": "Ночная смена"}).status_code == 302
    assert Team.objects.filter(name_ru="Ночная смена").exists()
    assert ada.post("/desk/teams/", {"name_ru": "я" * 81}).status_code == 422


def test_the_undo_of_a_team_brings_the_agent_back(world, client_of, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    assignment.assign(ticket=ticket, to=world.ira.agent, by=world.ada, now=now)
    ira = client_of(world.ira)
    answer = ira.post(f"/desk/tickets/{ticket.pk}/team", {"team": "field"}, headers={"HX-Request": "true"})
    undo = json.loads(answer["HX-Trigger"])["toast"]["undo"]
    ira.post(undo, headers={"HX-Request": "true"})
    ticket.refresh_from_db()
    assert ticket.assignee == world.ira.agent


@pytest.mark.whole("camdesk.people.memberships.remove")
@pytest.mark.whole("camdesk.cabinet.views.organisations.removal")
def test_a_removed_members_invitations_end(world, client_of, now):
    moment = timezone.now()
    common = {"organisation": world.chain, "organisation_role": "employee", "now": moment}
    Membership.objects.filter(person=world.vera, organisation=world.chain).update(role="administrator")
    sent, _ = invitations.invite(email="a@example.org", by=world.vera, **common)
    to_her, _ = invitations.invite(email=world.vera.user.email, by=world.boris, **common)
    other, _ = invitations.invite(email="b@example.org", by=world.boris, **common)
    client_of(world.boris).post(f"/organisations/{world.chain.pk}/members/{world.vera.pk}/removal/")
    alive = set(Invitation.objects.usable(timezone.now()).values_list("pk", flat=True))
    assert not {sent.pk, to_her.pk} & alive
    assert other.pk in alive


@pytest.mark.whole("camdesk.cabinet.views.organisations.invitations_of")
def test_an_organisation_sends_fifty_invitations_a_day(world, client_of):
    boris, there = client_of(world.boris), f"/organisations/{world.chain.pk}/invitations/"
    said = {"name": "Новый", "role": "employee"}
    for n in range(invitations.A_DAY):
        assert boris.post(there, {**said, "email": f"n{n}@example.org"}).status_code == 302
    answer = boris.post(there, {**said, "email": "one-more@example.org"})
    assert answer.status_code == 429
    assert 86_000 < int(answer["Retry-After"]) <= 86_400
    assert "больше сегодня нельзя" in answer.content.decode()
    assert "one-more@example.org" in answer.content.decode(), "what was typed is kept"


def test_whom_the_page_names_as_invited_to_the_desk(ada, world, client_of, now):
    """Colleagues; customers are invited at their own pages."""
    ada.post("/desk/staff/", {"name": "Коллега", "email": "colleague@example.org", "role": "agent"})
    client_of(world.boris).post(
        f"/organisations/{world.chain.pk}/invitations/",
        {"name": "Кассир", "email": "cashier@example.org", "role": "employee"},
    )
    page = ada.get("/desk/staff/").content.decode()
    assert "colleague@example.org" in page
    assert Invitation.objects.filter(email="cashier@example.org").exists()
    assert "cashier@example.org" not in page
