"""Ways in and workers at the same moment: each letter is kept once and told once."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from camdesk.channels.mail.incoming.dispatch import take_in_due
from camdesk.channels.mail.incoming.raw_store import store, store_all
from camdesk.channels.models import RawLetter
from camdesk.lib import files
from camdesk.tickets.models import Delivery, Message, Ticket
from tests.deeds.channels.letters import letter

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], object]) -> list[object]:
    """Runs all of them in threads that begin together; what they returned, or raised."""
    gate, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int) -> None:
        gate.wait(10)
        try:
            results[place] = works[place]()
        except Exception as fault:
            results[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not [one for one in results if isinstance(one, Exception)], results
    return results


def test_one_letter_by_several_ways_at_once_is_one_row_and_one_file(world, data_folder, now):
    for number in range(10):
        raw = letter(f"Письмо {number}", message_id=f"<{number}@x>")
        travelled = b"Received: by mx\r\n" + raw
        stored = at_once(
            lambda raw=raw: store(raw, mailbox="smtp", now=now),
            lambda raw=travelled: store(raw, mailbox="postmark", now=now),
            lambda raw=raw, number=number: store_all(
                [letter("другое", message_id=f"<a{number}@x>"), raw], mailbox="imap", now=now
            )[1],
            lambda raw=raw: store(raw, mailbox="folder", now=now),
        )
        assert [one.created for one in stored].count(True) == 1
        assert len({one.letter.pk for one in stored}) == 1
    assert RawLetter.objects.count() == 20
    kept = [path for path in data_folder.joinpath("files").rglob("*") if path.is_file()]
    assert len(kept) == 20, "what lost the race left no file"


def test_two_workers_tell_each_letter_once(world, data_folder, now):
    for number in range(12):
        raw = letter(f"Письмо {number}", subject=f"Дело {number}", message_id="<same@x>")
        store(raw, mailbox="smtp", now=now)
    while any(at_once(lambda: take_in_due(now), lambda: take_in_due(now))):
        pass
    assert RawLetter.objects.filter(state="taken").count() == 12, "letters that share a Message-ID are all kept"
    assert (Ticket.objects.count(), Message.objects.count()) == (12, 12)
    assert sorted(Message.objects.values_list("text", flat=True)) == sorted(f"Письмо {n}" for n in range(12))
    left = Delivery.objects.exclude(state=Delivery.State.HELD)
    assert left.count() in (5, 6), "confirmations: two workers may both have counted four"
    assert take_in_due(now + timedelta(hours=1)) == 0


def test_two_letters_with_one_id_brought_at_once_are_two(world, data_folder, now):
    at_once(*(lambda n=n: store(letter(f"{n}", message_id="<same@x>"), mailbox="smtp", now=now) for n in range(4)))
    assert RawLetter.objects.filter(letter_id="same@x").count() == 4
    kept = {files.store().open(row.storage_key).read() for row in RawLetter.objects.all()}
    assert len(kept) == 4
