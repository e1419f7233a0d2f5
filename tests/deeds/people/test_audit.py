"""Who saw and who changed whose data: told once a quarter of an hour, in the transaction that changes, and chained."""

import json
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from camdesk.config.cli import main
from camdesk.people import agents, audit
from camdesk.people.models import AccessRecord, AccessSeal
from camdesk.privacy import holds
from camdesk.tickets import claiming, login_invitations
from tests.deeds.tickets.test_opening import new, open_ticket

MINUTE = timedelta(minutes=1)
KEY = settings.SECRET_KEY


@pytest.fixture(autouse=True)
def nothing_waits():
    audit._waiting.clear()
    yield
    audit._waiting.clear()


def saw(now, *, by=1, whose=2, what="ticket seen", about="ticket 7"):
    audit.saw(by=by, whose=whose, what=what, about=about, now=now)


def told() -> list[tuple]:
    return list(AccessRecord.objects.order_by("pk").values_list("by", "whose", "what", "about"))


def test_what_is_seen_is_told_once_a_quarter_of_an_hour_whichever_process_tells(db, now):
    """`now` is 9:30."""
    for minutes in (0, 1, 14):
        saw(now + minutes * MINUTE)
        audit.write()
        audit._waiting.clear()
    assert told() == [(1, 2, "ticket seen", "ticket 7")]
    for one in ({"by": 3}, {"whose": 4}, {"what": "person seen"}, {"about": "ticket 8"}):
        saw(now, **one)
    saw(now + 15 * MINUTE)
    assert audit.write() == 5
    assert len(set(told())) == 5
    assert AccessRecord.objects.count() == 6
    assert audit.write() == 0


def test_a_page_that_shows_it_costs_no_statement_and_ones_own_are_not_told(db, now, django_assert_num_queries):
    with django_assert_num_queries(0):
        saw(now)
        saw(now, by=2)
        assert audit.write.__name__
    assert audit.write() == 1
    with pytest.raises(ValueError, match="looked"):
        saw(now, what="looked")
    with pytest.raises(ValueError, match="looked"):
        audit.done(by=1, whose=2, what="looked", now=now)


def test_what_cannot_be_written_waits(db, now, monkeypatch):
    def away(*_: object, **__: object) -> None:
        raise DatabaseError

    saw(now)
    with monkeypatch.context() as patch:
        patch.setattr(type(AccessRecord.objects), "bulk_create", away)
        with pytest.raises(DatabaseError):
            audit.write()
        saw(now, whose=5)
    assert audit.write() == 2
    assert {whose for _by, whose, *_ in told()} == {2, 5}


def test_what_waits_is_bounded_and_goes_to_the_log_beyond(db, now, monkeypatch, caplog):
    monkeypatch.setattr(audit, "_MOST_WAITING", 1)
    saw(now)
    saw(now)
    assert not caplog.records
    saw(now, whose=9)
    assert "9" in caplog.text
    assert audit.write() == 1


def sealed(now, count=3):
    for number in range(count):
        audit.done(by=1, whose=number, what="person invited", now=now)
    assert audit.seal(now) == 0, "what was just written may have company still"
    assert audit.seal(now + MINUTE) == count
    assert audit.seal(now + MINUTE) == 0


def test_a_cut_and_a_change_show(db, now):
    for hour in range(3):
        sealed(now + timedelta(hours=hour))
    assert [seal.number for seal in AccessSeal.objects.order_by("number")] == [1, 2, 3]
    assert list(audit.faults()) == []
    row = AccessRecord.objects.filter(seal=2).first()
    for column, value in (("whose", 77), ("by", None), ("what", "role changed"), ("about", "x"), ("at", now)):
        before = getattr(row, column)
        AccessRecord.objects.filter(pk=row.pk).update(**{column: value})
        assert [fault.split(":")[0] for fault in audit.faults()] == ["seal 2"], column
        AccessRecord.objects.filter(pk=row.pk).update(**{column: before})
    assert list(audit.faults()) == []
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_accessrecord WHERE id = %s", [row.pk])
    assert list(audit.faults()) == ["seal 2: 3 records were closed and 2 are here"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_accessrecord WHERE seal_id = 2")
        cursor.execute("DELETE FROM people_accessseal WHERE number = 2")
    assert [fault.split(":")[0] for fault in audit.faults()] == ["seals 2 to 2 are gone", "seal 3"]


def test_a_chain_made_with_another_key_is_none_but_that_of_before_is(db, now):
    sealed(now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SECRET_KEY", "another")
        assert len(list(audit.faults())) == 1
        patch.setattr(settings, "SECRET_KEY_FALLBACKS", [KEY])
        assert list(audit.faults()) == []


@pytest.mark.whole("camdesk.people.audit.seal")
def test_a_seal_is_whole(db, now):
    sealed(now)


@pytest.mark.whole("camdesk.privacy.holds.place")
@pytest.mark.whole("camdesk.privacy.holds.lift")
def test_a_hold_is_told_with_itself(world, now):
    hold = holds.place(about=world.anna, reason="суд", by=world.ada, now=now)
    assert holds.lift(hold=hold, by=world.ada, now=now)
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    holds.place(about=ticket, reason="суд", by=None, now=now)
    holds.place(about=world.chain, reason="суд", by=None, now=now)
    assert [(by, whose, what) for by, whose, what, _about in told()] == [
        (world.ada.pk, world.anna.pk, "hold placed"),
        (world.ada.pk, world.anna.pk, "hold lifted"),
        (None, world.anna.pk, "hold placed"),
    ]


@pytest.mark.whole("camdesk.tickets.login_invitations.take_back")
def test_what_the_staff_do_to_somebody_is_told(world, now):
    ada, marina = world.ada, world.marina
    login_invitations.invite_person(person=marina, by=ada, now=now)
    assert login_invitations.take_back(person=marina, by=ada, now=now)
    assert not login_invitations.take_back(person=marina, by=ada, now=now)
    agents.change(agent=world.ira.agent, role="lead", teams=[], by=ada, now=now)
    agents.deactivate(agent=world.ira.agent, by=ada, now=now)
    agents.reactivate(agent=world.ira.agent, by=ada, now=now)
    unproven = {"person": marina, "channel": "mail", "cameras": [], "verified": False}
    ticket = open_ticket(new(world, **unproven), by=marina, now=now).ticket
    claiming.link(ticket=ticket, to=world.anna, reason="перезвонил", by=ada, now=now)
    claiming.unlink(ticket=ticket, by=ada, now=now)
    assert {by for by, *_ in told()} == {ada.pk}
    assert [(whose, what, about) for _by, whose, what, about in told()] == [
        (marina.pk, "person invited", ""),
        (marina.pk, "invitation taken back", ""),
        (world.ira.pk, "role changed", "lead"),
        (world.ira.pk, "agent left", ""),
        (world.ira.pk, "agent came back", ""),
        (world.anna.pk, "request linked", f"ticket {ticket.pk}"),
        (world.anna.pk, "request unlinked", f"ticket {ticket.pk}"),
    ]
    assert {what for _by, _whose, what, _about in told()} <= audit.DONE


def test_what_may_be_done_is_done_somewhere(db):
    """No name of the table outlives its deed."""
    source = "".join(path.read_text() for path in Path("camdesk").rglob("*.py") if path.name != "audit.py")
    assert [what for what in audit.DONE | audit.SEEN if f'"{what}"' not in source] == []


def test_a_record_is_not_deleted_by_the_product(db, now):
    audit.done(by=1, whose=2, what="person invited", now=now)
    with pytest.raises(TypeError):
        AccessRecord.objects.get().delete()


def test_the_commands(db, now, capsys):
    sealed(now)
    audit.done(by=None, whose=5, what="person erased", now=now + timedelta(days=1))
    audit.seal(now + timedelta(days=2))
    assert main(["audit", "verify"]) == 0
    assert "4 records, 2 seals" in capsys.readouterr().out
    assert main(["audit", "export", "--whose", "5"]) == 0
    assert [json.loads(line)["what"] for line in capsys.readouterr().out.splitlines()] == ["person erased"]
    for words, count in ((["--by", "1"], 3), (["--since", f"{now + timedelta(hours=10):%Y-%m-%dT%H:%M}"], 1),
                         (["--until", f"{now + timedelta(hours=10):%Y-%m-%dT%H:%M}"], 3)):  # fmt: skip
        assert main(["audit", "export", "--csv", *words]) == 0
        assert len(capsys.readouterr().out.splitlines()) == count + 1
    AccessRecord.objects.filter(whose=5).update(whose=6)
    assert main(["audit", "verify"]) == 1
    assert "seal 2" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_the_thread_of_a_server_writes_what_is_seen_and_the_rest_at_its_end(now, monkeypatch):
    monkeypatch.setattr(audit, "WRITE_EVERY", 0.05)
    with audit.writing():
        saw(now)
        until = time.monotonic() + 10
        while not told() and time.monotonic() < until:
            time.sleep(0.02)
        assert len(told()) == 1
        monkeypatch.setattr(audit, "WRITE_EVERY", 10)
        saw(now, whose=9)
    assert len(told()) == 2
