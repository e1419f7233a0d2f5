"""Two people press at the same moment: one of them is too late, and nothing is told twice."""

import functools
import hashlib
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from camdesk.channels.models import CallBack
from camdesk.channels.phone.call_back_requests import PER_DAY, TooOften, WaitsAlready, ask_for_oneself
from camdesk.channels.phone.call_back_retries import not_reached
from camdesk.channels.phone.call_backs import ask, settle, take_back
from camdesk.channels.phone.windows import Window
from camdesk.lib import files
from camdesk.lib.multipart import ArrivedFile
from camdesk.outages import lifecycle, linking
from camdesk.outages.lifecycle import OutageClosed
from camdesk.outages.models import Outage, Recipient
from camdesk.people.models import Identity
from camdesk.tickets import attachments, claiming, conversation, ratings, resolution, uploads
from camdesk.tickets.claiming import CannotClaim, CannotLink, NotYours, TooSoon
from camdesk.tickets.models import Attachment, Clock, Delivery, Event, Rating, Ticket, UploadPiece
from camdesk.tickets.state import AlreadyRated, break_overdue
from tests.deeds.outages.test_outages import ask as ask_about
from tests.deeds.outages.test_outages import outage_of
from tests.deeds.tickets.test_claiming import ADDRESS, ask_unproven, token_of
from tests.deeds.tickets.test_opening import new, open_ticket

pytestmark = pytest.mark.django_db(transaction=True)

REFUSALS = (
    CannotClaim,
    CannotLink,
    NotYours,
    TooSoon,
    OutageClosed,
    TooOften,
    WaitsAlready,
    uploads.OverQuota,
    uploads.Lost,
    uploads.WrongFileOffset,
    AlreadyRated,
)
PHONE = "+79350000099"
ROUNDS = 5


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each returned, or the name of its refusal; any other fault is raised."""
    gate, results, faults = threading.Barrier(len(works)), [None] * len(works), []

    def run(place: int) -> None:
        gate.wait(10)
        try:
            results[place] = works[place]()
        except REFUSALS as refused:
            results[place] = type(refused).__name__
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if faults:
        raise faults[0]
    return results


def window(now) -> dict:
    return {"wanted_from": now, "wanted_until": now + timedelta(hours=2)}


def test_one_request_is_claimed_by_one(world, now):
    for number in range(ROUNDS):
        address = f"{number}-{ADDRESS}"
        ticket = ask_unproven(world, now, contact_email=address)
        token = token_of(ticket, now)
        at_once(
            lambda token=token: claiming.claim(token=token, by=world.anna, says_it_is_theirs=True, now=now),
            lambda token=token: claiming.claim(token=token, by=world.oleg, says_it_is_theirs=True, now=now),
            lambda token=token: claiming.claim(token=token, by=None, says_it_is_theirs=False, now=now),
        )
        ticket = Ticket.objects.get(pk=ticket.pk)
        owner = Identity.objects.proven().get(value=address)
        assert (ticket.verified, ticket.person_id) == (True, owner.person_id)
        assert Event.objects.filter(ticket=ticket, name="ticket.claimed").count() == 1


def test_a_request_is_claimed_or_linked(world, now):
    for _round in range(ROUNDS):
        ticket = ask_unproven(world, now, contact_email=f"{_round}-{ADDRESS}")
        token = token_of(ticket, now)
        at_once(
            lambda token=token: claiming.claim(token=token, by=world.anna, says_it_is_theirs=True, now=now),
            lambda ticket=ticket: claiming.link(ticket=ticket, to=world.oleg, reason="…", by=world.leo, now=now),
            lambda ticket=ticket: claiming.ask(ticket=ticket, by=world.ira, now=now),
            lambda ticket=ticket: claiming.ask(ticket=ticket, by=world.leo, now=now),
        )
        names = Counter(Event.objects.filter(ticket=ticket).values_list("name", flat=True))
        assert names["ticket.claimed"] + names["ticket.linked"] == 1
        assert names["claim.asked"] <= 1
        assert Delivery.objects.filter(kind="claim", ticket=ticket).count() == names["claim.asked"]


def test_a_call_back_is_settled_once_and_waits_once(world, now):
    for _round in range(ROUNDS):
        CallBack.objects.all().delete()
        one = ask(phone=PHONE, by=world.ira, now=now, **window(now))
        done = at_once(
            lambda one=one: settle(call_back=one, by=world.ira, now=now),
            lambda one=one: settle(call_back=one, by=world.leo, now=now, dropped=True),
        )
        assert sorted(done) == [False, True]
        at_once(
            lambda one=one: take_back(call_back=one, by=world.ira, now=now),
            lambda one=one: take_back(call_back=one, by=world.leo, now=now),
            lambda: ask(phone=PHONE, by=world.ira, now=now, **window(now)),
            lambda: ask(phone=PHONE, by=world.leo, now=now, **window(now)),
        )
        assert CallBack.objects.filter(state="waiting").count() == 1


def test_nobody_was_tried_twice_by_one_call(world, now):
    one = ask(phone=PHONE, by=world.ira, now=now, **window(now))
    tried = at_once(*(lambda by=by: not_reached(call_back=one, by=by, now=now) for by in (world.ira, world.leo)))
    assert sorted(tried) == [False, True]


def test_a_customer_cannot_ask_more_often_by_asking_at_once(world, now):
    soon = Window("now", now, now + timedelta(hours=2))
    numbers = [f"+7935000010{number}" for number in range(PER_DAY + 3)]
    at_once(
        *(
            lambda phone=phone: ask_for_oneself(phone=phone, window=soon, note="", by=world.anna, now=now)
            for phone in numbers
        )
    )
    assert CallBack.objects.filter(asked_by=world.anna).count() == PER_DAY


def test_nobody_moves_anothers_call_by_being_quick(world, now):
    soon = Window("now", now, now + timedelta(hours=2))
    for _round in range(ROUNDS):
        CallBack.objects.all().delete()
        answers = at_once(
            *(
                lambda by=by: ask_for_oneself(phone=PHONE, window=soon, note=by.name, by=by, now=now)
                for by in (world.anna, world.oleg)
            )
        )
        assert "WaitsAlready" in answers
        kept = CallBack.objects.get()
        assert kept.person == kept.asked_by


def test_an_outage_pressed_twice_is_declared_once_and_closed_once(world, now):
    ticket = ask_about(world, now - timedelta(minutes=5))
    first, second = at_once(lambda: outage_of(world, now), lambda: outage_of(world, now))
    assert first == second
    outage = Outage.objects.get()
    at_once(
        *(lambda by=by: lifecycle.close(outage=outage, by=by, now=now) for by in (world.leo, world.ada)),
        lambda: lifecycle.change_forecast(outage=outage, eta=None, by=world.leo, now=now),
    )
    told = Counter(Recipient.objects.values_list("notice__kind", flat=True))
    assert (told["declared"], told["closed"]) == (1, 1)
    assert Delivery.objects.filter(ticket=ticket, kind="notice").count() == sum(told.values())


def test_a_request_is_linked_once(world, now):
    outage = outage_of(world, now)
    ticket = ask_about(world, now, topic="other", text="И ещё")
    at_once(
        lambda: linking.link(outage=outage, ticket=ticket, by=world.ira, now=now),
        lambda: linking.link(outage=outage, ticket=ticket, by=world.leo, now=now),
        lambda: linking.subscribe(outage=outage, person=world.anna, now=now),
    )
    assert Event.objects.filter(ticket=ticket, name="outage.linked").count() == 1
    assert Recipient.objects.filter(person=world.anna).count() == 1


ENTRANCES = {
    "in one piece": lambda by, now: uploads.receive_stream([b"12345"], name="a", by=by, now=now),
    "in pieces": lambda by, now: uploads.begin(name="a", total=5, by=by, now=now),
    "with the form": lambda by, now: uploads.receive(arrived(b"12345"), by=by, now=now),
}


def arrived(data: bytes) -> ArrivedFile:
    coming = files.store().begin(limit=len(data))
    coming.write(data)
    return ArrivedFile("a", coming, "", len(data))


@pytest.mark.parametrize("how", ENTRANCES.values(), ids=ENTRANCES)
@pytest.mark.parametrize("limit", ["bytes", "files"])
def test_files_sent_at_the_same_moment_do_not_pass_the_quota_together(
    world, now, data_folder, settings, monkeypatch, how, limit
):
    """All of them were found to fit before any of them was there."""
    crowd = 6
    if limit == "bytes":
        settings.MAX_DAILY_BYTES = 10
    else:
        monkeypatch.setattr(uploads, "FILES_A_DAY", 2)
    gate = threading.Barrier(crowd)

    def after_all_came(real: Callable) -> Callable:
        return lambda *args: (gate.wait(20), real(*args))[1]

    monkeypatch.setattr(files.Incoming, "keep", after_all_came(files.Incoming.keep))
    monkeypatch.setattr(files.Store, "need_room", after_all_came(files.Store.need_room))
    results = at_once(*(lambda: how(world.anna, now) for _ in range(crowd)))
    assert Counter(results)["OverQuota"] == crowd - 2
    assert Attachment.objects.filter(uploaded_by=world.anna).count() == 2
    assert sum(path.is_file() for path in data_folder.rglob("*")) == (0 if how is ENTRANCES["in pieces"] else 2), (
        "what did not fit is gone"
    )


def test_of_two_pieces_that_begin_at_one_byte_one_counts_and_the_file_is_of_one_mould(world, now, data_folder):
    """The first try of a piece is still on its way to one machine when the second comes to another."""
    for _round in range(ROUNDS):
        upload = uploads.begin(name="a", total=9, by=world.anna, now=now)
        for at in (0, 3, 6):
            tries = [{"upload": upload, "at": at, "chunks": [mark * 3], "now": now} for mark in (b"a", b"b", b"c")]
            at_once(*(functools.partial(uploads.add_piece, **one) for one in tries))
        whole = Attachment.objects.get(pk=upload.pk)
        assert whole.state == Attachment.State.READY
        with files.store().open(whole.storage_key) as file:
            data = file.read()
        assert [len(set(data[at : at + 3])) for at in (0, 3, 6)] == [1, 1, 1]
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (whole.sha256, whole.size)
        assert not UploadPiece.objects.exists()
    assert sum(path.is_file() for path in data_folder.rglob("*")) == ROUNDS


def test_a_file_taken_back_while_its_last_piece_comes_leaves_nothing(world, now, data_folder):
    for _round in range(ROUNDS):
        upload = uploads.begin(name="a", total=6, by=world.anna, now=now)
        uploads.add_piece(upload=upload, at=0, chunks=[b"abc"], now=now)
        at_once(
            lambda upload=upload: uploads.add_piece(upload=upload, at=3, chunks=[b"def"], now=now),
            lambda upload=upload: attachments.remove(attachment=upload),
        )
    assert not Attachment.objects.exists()
    assert not UploadPiece.objects.exists()
    assert not [path for path in data_folder.rglob("*") if path.is_file()]


def test_a_resolution_is_rated_by_one(world, now):
    for _round in range(ROUNDS):
        ticket = open_ticket(new(world), by=world.anna, now=now).ticket
        resolution.resolve(ticket=ticket, by=world.ira, now=now)
        done = at_once(
            *(
                lambda stars=stars, ticket=ticket: ratings.rate(ticket=ticket, stars=stars, by=world.anna, now=now)
                for stars in (1, 5)
            )
        )
        assert sorted(type(one).__name__ if isinstance(one, Rating) else one for one in done) == [
            "AlreadyRated",
            "Rating",
        ]
        assert Event.objects.filter(ticket=ticket, name="ticket.rated").count() == 1


def test_an_answer_in_time_is_not_broken_by_the_worker_of_the_same_moment(world, now):
    """The worker's clock runs past the due while the answer, given before it, is still being written."""
    late = now + timedelta(days=30)
    for _round in range(ROUNDS):
        ticket = open_ticket(new(world), by=world.anna, now=now).ticket
        at_once(
            lambda ticket=ticket: conversation.reply(ticket=ticket, text="Смотрим", by=world.ira, now=now),
            lambda: break_overdue(late),
        )
        clock = Clock.objects.get(ticket=ticket, kind="first_answer")
        assert (clock.met_at, clock.broken_at) == (now, None)
