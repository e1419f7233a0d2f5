"""kill -9 while a person is erased: all of it or nothing in the database, and the files go whoever dies on the way.

Seen failing with the list of files kept in memory alone: they stayed in the store."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as BrowserSession

from camdesk.channels.models import RawLetter
from camdesk.lib import files
from camdesk.people.models import Identity, Person
from camdesk.privacy import erasure, retention
from camdesk.privacy.classification import CUSTOMER
from camdesk.privacy.models import Erasure
from camdesk.tickets import uploads
from camdesk.tickets.models import Event
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.faults.killing import killed_at
from tests.pages.everything import letter_in

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("point", ["erased in part", "erased in the database", "erased a file"])
def test_an_erasure_is_whole_and_is_finished_by_whoever_comes_next(world, now, data_folder, client_of, point):
    client_of(world.anna)
    kept = [uploads.receive_stream([b"%d" % n], name=f"{n}.txt", by=world.anna, now=now) for n in range(3)]
    open_ticket(new(world, attachments=[kept[0].pk]), by=world.anna, now=now)

    def erase() -> None:
        erasure.erase(person=world.anna, basis="asked", reason="№ 1", by=None, now=now)

    killed_at(point, erase)
    if point == "erased in part":
        assert not Erasure.objects.exists()
        assert Person.objects.get(pk=world.anna.pk).erased_at is None
        assert len(list(files.store().home.all())) == 3
        erase()
    else:
        assert Erasure.objects.get().finished_at is None
        assert Person.objects.get(pk=world.anna.pk).name == CUSTOMER
        assert erasure.finish_due(now) == 1
    assert erasure.finish_due(now) == 0
    done = Erasure.objects.get()
    assert (done.finished_at, done.removed_files, done.files) == (now, 3, [])
    assert list(files.store().home.all()) == []
    assert not Identity.objects.filter(person=world.anna).exists()
    assert not BrowserSession.objects.exists()
    assert Event.objects.filter(name="person.erased").count() == 1


def test_a_letter_that_is_forgotten_leaves_no_file_behind(world, now, data_folder):
    """The file goes first: whoever comes next finds the row, and takes it."""
    letter_in(open_ticket(new(world), by=world.anna, now=now).ticket, now)
    RawLetter.objects.update(received_at=now)
    late = now + timedelta(days=9000)
    killed_at("forgot a letter's file", lambda: retention.forget(late))
    assert RawLetter.objects.count() == 1
    while retention.forget(late):
        pass
    assert not RawLetter.objects.exists()
    assert list(files.store().home.all()) == []
