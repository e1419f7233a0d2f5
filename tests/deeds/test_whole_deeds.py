"""Deeds that no test of their own calls in a state in which something could remain: see tests/whole.py."""

from datetime import timedelta

import pytest
from django.db import connection

from camdesk.cameras import grants
from camdesk.cameras.models import Camera
from camdesk.channels import deliveries
from camdesk.channels.form import open_submission
from camdesk.channels.intake import Asked
from camdesk.nodes import registry
from camdesk.nodes.models import ServingProcess
from camdesk.outages import linking
from camdesk.outages.models import Recipient, Subscription
from camdesk.people import api_keys, invitations
from camdesk.people.models import Agent, Invitation
from camdesk.playbook import current as playbook
from camdesk.tickets import outbox, uploads
from camdesk.tickets.models import Delivery, OutgoingLetter
from tests.deeds.outages.test_outages import outage_of


@pytest.mark.django_db(transaction=True)
@pytest.mark.whole("camdesk.tickets.outbox._put")
def test_a_letter_and_what_it_says_are_queued_together(now):
    """Its savepoint is the caller's transaction, so there is none around it here."""
    outbox.queue_letter(kind=Delivery.Kind.ACCOUNT, to="anna@example.org", text="Ссылка", now=now)
    assert (Delivery.objects.count(), OutgoingLetter.objects.count()) == (1, 1)


@pytest.mark.whole("camdesk.channels.deliveries._settle")
def test_a_letter_that_left_and_its_secret_go_together(db, now):
    delivery = outbox.queue_letter(kind=Delivery.Kind.ACCOUNT, to="anna@example.org", text="Ссылка", now=now)
    deliveries._settle(delivery, Delivery.State.SENT, now=now)
    assert OutgoingLetter.objects.get().text == ""


@pytest.mark.whole("camdesk.people.invitations.accept")
def test_an_invitation_is_used_when_the_login_is_made(world, now):
    _invitation, token = invitations.invite(email="new@example.org", agent_role=Agent.Role.AGENT, by=world.ada, now=now)
    user = invitations.accept(token, name="Новый", email="", password="a-long-password", now=now)
    assert Agent.objects.filter(person=user.person, active=True).exists()


@pytest.mark.whole("camdesk.people.invitations.invite_first_administrator")
def test_an_earlier_first_invitation_ends_with_the_next(db, now):
    first = invitations.invite_first_administrator(now=now)
    assert first != invitations.invite_first_administrator(now=now)
    assert Invitation.objects.usable(now).count() == 1


def test_an_installation_has_its_administrator_while_one_is_there_and_no_other_agent_counts(world, now):
    assert invitations.invite_first_administrator(now=now) is None
    Agent.objects.filter(person=world.ada).update(active=False)
    assert Agent.objects.filter(active=True).exists(), "agents and leads"
    assert invitations.invite_first_administrator(now=now) is not None


@pytest.mark.whole("camdesk.people.api_keys.create")
def test_a_key_is_made_with_its_person(world, now):
    key, secret = api_keys.create(name="CRM", role=Agent.Role.AGENT, by=world.ada, now=now)
    assert api_keys.find(secret, address="127.0.0.1", now=now) == key


@pytest.mark.whole("camdesk.outages.linking.subscribe")
def test_who_subscribes_has_read_the_news(world, now):
    outage = outage_of(world, now)
    assert linking.subscribe(outage=outage, person=world.boris, now=now)
    assert (Subscription.objects.count(), Recipient.objects.filter(person=world.boris).count()) == (1, 1)


@pytest.mark.whole("camdesk.cameras.grants.choose")
def test_an_employee_sees_the_old_cameras_or_the_new_ones(world, now):
    chosen = [world.camera_hall.pk, world.camera_oleg.pk]
    assert grants.choose(person=world.vera, organisation=world.chain, camera_ids=chosen, by=world.boris, now=now) == 1
    assert list(Camera.objects.visible_to(world.vera)) == [world.camera_hall]


@pytest.mark.whole("camdesk.channels.form.open_submission.submit")
def test_a_strangers_form_is_kept_whole_or_not_at_all(world, now, data_folder):
    """What is written first: the contact, and whose the file is."""
    file = uploads.receive_stream([b"words"], name="a.txt", by=None, now=now)
    document = playbook.current()[1]
    opened = open_submission.submit(
        asked=Asked(text="Не работает", email="eva@elsewhere.example", attachments=[file.pk]),
        key="k",
        document=document,
        consented=True,
        network="203.0.113.7",
        address_of_sender="203.0.113.7",
        language="ru",
        now=now,
    )
    assert opened.ticket.messages.get().attachments.get().uploaded_by == opened.ticket.person


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one process")
@pytest.mark.whole("camdesk.nodes.registry._enter")
def test_a_process_is_told_of_when_the_dead_are_gone(db, now):
    ServingProcess.objects.create(id="old", pid=1, seen_at=now - timedelta(days=2))
    registry._enter(registry._this("web"))
    assert [node.kind for node in ServingProcess.objects.all()] == ["web"]
