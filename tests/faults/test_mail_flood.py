"""One sender hurts nobody: floods and letter bombs at the running worker, with other people's letters in between."""

import smtplib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from camdesk.channels.mail.incoming import dispatch, fair_queueing
from camdesk.channels.mail.incoming.raw_store import raw_of
from camdesk.channels.mail.incoming.smtp_server import Receiver
from camdesk.channels.mail.mime import sandbox
from camdesk.channels.models import RawLetter
from camdesk.lib import children, files
from camdesk.tickets.models import Ticket
from camdesk.worker.duties import DUTIES
from camdesk.worker.loop import Worker
from camdesk_bench.letter_reading import hostile
from tests.deeds.channels.letters import letter
from tests.engines import free_port, wait_until
from tests.untrained import untrained  # noqa: F401

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def door(world, data_folder) -> Iterator[smtplib.SMTP]:
    receiver = Receiver(f"smtp://127.0.0.1:{free_port()}")
    receiver.start()
    with smtplib.SMTP("127.0.0.1", receiver.port) as client:
        yield client
    receiver.stop()
    children.end_all()


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker([duty for duty in DUTIES if duty.name == "letters in"])
    yield made
    assert made.stop(seconds=30)


def bring(door: smtplib.SMTP, raw: bytes) -> None:
    door.sendmail("x@example.net", ["support@example.org"], raw)


def usual(number: int, sender: str) -> bytes:
    return letter(f"Письмо {number}", sender=sender, message_id=f"<{number}@x>")


def settled() -> bool:
    return not RawLetter.objects.filter(state="waiting").exists()


def test_a_strangers_letter_passes_the_flood_and_the_flood_is_capped(door, worker, monkeypatch):
    monkeypatch.setattr(fair_queueing, "MOST_FROM_ONE", 60)
    monkeypatch.setattr(fair_queueing, "MOST_HELD", 90)
    turned_away = 0
    for number in range(150):
        try:
            bring(door, usual(number, "eve@evil.example"))
        except smtplib.SMTPDataError as answer:
            turned_away += answer.smtp_code == 450
    for number in range(200, 203):
        bring(door, usual(number, f"b{number}@mail.example"))
    worker.start()
    wait_until(settled, seconds=90, what="every letter in turn is a request")
    states = [RawLetter.objects.filter(sender="eve@evil.example", state=one).count() for one in ("taken", "held")]
    assert (*states, turned_away) == (60, 30, 60)
    order = list(Ticket.objects.order_by("pk").values_list("contact_email", flat=True))
    assert {order.index(f"b{number}@mail.example") for number in range(200, 203)} <= set(range(6)), order[:10]


def test_letter_bombs_stop_nobody_and_open_requests(door, worker, monkeypatch):
    limits = []
    real = children.run_limited

    def noted(target, payload, **how):
        limits.append((how["seconds"], how["memory_mb"]))
        return real(target, payload, **how)

    monkeypatch.setattr(sandbox, "run_limited", noted)
    bombs = hostile()
    worker.start()
    for number, raw in enumerate(bombs.values()):
        bring(door, b"X-Number: %d\r\n" % number + raw)
        bring(door, usual(number, f"a{number}@mail.example"))
    wait_until(settled, seconds=120, what="every letter is a request")
    assert Ticket.objects.filter(contact_email__endswith="@mail.example").count() == len(bombs)
    assert RawLetter.objects.exclude(ticket=None).count() == 2 * len(bombs)
    assert set(limits) == {(5.0, 256)}


@pytest.mark.parametrize("job", ["eat_memory", "die", "spin", "fail"])
def test_what_breaks_the_reader_is_attached_and_the_next_letter_read(door, worker, monkeypatch, job):
    """Whatever the next letter brings: here it is a job that eats memory, crashes, never ends or fails."""
    real = sandbox.read
    monkeypatch.setattr(dispatch, "_PATIENCE", replace(dispatch._PATIENCE, pauses=(timedelta(),)))

    def broken(raw: bytes, **how):
        if b"BOMB" not in raw:
            return real(raw, **how)
        return children.run_limited(f"tests.pure.hostile_jobs:{job}", raw, seconds=1, memory_mb=64)

    monkeypatch.setattr(dispatch, "read", broken)
    for number in range(4):
        bring(door, usual(number, f"b{number}@mail.example") + (b"BOMB" if number == 1 else b""))
    worker.start()
    wait_until(settled, seconds=60, what="every letter is a request")
    bomb = RawLetter.objects.get(letter_id="1@x")
    assert (bomb.state, RawLetter.objects.filter(state="taken").count()) == ("unread", 3)
    attached = bomb.message.attachments.get()
    with files.store().open(attached.storage_key) as file:
        assert file.read() == raw_of(bomb)
    assert bomb.ticket == Ticket.objects.order_by("-pk").first(), "everybody else's went first"
