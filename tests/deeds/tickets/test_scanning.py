"""Files and the scanner: who is looked at when, what becomes of a verdict, and what a scanner that fails costs."""

from datetime import timedelta

import pytest

from camdesk.channels.mail.incoming.letter_scans import known_of, scan_letters, scan_letters_again
from camdesk.channels.mail.incoming.raw_store import store
from camdesk.channels.models import RawLetter
from camdesk.lib import files
from camdesk.tickets import conversation, scanning, uploads
from camdesk.tickets.models import Attachment, Event, FileScan
from camdesk.worker.duties import DUTIES
from tests.deeds.channels.letters import letter
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.scanners import NAME, VIRUS, FakeScanner
from tests.world import customer_says

MINUTE = timedelta(minutes=1)


def scan_attachments(now) -> int:
    """What the worker does in its two lanes."""
    return scanning.scan_attachments(now) + scanning.scan_attachments_again(now)


@pytest.fixture
def scanner(settings, data_folder):
    with FakeScanner() as one:
        settings.SCANNER = one.url
        yield one


def sent(person, now, data: bytes = b"hello", name: str = "a.txt") -> Attachment:
    return uploads.receive_stream([data], name=name, by=person, now=now)


def said(file) -> tuple[str, str]:
    file.refresh_from_db()
    return file.scan, file.scan_note


def ticket_with(world, now, file: Attachment):
    """A request of Anna's with this file in a message; also the message."""
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    return ticket, customer_says(ticket=ticket, text="Вот", by=world.anna, now=now, channel="form", files=[file.pk])


# --- verdicts


def test_every_file_gets_its_verdict_and_stays_byte_for_byte(world, now, scanner):
    fine, ill = sent(world.anna, now), sent(world.anna, now, b"x" * 70_000 + VIRUS)
    assert scan_attachments(now) == 2
    assert (said(fine), said(ill)) == (("clean", ""), ("infected", NAME))
    assert fine.scanned_at is not None
    with files.store().open(ill.storage_key) as kept:
        assert kept.read() == b"x" * 70_000 + VIRUS
    assert scan_attachments(now) == 0, "once"
    assert not FileScan.objects.exists(), "nothing waits any more"


def test_letters_are_looked_at_as_they_came(now, scanner, db):
    fine = store(letter(), mailbox="t", now=now).letter
    ill = store(letter(VIRUS.decode(), message_id="<2@x>"), mailbox="t", now=now).letter
    assert scan_letters(now) == 2
    assert (said(fine), said(ill)) == (("clean", ""), ("infected", NAME))


def test_an_upload_under_way_is_not_looked_at(world, now, scanner):
    begun = uploads.begin(name="a", total=10, by=world.anna, now=now)
    assert scan_attachments(now) == 0
    uploads.add_piece(upload=begun, at=0, chunks=[b"0123456789"], now=now)
    assert scan_attachments(now) == 1
    assert scanner.scanned == [b"0123456789"]


def test_who_waits_at_a_page_waits_least(world, now, scanner):
    old = [sent(world.anna, now - timedelta(days=day), f"{day}".encode()) for day in range(3, 0, -1)]
    assert len(old) == 3
    sent(world.anna, now, b"just now")
    scan_attachments(now)
    assert scanner.scanned == [b"just now", b"1", b"2", b"3"]


def test_without_a_scanner_nothing_is_done(world, now, settings, data_folder):
    settings.SCANNER = ""
    file = sent(world.anna, now)
    assert (scan_attachments(now), scan_letters(now)) == (0, 0)
    assert said(file) == ("waiting", "")


def test_an_infected_file_of_a_request_is_an_event_once(world, now, scanner):
    file = sent(world.anna, now, VIRUS, "счёт.exe")
    ticket, _message = ticket_with(world, now, file)
    scan_attachments(now)
    told = Event.objects.get(ticket=ticket, name="attachment.infected")
    assert told.particulars == {"name": "счёт.exe", "signature": NAME, "attachment": file.pk}
    assert told.public
    scanning.settle(Attachment.objects.get(pk=file.pk), scanning.look(file), now)
    assert Event.objects.filter(name="attachment.infected").count() == 1


def test_an_infected_file_of_a_note_is_told_to_agents_only(world, now, scanner):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    file = sent(world.ira, now, VIRUS)
    conversation.note(ticket=ticket, text="Смотрите", by=world.ira, now=now, files=[file.pk])
    scan_attachments(now)
    assert not Event.objects.get(name="attachment.infected").public


def test_a_letter_is_as_bad_as_what_was_found_in_it(world, now, scanner):
    """Our own reading may find a file where the scanner, which reads the letter its own way, saw none."""
    row = store(letter(), mailbox="t", now=now).letter
    file = sent(world.anna, now, VIRUS)
    _ticket, message = ticket_with(world, now, file)
    RawLetter.objects.filter(pk=row.pk).update(message=message)
    scan_letters(now)
    row = RawLetter.objects.get(pk=row.pk)
    assert (row.scan, known_of(row).scan) == ("clean", "waiting")
    scan_attachments(now)
    assert known_of(RawLetter.objects.get(pk=row.pk)).scan == "infected"
    assert known_of(RawLetter.objects.get(pk=row.pk)).scan_note == NAME


# --- what fails


def test_a_scanner_that_is_away_costs_no_file_a_try_and_all_are_caught_up(world, now, scanner):
    scanner.go()
    waiting = [sent(world.anna, now, f"{one}".encode()) for one in range(45)]
    for minute in range(60):
        assert scan_attachments(now + minute * MINUTE) == 0
    assert {said(file) for file in waiting} == {("waiting", "")}
    assert set(FileScan.objects.values_list("attempts", flat=True)) == {0}
    scanner.come()
    back = now + 60 * MINUTE
    while scan_attachments(back):
        pass
    assert set(Attachment.objects.values_list("scan", flat=True)) == {"clean"}


@pytest.mark.parametrize("mode", ["mute"])
def test_a_scanner_that_does_not_greet_is_sent_nothing(world, now, scanner, monkeypatch, mode):
    monkeypatch.setattr(scanning.clamd.ping, "__kwdefaults__", {"seconds": 0.2})
    file = sent(world.anna, now)
    scanner.mode = mode
    assert scan_attachments(now) == 0
    assert (said(file), file.scan_wait.attempts) == (("waiting", ""), 0)


@pytest.mark.parametrize("mode", ["cut", "garbage"])
def test_a_file_the_scanner_falls_over_keeps_no_other_back_and_is_given_up(world, now, scanner, mode):
    hostile = sent(world.anna, now, b"hostile")
    scanner.mode = mode
    moment, tries = now, 0
    scan_attachments(moment)
    scanner.mode = "well"
    later = sent(world.anna, now - MINUTE, b"fine")
    assert scan_attachments(moment) == 1
    assert said(later)[0] == "clean", "the other is looked at meanwhile"
    assert said(hostile)[0] == "waiting"
    scanner.mode = mode
    for _ in range(60):
        moment += MINUTE
        tries += scan_attachments(moment)
    assert tries == 4
    scan, why = said(hostile)
    assert scan == "unknown"
    assert "no verdict" in why


def test_after_an_interruption_it_is_looked_at_again_within_ten_minutes(world, now, scanner):
    """Five tries, and no pause between two of them as long as that."""
    file = sent(world.anna, now)
    scanner.mode = "cut"
    moment, last = now, now
    for minute in range(60):
        moment = now + minute * MINUTE
        if scan_attachments(moment):
            assert moment - last <= 9 * MINUTE
            last = moment
    assert said(file)[0] == "unknown"


def test_a_file_that_hangs_has_its_time_beside_the_others_and_not_before_them(world, now, scanner, monkeypatch):
    """The first looks together cost a bounded time; the long ones are another lane's, the least tried first."""
    given = []
    real = scanning.clamd.scan

    def noted(address, file, *, seconds):
        given.append(seconds)
        return real(address, file, seconds=0.2)

    monkeypatch.setattr(scanning.clamd, "scan", noted)
    hanging = sent(world.anna, now, b"hanging")
    scanner.mode = "hang"
    assert scanning.scan_attachments(now) == 1
    scanner.mode = "well"
    fine = sent(world.anna, now - MINUTE, b"fine")
    later = now + 2 * MINUTE
    assert scanning.scan_attachments(later) == 1, "though the other is newer, and due"
    assert (said(fine)[0], said(hanging)[0]) == ("clean", "waiting")
    assert scanning.scan_attachments(later) == 0
    assert scanning.scan_attachments_again(later) == 1
    assert said(hanging)[0] == "clean"
    assert given == [scanning.FIRST_LOOK_SECONDS] * 2 + [scanning.clamd.SCAN_SECONDS]


def test_second_looks_keep_no_first_look_back():
    lanes = {duty.do: duty.lane for duty in DUTIES}
    first = {lanes[scanning.scan_attachments], lanes[scan_letters]}
    again = {lanes[scanning.scan_attachments_again], lanes[scan_letters_again]}
    assert not first & again
    assert {duty.do for duty in DUTIES if duty.lane in again} == {scanning.scan_attachments_again, scan_letters_again}


@pytest.mark.parametrize(("mode", "note"), [("error", "Can't allocate memory"), ("limit", "too large")])
def test_what_the_scanner_cannot_judge_is_unknown(world, now, scanner, mode, note):
    scanner.mode = mode
    file = sent(world.anna, now)
    scan_attachments(now)
    assert said(file) == ("unknown", note)


def test_a_file_over_the_scanners_limit_is_unknown_at_once(world, now, scanner):
    scanner.limit = 1000
    file = sent(world.anna, now, b"x" * 200_000)
    assert scan_attachments(now) == 1
    assert said(file) == ("unknown", "too large")


def test_a_worker_that_died_leaves_its_file_under_a_lease_that_ends(world, now, scanner):
    file = sent(world.anna, now)
    FileScan.objects.create(file=file, next_try_at=now, leased_until=now + MINUTE, attempts=1)
    assert scan_attachments(now) == 0
    assert scan_attachments(now + MINUTE) == 1
    assert said(file)[0] == "clean"


def test_a_verdict_that_comes_too_late_changes_nothing(world, now, scanner):
    """The lease ended, another worker found it infected: the slow one's word does not count."""
    file = sent(world.anna, now)
    slow = Attachment.objects.get(pk=file.pk)
    Attachment.objects.filter(pk=file.pk).update(scan="infected", scan_note=NAME)
    scanning.settle(slow, scanning.look(slow), now)
    assert said(file) == ("infected", NAME)


def test_a_file_taken_back_while_it_is_looked_at_is_no_fault(world, now, scanner, monkeypatch):
    file = sent(world.anna, now, VIRUS)
    looked = scanning.look

    def gone(one, **how):
        verdict = looked(one, **how)
        Attachment.objects.filter(pk=file.pk).delete()
        return verdict

    monkeypatch.setattr(scanning, "look", gone)
    assert scan_attachments(now) == 1
    assert not Attachment.objects.exists()


def test_a_file_whose_bytes_are_gone_is_unknown(world, now, scanner):
    file = sent(world.anna, now)
    files.store().delete(file.storage_key)
    scan_attachments(now)
    assert said(file)[0] == "unknown"


# --- waking


def test_an_upload_wakes_the_worker_after_its_commit(world, now, scanner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        sent(world.anna, now)
    assert len(callbacks) == 1


def test_without_a_scanner_nobody_is_woken_for_a_text(
    world, now, settings, data_folder, django_capture_on_commit_callbacks
):
    settings.SCANNER = ""
    with django_capture_on_commit_callbacks() as callbacks:
        sent(world.anna, now)
    assert callbacks == []


def test_a_scanner_that_goes_away_between_two_files_costs_neither_a_try(world, now, scanner, monkeypatch):
    files_ = [sent(world.anna, now, f"{one}".encode()) for one in range(3)]
    real, left = scanning.clamd.scan, iter([True])

    def goes(address, file, **how):
        if next(left, False):
            return real(address, file, **how)
        raise scanning.clamd.Away("gone")

    monkeypatch.setattr(scanning.clamd, "scan", goes)
    assert scan_attachments(now) == 1
    monkeypatch.undo()
    assert sorted(said(file)[0] for file in files_) == ["clean", "waiting", "waiting"]
    assert set(FileScan.objects.values_list("attempts", flat=True)) == {0}
    assert scan_attachments(now) == 2, "at once, no lease is left on them"
