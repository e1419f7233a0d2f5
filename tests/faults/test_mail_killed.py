"""kill -9 at every marked point: each letter is taken in and sent exactly once."""

import os
import re
import signal
from datetime import timedelta

import pytest

from camdesk.channels.mail.incoming.dispatch import take_in_due
from camdesk.channels.mail.incoming.imap import fetch
from camdesk.channels.mail.incoming.raw_store import store
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.channels.models import RawLetter
from camdesk.lib import children, failpoints
from camdesk.tickets.models import Delivery, Message, Ticket
from camdesk_bench.played_mailbox import PlayedMailbox
from tests.deeds.channels.letters import PNG, letter
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.faults.doors import ROOT
from tests.faults.killing import killed_at
from tests.faults.mail_peers import Taker
from tests.untrained import untrained  # noqa: F401

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("point", ["tickets.Delivery leased", "composed", "sent", "settled"])
def test_a_letter_out_leaves_once(world, settings, now, point):
    open_ticket(new(world), by=world.anna, now=now)
    with Taker() as server:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.port}"
        killed_at(point, lambda: deliver_due(now))
        assert deliver_due(now + timedelta(seconds=30)) == 0, "it is under the dead worker's lease"
        deliver_due(now + timedelta(seconds=61))
        assert deliver_due(now + timedelta(hours=1)) == 0
    assert Delivery.objects.get().state == "sent"
    assert len(set(server.ids())) == 1
    assert len(server.ids()) == (2 if point == "sent" else 1), "only the doubtful one twice, under one Message-ID"


@pytest.mark.parametrize("point", ["gathering", "gathered"])
def test_a_gathered_letter_leaves_once_and_loses_nothing(world, settings, now, point):
    """Killed within the transaction that gathers, none of it happened; after it, one letter stands for all."""
    for _ in range(5):
        open_ticket(new(world), by=world.anna, now=now)
    with Taker() as server:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.port}"
        killed_at(point, lambda: deliver_due(now))
        merged = Delivery.objects.filter(state="merged").count()
        assert (merged, Delivery.objects.count()) == ((0, 5) if point == "gathering" else (5, 6))
        deliver_due(now + timedelta(seconds=1))
        assert deliver_due(now + timedelta(hours=1)) == 0
    gathered = Delivery.objects.get(kind="digest")
    assert (gathered.state, gathered.letter.merged.count(), len(server.ids())) == ("sent", 5, 1)
    assert all(f"№ {ticket.pk}" in gathered.letter.text for ticket in Ticket.objects.all())


@pytest.mark.parametrize(
    "point", ["kept", "stored", "channels.RawLetter leased", "letter read", "files taken", "letter told"]
)
def test_a_letter_in_is_told_once(world, data_folder, now, point):
    raw = letter(files={"снимок.png": PNG})

    def work() -> None:
        store(raw, mailbox="test", now=now)
        take_in_due(now)

    killed_at(point, work)
    store(raw, mailbox="test", now=now)  # its bearer heard nothing, or asks again all the same
    take_in_due(now + timedelta(seconds=61))
    assert take_in_due(now + timedelta(hours=1)) == 0
    assert RawLetter.objects.get().state == "taken"
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)
    assert Message.objects.get().attachments.count() == 1
    assert Delivery.objects.count() == 1
    children.end_all()


@pytest.mark.parametrize("point", ["kept", "stored", "letters brought"])
def test_a_mailbox_is_taken_in_once_though_its_reader_dies(db, data_folder, settings, now, point):
    with PlayedMailbox(120, plain) as box:
        settings.IMAP_URL = box.url
        killed_at(point, lambda: fetch(now))
        while fetch(now):
            pass
        assert box.seen == set(range(120))
    assert sorted(RawLetter.objects.values_list("letter_id", flat=True)) == sorted(f"{one}@x" for one in range(120))


def plain(number: int) -> bytes:
    return f"Message-ID: <{number}@x>\r\nFrom: a{number}@example.net\r\nSubject: {number}\r\n\r\n{number}".encode()


def test_a_worker_killed_in_the_midst_of_many_letters_leaves_none_behind(world, data_folder, now):
    for number in range(12):
        store(plain(number), mailbox="test", now=now)
    seen = []

    def dies_at_the_fifth(point: str) -> None:
        seen.append(point)
        if seen.count("letter told") == 5:
            os.kill(os.getpid(), signal.SIGKILL)

    def work() -> None:
        failpoints.listener = dies_at_the_fifth
        take_in_due(now)

    killed_at("never", work)
    assert RawLetter.objects.filter(state="taken").count() == 4
    while take_in_due(now + timedelta(seconds=61)):
        pass
    assert (Ticket.objects.count(), Message.objects.count()) == (12, 12)
    children.end_all()


def test_every_marked_point_of_letters_and_calls_is_died_at():
    """A new mark needs a test that dies there."""
    named = re.compile(r'\breached\("([^"]+)"\)')
    marked = {point for path in (ROOT / "camdesk/channels").rglob("*.py") for point in named.findall(path.read_text())}
    tests = "".join(path.read_text() for path in (ROOT / "tests/faults").glob("test_*_killed.py"))
    assert {point for point in marked if f'"{point}"' not in tests} == set()
    assert len(marked) > 10
