"""What is said elsewhere too is forgotten in time, a batch at a time, and not while a hold is about it."""

from datetime import timedelta

import pytest
from django.conf import settings

from camdesk.bot.models import Phrase
from camdesk.channels.models import CallEvent, RawLetter
from camdesk.config.cli import main
from camdesk.lib import files
from camdesk.privacy import holds, retention
from camdesk.tickets import drafts
from camdesk.tickets.models import Delivery, Draft, OutgoingLetter, Ticket
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.pages.everything import letter_in

DAY = timedelta(days=1)
KINDS = {kind.name: kind for kind in retention.KINDS}


@pytest.fixture
def kept(world, now, data_folder) -> Ticket:
    """One of each kind, made at `now`."""
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    letter_in(ticket, now)
    RawLetter.objects.update(received_at=now)
    Delivery.objects.update(created_at=now, state="sent")
    OutgoingLetter.objects.update(text="Здравствуйте", html="<p>Здравствуйте</p>")
    CallEvent.objects.create(
        provider="uis", call_id="1", kind="ended", direction="in", customer="+7", received_at=now, applied=True
    )
    Phrase.objects.create(text="глазок", ticket=ticket, at=now)
    drafts.keep(person=world.anna, place="form", content={}, now=now)
    return ticket


def all_gone(now) -> int:
    gone = 0
    while some := retention.forget(now):
        gone += some
    return gone


@pytest.mark.parametrize("kind", retention.KINDS, ids=lambda kind: kind.name)
def test_each_kind_goes_when_it_is_old_and_not_before(kept, now, kind):
    count = kind.model._default_manager.filter(kind.due).count()
    assert count
    due = now + timedelta(days=kind.days)
    assert kind.rows(due).count() == 0
    assert kind.rows(due + DAY).count() == count
    assert {one.kind.name: one.rows for one in retention.plan(due + DAY)}[kind.name] == count
    all_gone(due + DAY)
    assert kind.rows(due + DAY).count() == 0
    assert retention.forget(due + DAY) == 0


@pytest.mark.parametrize("kind", retention.KINDS, ids=lambda kind: kind.name)
def test_nothing_of_a_kind_goes_that_is_kept_for_ever(kept, now, kind, monkeypatch):
    monkeypatch.setattr(settings, kind.setting, 0)
    assert kind.rows(now + 9000 * DAY).count() == 0


def test_what_is_left_of_a_letter_that_left_and_of_one_that_came(kept, now):
    messages, deliveries = kept.messages.count(), Delivery.objects.count()
    assert RawLetter.objects.count() == 1
    assert len(list(files.store().home.all())) >= 1
    all_gone(now + 9000 * DAY)
    assert (kept.messages.count(), Delivery.objects.count()) == (messages, deliveries)
    assert not OutgoingLetter.objects.exclude(text="").exists()
    assert OutgoingLetter.objects.count() == deliveries
    assert not RawLetter.objects.exists()
    assert list(files.store().home.all()) == []


@pytest.mark.parametrize("state", ["waiting", "held"])
def test_what_waits_is_never_too_old(kept, now, state):
    RawLetter.objects.update(state=state)
    Delivery.objects.update(state=state)
    CallEvent.objects.update(applied=False)
    all_gone(now + 9000 * DAY)
    assert RawLetter.objects.exists()
    assert CallEvent.objects.exists()
    assert OutgoingLetter.objects.exclude(text="").exists()


@pytest.mark.parametrize("about", ["person", "ticket", "organisation", "another"])
def test_a_hold_keeps_what_it_is_about(world, kept, now, about):
    Ticket.objects.filter(pk=kept.pk).update(organisation=world.chain)
    what = {"person": world.anna, "ticket": kept, "organisation": world.chain, "another": world.oleg}[about]
    hold = holds.place(about=what, reason="суд", by=None, now=now)
    all_gone(now + 9000 * DAY)
    stays = about != "another"
    assert RawLetter.objects.exists() == stays
    assert Phrase.objects.exists() == stays
    assert OutgoingLetter.objects.exclude(text="").exists() == stays
    assert Draft.objects.exists() == (about == "person")
    holds.lift(hold=hold, by=None, now=now)
    all_gone(now + 9000 * DAY)
    assert not RawLetter.objects.exists()


def test_a_batch_is_bounded(world, kept, now, monkeypatch):
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    for number in range(5):
        drafts.keep(person=world.oleg, place=f"ticket:{number}", content={}, now=now)
    late = now + timedelta(days=settings.KEEP_DRAFTS_DAYS) + DAY
    assert [retention.forget(late) for _ in range(4)] == [2, 2, 2, 0]


def test_the_command_says_what_is_due_and_changes_nothing(kept, capsys):
    Draft.objects.update(saved_at=Draft.objects.get().saved_at - 9000 * DAY)
    assert main(["retention", "plan"]) == 0
    said = capsys.readouterr().out
    assert "drafts: kept 180 days (CAMDESK_KEEP_DRAFTS_DAYS), 1 due" in said
    assert len(said.splitlines()) == len(KINDS)
    assert Draft.objects.exists()
