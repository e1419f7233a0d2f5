"""An answer waits for its files to be looked at, for a while; no letter takes along what nobody found clean."""

from datetime import timedelta

import pytest

from camdesk.channels.deliveries import SCAN_WAIT
from camdesk.channels.mail.channel import TOGETHER
from camdesk.channels.mail.outgoing import smtp_client
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.tickets import conversation, scanning, uploads
from camdesk.tickets.models import Delivery, Event, Message, Ticket
from tests.deeds.channels.test_letters_out import Server, plain
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.scanners import VIRUS, FakeScanner

SOON = TOGETHER + timedelta(seconds=1)  # an answer by letter may be joined by another until then
FILE = b"how to reset the camera"


@pytest.fixture
def scanner(settings, data_folder):
    with FakeScanner() as one:
        settings.SCANNER = one.url
        yield one


@pytest.fixture
def server(monkeypatch, settings) -> Server:
    server = Server()
    monkeypatch.setattr(smtp_client, "Connection", server)
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    return server


@pytest.fixture
def ticket(world, now) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=now).ticket


def answer(ticket: Ticket, world, now, *files: bytes) -> Message:
    ids = [uploads.take_in(data, name=f"{n}.txt", by=world.ira, now=now).pk for n, data in enumerate(files)]
    return conversation.reply(ticket=ticket, text="Вот так", by=world.ira, now=now, channel="mail", files=ids)


def all_out(now) -> int:
    done = 0
    while sent := deliver_due(now):
        done += sent
    return done


def state(message: Message) -> str:
    return Delivery.objects.get(message=message, kind=Delivery.Kind.REPLY).state


def test_it_leaves_with_its_file_as_soon_as_that_is_clean(world, ticket, now, scanner, server):
    message = answer(ticket, world, now, FILE)
    all_out(now + SOON)
    assert state(message) == "waiting"
    scanning.scan_attachments(now + SOON)
    all_out(now + SOON)
    assert state(message) == "sent"
    letter = server.letters()[-1]
    assert [part.get_content().encode() for part in letter.iter_attachments()] == [FILE]
    assert "не приложен" not in plain(letter)


def test_the_files_of_every_answer_in_a_letter_are_waited_for(world, ticket, now, scanner, server):
    first, second = answer(ticket, world, now, FILE), answer(ticket, world, now, FILE, FILE)
    for file in first.attachments.all():
        scanning.settle(file, scanning.look(file), now)
    all_out(now + SOON)
    assert {state(first), state(second)} <= {"waiting", "merged"}
    scanning.scan_attachments(now + SOON)
    all_out(now + SOON)
    assert len(list(server.letters()[-1].iter_attachments())) == 3


def test_words_do_not_wait_for_ever_for_a_scanner_that_is_away(world, ticket, now, scanner, server):
    scanner.go()
    message = answer(ticket, world, now, FILE)
    all_out(now + SCAN_WAIT - timedelta(seconds=1))
    assert state(message) == "waiting"
    all_out(now + SCAN_WAIT)
    assert state(message) == "sent"
    letter = server.letters()[-1]
    assert list(letter.iter_attachments()) == []
    assert "«0.txt» не приложен" in plain(letter)
    told = Event.objects.get(ticket=ticket, name="delivery.without_files")
    assert told.particulars["names"] == "0.txt"
    assert not told.public


def test_an_infected_file_keeps_no_letter_back_and_is_left_out(world, ticket, now, scanner, server):
    message = answer(ticket, world, now, FILE, VIRUS)
    scanning.scan_attachments(now)
    all_out(now + SOON)
    assert state(message) == "sent"
    letter = server.letters()[-1]
    assert [part.get_content().encode() for part in letter.iter_attachments()] == [FILE]
    assert "«1.txt» не приложен: он не прошёл проверку" in plain(letter)


def test_only_its_own_request_waits(world, ticket, now, scanner, server):
    answer(ticket, world, now, FILE)
    other = open_ticket(new(world), by=world.anna, now=now).ticket
    message = answer(other, world, now)
    all_out(now + SOON)
    assert state(message) == "sent"


@pytest.mark.parametrize("scan", ["waiting", "unknown"])
def test_without_a_scanner_nothing_waits(world, ticket, now, settings, data_folder, server, scan):
    settings.SCANNER = ""
    message = answer(ticket, world, now, FILE)
    message.attachments.update(scan=scan)
    all_out(now + SOON)
    assert state(message) == "sent"
    assert len(list(server.letters()[-1].iter_attachments())) == 1
