"""One person's files over which the scanner hangs cost the others seconds, not hours; and nothing of ours waits longer
than ten minutes once the scanner is back."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from camdesk.channels.mail.incoming.letter_scans import scan_letters, scan_letters_again
from camdesk.channels.mail.incoming.raw_store import store
from camdesk.channels.models import RawLetter
from camdesk.lib import clamd, leases
from camdesk.tickets import scanning, uploads
from camdesk.tickets.models import Attachment
from camdesk.worker import loop
from camdesk.worker.duties import DUTIES
from tests.deeds.channels.letters import letter
from tests.scanners import FakeScanner

HANGS = b"hangs"
SECOND = timedelta(seconds=1)
LOOKS = (scanning.scan_attachments, scan_letters, scanning.scan_attachments_again, scan_letters_again)


@pytest.fixture
def scanner(settings, data_folder):
    with FakeScanner() as one:
        settings.SCANNER = one.url
        yield one


@pytest.fixture
def clock(monkeypatch, scanner):
    """Seconds since it began; a file that hangs takes all the time it is given, without anybody waiting."""
    passed = [0.0]
    monkeypatch.setattr(leases, "time", SimpleNamespace(monotonic=lambda: passed[0]))
    monkeypatch.setattr(clamd, "ping", lambda address, **how: None)

    def scan(_address, file, *, seconds):
        if HANGS in file.read(1 << 20):
            passed[0] += seconds
            raise clamd.Interrupted("no verdict")
        passed[0] += 0.1
        return clamd.Verdict(clamd.Result.CLEAN)

    monkeypatch.setattr(clamd, "scan", scan)
    return passed


def sent(person, at, data: bytes) -> Attachment:
    return uploads.receive_stream([data], name="a.txt", by=person, now=at)


def seconds_until(file, clock, now, *, flood=lambda: None, look=scanning.scan_attachments) -> float:
    """How long it takes until this one has its verdict, while the lane goes on and `flood` adds to it."""
    began = clock[0]
    for _round in range(200):
        if type(file).objects.get(pk=file.pk).scan != "waiting":
            return clock[0] - began
        flood()
        look(now + clock[0] * SECOND)
    raise AssertionError(f"still waiting after {clock[0] - began:.0f} s")


def test_hundreds_of_one_person_hold_up_no_other(world, now, clock):
    """Also the newest are theirs, and more of them come all the while."""
    for n in range(120):
        sent(world.anna, now - n * SECOND, HANGS + b"%d" % n)
    mine = sent(world.boris, now - timedelta(hours=1), b"a still")
    more = (sent(world.anna, now + timedelta(minutes=5) + n * SECOND, HANGS + b"+%d" % n) for n in range(500))
    assert (
        seconds_until(mine, clock, now, flood=lambda: next(more)) < 4 * scanning.FIRST_LOOK_SECONDS
    )  # and the end of its batch


def test_who_has_a_slow_file_waits_behind_none_of_theirs_for_the_second_look(world, now, clock, monkeypatch):
    for n in range(40):
        sent(world.anna, now - n * SECOND, HANGS + b"%d" % n)
    slow = sent(world.boris, now - timedelta(hours=1), HANGS)
    while (
        Attachment.objects.filter(scan_wait__attempts=0).exists()
        or not slow.__class__.objects.filter(pk=slow.pk, scan_wait__attempts=1).exists()
    ):
        scanning.scan_attachments(now + clock[0] * SECOND)
    clock[0] += 120
    took_long, real = [], clamd.scan

    def now_it_is_done(address, file, *, seconds):
        took_long.append(seconds)
        if len(took_long) == 1:
            return clamd.Verdict(clamd.Result.CLEAN)
        return real(address, file, seconds=seconds)

    monkeypatch.setattr(clamd, "scan", now_it_is_done)
    scanning.scan_attachments_again(now + clock[0] * SECOND)
    slow.refresh_from_db()
    assert slow.scan == "clean", "it is the first that is looked at again"


def test_letters_of_one_source_hold_up_no_other(db, now, clock):
    def came(sender: str, text: str, n: int, at) -> RawLetter:
        raw = letter(text, sender=sender, message_id=f"<{n}@{sender}>")
        return store(raw, mailbox="t", now=at).letter

    for n in range(60):
        came(f"n{n}@flood.example", HANGS.decode(), n, now - n * SECOND)
    mine = came("somebody@elsewhere.example", "Камера не работает", 0, now - timedelta(hours=1))
    assert (
        seconds_until(mine, clock, now, look=scan_letters) < 4 * scanning.FIRST_LOOK_SECONDS
    )  # and the end of its batch


def test_its_absence_makes_nobody_wait_longer_afterwards(world, now, scanner, monkeypatch):
    """The schedule as it is shipped: while the scanner is away each duty asks in its own rhythm, never more rarely."""
    sent(world.anna, now, b"a still")
    store(letter(), mailbox="t", now=now)
    duties = [duty for duty in DUTIES if duty.do in LOOKS]
    assert len(duties) == len(LOOKS)
    scanner.go()
    monkeypatch.setattr(loop, "close_old_connections", lambda: None)  # the test's own
    for duty in duties:
        turn = loop._Turn(duty)
        for _try in range(30):
            before = loop.time.monotonic()
            loop._do(turn)
            assert turn.failures == 0
            assert turn.due - before <= duty.every + 2 <= 60, duty.name
    assert set(Attachment.objects.values_list("scan", flat=True)) == {"waiting"}


def test_no_pause_of_what_was_interrupted_comes_near_ten_minutes():
    patience, every = scanning._PATIENCE, max(duty.every for duty in DUTIES if duty.do in LOOKS)
    pauses = [patience.pause_after(n).total_seconds() for n in range(1, patience.tries)]
    assert max(pauses) + every < 600
    assert patience.lease.total_seconds() + every < 600, "nor does what a worker died over"
