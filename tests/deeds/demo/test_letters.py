"""The town's letters show every fate a letter may have, by the ways that letters really go."""

from datetime import timedelta

import pytest

from camdesk.channels.mail.incoming import machine_letters
from camdesk.channels.models import RawLetter
from camdesk.tickets import conversation
from camdesk.tickets.models import Delivery, Event, Ticket
from camdesk_demo import letters
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.untrained import reads, untrained  # noqa: F401


@pytest.fixture
def brought(world, now, data_folder, settings) -> None:
    settings.MAIL_AUTHSERV = "mx.example.org"
    before = now - timedelta(hours=5)
    for person in (world.anna, world.oleg, world.boris):
        asked = new(world, person=person, contact_email=person.email, cameras=[])
        ticket = open_ticket(asked, by=person, now=before).ticket
        conversation.reply(ticket=ticket, text="Выключите и включите", by=world.ira, now=before, channel="mail")
    Delivery.objects.update(state="sent")
    letters.bring(now)


def test_every_fate_is_there(brought):
    assert set(RawLetter.objects.values_list("state", flat=True)) == set(RawLetter.State.values) - {"waiting"}
    assert RawLetter.objects.filter(state="held").count() == 2
    assert RawLetter.objects.get(state="ignored").note == machine_letters.UNKNOWN_BOUNCE


def test_one_is_a_message_with_a_picture_and_a_folded_quote(brought):
    row = RawLetter.objects.filter(message__html__contains="letter-quote").get()
    assert row.sender_proven
    assert "/files/" in row.message.html
    assert "counter.example" not in row.message.html
    assert "Служба поддержки" not in row.message.text
    assert row.ticket.turn == "us"


def test_one_came_back_and_one_is_of_nobody_we_know(brought):
    assert Delivery.objects.get(state="failed").last_error == machine_letters.CAME_BACK
    assert Event.objects.filter(name="letter.bounced").count() == 1
    assert Event.objects.filter(name="letter.automatic").count() == 1
    assert not Ticket.objects.get(subject="Срочно нужна запись с подъезда").verified


def test_a_town_that_waits_for_nobody_has_letters_all_the_same(world, now, data_folder):
    letters.bring(now)
    assert RawLetter.objects.filter(state="held").count() == 2
