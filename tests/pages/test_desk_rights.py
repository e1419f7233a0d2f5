"""Who gets into the desk: agents, and of them each where their rights reach. To everybody else there is no desk."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from camdesk.bot.models import Phrase
from camdesk.channels.models import Call
from camdesk.channels.phone.call_backs import ask
from camdesk.desk.urls import urlpatterns
from camdesk.people import api_keys, invitations
from camdesk.people.models import Agent
from camdesk.people.roles import may
from camdesk.tickets.models import Delivery
from tests.deeds.outages.test_outages import outage_of
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.pages.everything import letter_in

NAMES = [pattern.name for pattern in urlpatterns]
WRITES = {
    "seen",
    "draft",
    "replies",
    "notes",
    "turn",
    "promise",
    "resolution",
    "reopening",
    "sendings",
    "ticket_sendings",
    "ticket_letter_holding",
    "letter_out_holding",
    "claim_letters",
    "customer_removal",
    "letter_admission",
    "letter_refusal",
    "letter_holding",
    "letter_reading",
    "invitation_removal",
    "person_invitation",
    "person_withdrawal",
    "consent_withdrawal",
    "key_revocation",
    "agent_dismissal",
    "agent_comeback",
    "teams",
    "team_names",
    "team_closing",
    "ticket_outage",
    "outage_forecast",
    "outage_closing",
    "outage_answers",
    "outage_cameras",
    "outage_letter",
    "phrase_publication",
    "phrase_attachment",
    "caller",
    "call_back_settlement",
    "call_back_attempts",
    "call_back_withdrawal",
    "call_back_return",
    "call_back_time",
    "agent_extension",
    "site_zone",
}


@pytest.fixture
def addresses(world, playbook, now, data_folder) -> dict[str, str]:
    """Every address of the desk, with things that exist."""
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    letter = Delivery.objects.filter(ticket=ticket).first()
    key, _secret = api_keys.create(name="CRM", role=Agent.Role.AGENT, by=world.ada, now=now)
    invitation, _token = invitations.invite(
        email="new@example.org", name="Новый", agent_role=Agent.Role.AGENT, by=world.ada, now=timezone.now()
    )
    call = Call.objects.create(provider="uis", call_id="1", direction="in", state="ringing", began_at=now, moved_at=now)
    soon = timezone.now() + timedelta(hours=1)
    raw = letter_in(ticket, now)
    ids = {
        "call_id": call.pk,
        "call_back_id": ask(phone="+79350000001", wanted_from=soon, wanted_until=soon, by=None, now=now).pk,
        "agent_id": world.ira.agent.pk,
        "number": ticket.pk,
        "person_id": world.anna.pk,
        "camera_id": world.camera_gate.pk,
        "letter_id": letter.pk,
        "raw_id": raw.pk,
        "index": 1,
        "seq": ticket.messages.get(html__contains="The letter").seq,
        "key_id": key.pk,
        "invitation_id": invitation.pk,
        "topic_id": ticket.topic_id,
        "team_slug": "support",
        "outage_id": outage_of(world, now).pk,
        "article_id": next(iter(playbook.articles)),
        "phrase_id": Phrase.objects.create(text="не пашет глазок", at=timezone.now()).pk,
    }
    own = {"playbook_version": {"number": 1}}  # a version's number, not a ticket's
    return {
        pattern.name: reverse(
            f"desk:{pattern.name}",
            kwargs={name: (ids | own.get(pattern.name, {}))[name] for name in pattern.pattern.converters},
        )
        for pattern in urlpatterns
    }


def go(client: Client, name: str, address: str):
    return client.post(address) if name in WRITES else client.get(address)


def test_a_stranger_is_asked_to_sign_in_everywhere(addresses, client_of):
    client = client_of(None)
    for name, address in addresses.items():
        answer = go(client, name, address)
        assert (answer.status_code, "/account/login/" in answer["Location"]) == (302, True), name


@pytest.mark.parametrize("who", ["anna", "oleg", "boris", "vera"])
def test_to_a_customer_there_is_no_desk(world, addresses, client_of, who):
    client = client_of(getattr(world, who))
    answers = {name: go(client, name, address).status_code for name, address in addresses.items()}
    assert answers == dict.fromkeys(NAMES, 404)


def test_a_former_agent_is_a_customer_again(world, addresses, client_of):
    Agent.objects.filter(person=world.ira).update(active=False)
    client = client_of(world.ira)
    assert {go(client, name, address).status_code for name, address in addresses.items()} == {404}


@pytest.mark.parametrize("who", ["ira", "leo", "ada"])
def test_an_agent_gets_where_their_rights_reach(world, addresses, client_of, who):
    agent = getattr(world, who).agent
    client = client_of(agent.person)
    views = {pattern.name: pattern.callback for pattern in urlpatterns}
    for name, address in addresses.items():
        if name in ("camera_picture", "letter_html"):
            continue  # there is no picture yet, and no HTML in this letter
        status = go(client, name, address).status_code
        if may(agent, views[name].right):
            assert status in (200, 204, 302, 404, 422), name
            # A turn that is not set by hand does not exist, nor does an outage or a letter that is not named.
            assert status != 404 or name in ("turn", "ticket_outage", "outage_letter"), name
        else:
            assert status == 404, name


@pytest.mark.parametrize("name", sorted(WRITES))
def test_what_changes_something_is_no_get(world, addresses, client_of, name):
    assert client_of(world.ada).get(addresses[name]).status_code == 405


def test_no_get_writes_anything(world, addresses, client_of):
    """Every page of the desk, looked at by the administrator: not one INSERT, UPDATE or DELETE."""
    client = client_of(world.ada)
    client.get(addresses["queue"])
    with CaptureQueriesContext(connection) as seen:
        for name, address in addresses.items():
            if name not in WRITES:
                client.get(address)
    written = [one["sql"] for one in seen if one["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert written == []
