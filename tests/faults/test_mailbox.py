"""A mailbox that stalls, breaks its lines and numbers anew is taken in whole: nothing missing, nothing twice."""

from collections import Counter

import pytest

from camdesk.channels.mail.incoming import imap, imap_account, raw_store
from camdesk.channels.mail.incoming.dispatch import take_in_due
from camdesk.channels.mail.incoming.imap import fetch
from camdesk.channels.models import Mailbox as Kept
from camdesk.channels.models import RawLetter
from camdesk_bench.played_mailbox import PlayedMailbox
from tests.deeds.channels.letters import letter
from tests.untrained import untrained  # noqa: F401

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


def letter_of(number: int) -> bytes:
    return (
        f"Message-ID: <{number}@x>\r\nFrom: a{number}@example.net\r\nTo: support@example.org\r\n"
        f"Subject: {number}\r\n\r\nLetter {number}\r\n"
    ).encode() + b"x" * 200


@pytest.fixture(autouse=True)
def _patience(monkeypatch, data_folder):
    monkeypatch.setattr(imap_account, "SILENCE_SECONDS", 0.3)
    monkeypatch.setattr(imap, "_stumbles", imap._Stumbles())


def everything(settings, box: PlayedMailbox, now) -> None:
    settings.IMAP_URL = box.url
    rounds = 0
    while len(box.seen) < box.count and rounds < 50:
        fetch(now)
        rounds += 1


FAULTS = {2: "stall", 5: "garbage", 7: "cut", 9: "short", 11: "stall"}


@pytest.mark.parametrize("gap", [1, 613])
def test_a_mailbox_of_600_is_taken_in_whole_while_its_server_fails(db, settings, monkeypatch, now, gap):
    monkeypatch.setattr(imap, "_NUMBERS_AT_ONCE", 100)
    stored = Counter()
    real = imap.store_all

    def counting(letters, **how):
        stored.update(row.created for row in real(letters, **how))

    monkeypatch.setattr(imap, "store_all", counting)
    with PlayedMailbox(600, letter_of, script=lambda number: FAULTS.get(number, "")) as box:
        box.gap = gap
        monkeypatch.setattr(imap_account.Account, "name", "support")
        settings.IMAP_URL = box.url
        while box.fetches <= 11:
            fetch(now)
        assert RawLetter.objects.count() < 600, "in the midst of it"
        box.renumber()
        box.seen.clear()
        everything(settings, box, now)
        assert fetch(now) == 0
    assert RawLetter.objects.count() == stored[True] == 600
    assert {row.letter_id for row in RawLetter.objects.all()} == {f"{number}@x" for number in range(600)}
    assert Kept.objects.get().uid_validity == box.validity


def test_a_letter_too_large_is_not_fetched_but_told(world, settings, now, monkeypatch):
    monkeypatch.setattr(imap, "LARGEST", 5_000)
    settings.MAIL_AUTHSERV = "mx.example.org"
    genuine = "Authentication-Results: mx.example.org; dmarc=pass\r\n"
    large = letter("x" * 100_000, files={"film.png": b"x" * 50_000}, subject="Запись с камеры", top=genuine)
    with PlayedMailbox(3, lambda number: large if number == 1 else letter_of(number)) as box:
        settings.IMAP_URL = box.url
        assert fetch(now) == 3
        assert box.sent < 10_000, "its headers only"
        assert box.seen == {0, 2}, "it stays in the mailbox, unread"
    while take_in_due(now):
        pass
    told = RawLetter.objects.get(letter_id="one@mail.example.org")
    assert (told.state, told.ticket.subject, told.ticket.person) == ("taken", "Запись с камеры", world.anna)
    assert "слишком велико" in told.message.text
    [headers] = told.message.attachments.all()
    assert b"film" not in raw_store.raw_of(told)
    assert headers.name == "headers.txt"


def test_a_letter_at_which_the_line_always_breaks_keeps_back_no_other(db, settings, now, monkeypatch):
    with PlayedMailbox(5, letter_of) as box:
        bad = box._uid(2)
        real = imap._whole

        def breaking(client, uids, part="BODY.PEEK[]"):
            if bad in uids and "HEADER" not in part:
                raise ConnectionResetError
            return real(client, uids, part)

        monkeypatch.setattr(imap, "_whole", breaking)
        settings.IMAP_URL = box.url
        for _ in range(12):
            fetch(now)
        assert box.seen == {0, 1, 3, 4}
    assert RawLetter.objects.count() == 5
    assert RawLetter.objects.get(letter_id="2@x").size > 0


def test_a_full_disk_leaves_letters_in_their_mailbox(db, settings, now, monkeypatch):
    def full(*_args, **_how):
        raise raw_store.NoRoomForLetters

    with PlayedMailbox(5, letter_of) as box:
        settings.IMAP_URL = box.url
        real = imap.store_all
        monkeypatch.setattr(imap, "store_all", full)
        assert [fetch(now) for _ in range(10)] == [0] * 10
        assert not box.seen
        monkeypatch.setattr(imap, "store_all", real)
        assert fetch(now) == 5, "and are not given up meanwhile"


def test_a_letter_removed_meanwhile_is_no_fault(db, settings, now, monkeypatch):
    with PlayedMailbox(5, letter_of) as box:
        settings.IMAP_URL = box.url
        real = imap._sizes
        monkeypatch.setattr(
            imap, "_sizes", lambda client, uids: {uid: size for uid, size in real(client, uids).items() if uid != 3}
        )
        real_whole = imap._whole
        monkeypatch.setattr(
            imap, "_whole", lambda client, uids, *part: real_whole(client, [uid for uid in uids if uid != 3] or [9])
        )
        monkeypatch.setattr(imap, "_search_one", lambda _box, uid: uid != 3)
        fetch(now)
        assert box.seen == {0, 1, 3, 4}
    assert RawLetter.objects.count() == 4
