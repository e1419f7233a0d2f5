"""One sender hurts nobody: a flood waits for itself."""

from datetime import timedelta

import pytest

from camdesk.channels.mail.incoming import dispatch, fair_queueing
from camdesk.channels.mail.incoming.dispatch import take_in_due
from camdesk.channels.mail.incoming.raw_store import NoRoomForLetters, TooManyLetters, store, store_all
from camdesk.channels.models import RawLetter
from camdesk.lib.children import ChildFailed
from camdesk.lib.rates import Rate
from camdesk.tickets.models import Delivery, Ticket
from tests.deeds.channels.letters import letter


@pytest.fixture(autouse=True)
def _folder(data_folder):
    """Letters are files: each test has a folder of its own."""


def brought(number: int, sender: str, now) -> RawLetter:
    genuine = "Authentication-Results: mx.example.org; dmarc=pass\r\n"
    raw = letter(f"{number}", sender=sender, message_id=f"<{number}@x>", top=genuine)
    return store(raw, mailbox="smtp", now=now).letter


@pytest.mark.parametrize(
    "flood, other, kind",
    [
        ("eve@evil.example", "oleg@mail.example", "a stranger before the flood of one address"),
        ("eve{}@evil.example", "oleg@mail.example", "a stranger before the flood of a domain's made-up addresses"),
        ("eve{}@example.org", "anna@example.org", "a customer before the flood of their own domain"),
        ("eve{0}@evil{0}.example", "anna@example.org", "a customer before a flood from everywhere"),
    ],
)
def test_whoever_comes_in_the_midst_of_a_flood_is_read_before_its_rest(world, now, flood, other, kind):
    for number in range(120):
        brought(number, flood.format(number), now + timedelta(seconds=number))
    theirs = brought(500, other, now + timedelta(seconds=200))
    for number in range(120, 140):
        brought(number, flood.format(number), now + timedelta(seconds=201))
    waiting = RawLetter.objects.filter(state="waiting")
    before = waiting.count()
    assert take_in_due(now + timedelta(seconds=300)) == dispatch.AT_ONCE < before
    theirs.refresh_from_db()
    assert theirs.state == "taken", kind
    assert waiting.count() == before - dispatch.AT_ONCE


def test_a_flood_of_made_up_senders_makes_us_write_to_few_of_them(world, now, settings):
    settings.MAIL_AUTHSERV = "mx.example.org"
    settings.LETTER_RATES = settings.LETTER_RATES | {"by_mail": Rate(3, 3600)}
    for number in range(6):
        brought(number, f"x{number}@y{number}.example", now)
    for number, sender in enumerate(("anna@example.org", "petr@mail.example")):
        brought(10 + number, sender, now)
    while take_in_due(now):
        pass
    assert Ticket.objects.count() == 8, "what came is kept all the same"
    assert Delivery.objects.filter(state="held").count() == 4, "what does not leave is there to be seen"
    written_to = set(Delivery.objects.exclude(state="held").values_list("to", flat=True))
    assert (len(written_to), "anna@example.org" in written_to) == (4, True)
    brought(20, "late@mail.example", now + timedelta(hours=2))
    take_in_due(now + timedelta(hours=2))
    assert Delivery.objects.get(to="late@mail.example").state == "waiting"


def test_a_letter_that_failed_lets_everybody_go_first(world, now, monkeypatch):
    def fail(_raw):
        raise ChildFailed("timeout")

    monkeypatch.setattr(dispatch, "read", fail)
    bomb = brought(1, "eve@evil.example", now)
    take_in_due(now)
    bomb.refresh_from_db()
    assert (bomb.state, bomb.turn) == ("waiting", fair_queueing.LAST_TURN)


def test_what_comes_beyond_all_measure_stays_with_its_bearer(db, now, monkeypatch):
    monkeypatch.setattr(fair_queueing, "MOST_FROM_ONE", 3)
    monkeypatch.setattr(fair_queueing, "MOST_HELD", 6)
    for number in range(6):
        store(letter(str(number)), mailbox="smtp", now=now, bearer_keeps=True)
    with pytest.raises(TooManyLetters):
        store(letter("7"), mailbox="smtp", now=now, bearer_keeps=True)
    assert issubclass(TooManyLetters, NoRoomForLetters), "whoever keeps letters knows what to do"
    assert store(letter("8"), mailbox="imap", now=now).created, "a mailbox has no bearer to send away"
    assert store(letter("9", sender="oleg@x.org"), mailbox="smtp", now=now, bearer_keeps=True).letter.state == "waiting"
    assert store(letter("7"), mailbox="smtp", now=now + timedelta(hours=2), bearer_keeps=True).letter.state == "waiting"


def test_letters_that_fill_the_disk_stay_with_their_bearer(db, now, monkeypatch):
    monkeypatch.setattr(fair_queueing, "MOST_BYTES", 10_000)
    store(letter("x" * 20_000), mailbox="smtp", now=now, bearer_keeps=True)
    with pytest.raises(TooManyLetters):
        store(letter("y"), mailbox="smtp", now=now, bearer_keeps=True)


def test_letters_that_come_together_are_told_apart_and_counted_together(db, now, monkeypatch):
    monkeypatch.setattr(fair_queueing, "MOST_FROM_ONE", 3)
    first = store(letter("0"), mailbox="smtp", now=now).letter
    raws = [letter(str(number)) for number in (1, 0, 1, 2, 3)]
    stored = store_all(raws, mailbox="imap:x", now=now)
    assert [one.created for one in stored] == [True, False, False, True, True]
    assert [one.letter.state for one in stored] == ["waiting", "waiting", "waiting", "waiting", "held"]
    assert stored[1].letter == first
    assert RawLetter.objects.count() == 4
    assert store_all([], mailbox="imap:x", now=now) == []
