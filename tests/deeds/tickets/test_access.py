"""Who sees which request. Oleg is the outsider; what Oleg asks for by any id is a 404."""

import pytest
from django.http import Http404

from camdesk.tickets import conversation
from camdesk.tickets.access import attachment_for, ticket_for_agent, ticket_for_customer
from camdesk.tickets.models import Attachment
from tests.deeds.tickets.test_opening import new, open_ticket


@pytest.fixture
def shop_ticket(world, now):
    """Boris's chain: about the till, which Vera sees, and one about the hall, which she does not."""
    common = {"person": world.boris, "organisation": world.chain}
    till = open_ticket(new(world, cameras=[world.camera_till], **common), by=world.boris, now=now).ticket
    hall = open_ticket(new(world, cameras=[world.camera_hall], **common), by=world.boris, now=now).ticket
    return till, hall


def sees(person, ticket) -> bool:
    try:
        return ticket_for_customer(person, ticket.pk) == ticket
    except Http404:
        return False


def test_a_person_sees_their_own_and_a_stranger_does_not(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    assert [sees(who, ticket) for who in (world.anna, world.oleg, world.boris, world.vera, None)] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_an_owner_sees_what_their_employee_wrote(world, now):
    by_vera = new(world, person=world.vera, organisation=world.chain, cameras=[world.camera_till])
    ticket = open_ticket(by_vera, by=world.vera, now=now).ticket
    assert sees(world.boris, ticket)
    assert sees(world.vera, ticket)
    assert not sees(world.oleg, ticket)


def test_an_employee_sees_those_of_their_cameras_only(world, shop_ticket):
    till, hall = shop_ticket
    assert sees(world.vera, till)
    assert not sees(world.vera, hall)


def test_a_customer_is_no_agent(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    assert ticket_for_agent(world.ira.agent, ticket.pk) == ticket
    for nobody in (None, getattr(world.anna, "agent", None)):
        with pytest.raises(Http404):
            ticket_for_agent(nobody, ticket.pk)


def test_a_former_agent_sees_nothing(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    world.ira.agent.active = False
    with pytest.raises(Http404):
        ticket_for_agent(world.ira.agent, ticket.pk)


def _file(person, now):
    return Attachment.objects.create(
        uploaded_by=person, name="a.png", content_type="image/png", storage_key="k", created_at=now
    )


def may_see(person, agent, file) -> bool:
    try:
        return attachment_for(person, agent, file.pk) == file
    except Http404:
        return False


def test_an_unsent_file_is_its_uploaders_alone(world, now):
    file = _file(world.anna, now)
    assert may_see(world.anna, None, file)
    assert not may_see(world.oleg, None, file)
    assert not may_see(world.ira, world.ira.agent, file)
    assert not may_see(None, None, file)


def test_a_sent_file_follows_its_message(world, now):
    file = _file(world.anna, now)
    open_ticket(new(world, attachments=[file.pk]), by=world.anna, now=now)
    assert may_see(world.anna, None, file)
    assert may_see(world.ira, world.ira.agent, file)
    assert not may_see(world.oleg, None, file)


def test_a_file_of_a_note_stays_among_agents(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    file = _file(world.ira, now)
    conversation.note(ticket=ticket, text="см. фото", by=world.ira, now=now, files=[file.pk])
    assert may_see(world.leo, world.leo.agent, file)
    assert not may_see(world.anna, None, file)
