"""Consent: given and withdrawn, both kept; what stops with it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from camdesk.bot.models import Phrase
from camdesk.bot.sessions import effects
from camdesk.config.cli import main
from camdesk.outages import notices
from camdesk.outages.models import OutageTicket, Recipient, Subscription
from camdesk.people import consents
from camdesk.people.models import AccessRecord, Consent, Person
from camdesk.privacy import erasure
from tests.deeds.outages.test_outages import outage_of
from tests.deeds.tickets.test_opening import new, open_ticket


def given(person, at, version="1") -> Consent:
    return Consent.objects.create(person=person, version=version, text="Согласен", channel="form", given_at=at)


@pytest.mark.whole("camdesk.people.consents.withdraw")
def test_it_is_withdrawn_once_and_kept_with_who_and_how(world, now):
    old, newer = given(world.anna, now - timedelta(days=9)), given(world.anna, now - timedelta(days=1), "2")
    olegs = given(world.oleg, now)
    assert consents.state_of(world.anna).standing == newer
    assert consents.withdraw(person=world.anna, by=world.leo, channel="paper", now=now) == 2
    assert consents.withdraw(person=world.anna, by=world.anna, channel="profile", now=now) == 0
    for row in (old, newer):
        row.refresh_from_db()
        assert (row.withdrawn_at, row.withdrawn_by, row.withdrawn_channel) == (now, world.leo, "paper")
    olegs.refresh_from_db()
    assert olegs.withdrawn_at is None
    told = AccessRecord.objects.get(what="consent withdrawn")
    assert (told.by, told.whose, told.about) == (world.leo.pk, world.anna.pk, "paper")


def test_where_it_stands(world, now):
    def stands() -> tuple:
        state = consents.state_of(world.anna)
        return bool(state.standing), bool(state.withdrawn_at), consents.is_withdrawn(world.anna.pk)

    assert stands() == (False, False, False), "who never consented has withdrawn nothing"
    given(world.anna, now)
    given(world.oleg, now)
    assert stands() == (True, False, False)
    consents.withdraw(person=world.anna, by=world.anna, channel="profile", now=now)
    assert stands() == (False, True, True)
    assert consents.state_of(world.anna).destroy_until == now + timedelta(days=30)
    given(world.anna, now + timedelta(days=1))
    assert stands() == (True, False, False), "who consents anew is as everybody else"


@pytest.mark.parametrize(
    ("withdrawn", "linked", "written"), [(True, False, False), (False, False, True), (True, True, True)]
)
def test_nobody_is_written_to_of_an_outage_but_about_an_open_request(world, now, withdrawn, linked, written):
    given(world.anna, now)
    if withdrawn:
        consents.withdraw(person=world.anna, by=world.anna, channel="profile", now=now)
    outage = outage_of(world, now)
    Subscription.objects.create(outage=outage, person=world.anna, at=now)
    if linked:
        ticket = open_ticket(new(world), by=world.anna, now=now).ticket
        OutageTicket.objects.create(outage=outage, ticket=ticket, at=now)
    while notices.carry_on(now):
        pass
    row = Recipient.objects.get(notice=notices.last_said(outage), person=world.anna)
    assert (row.how, bool(row.to), row.delivery is not None) == (
        ("letter", True, True) if written else ("nowhere", False, False)
    )


def test_who_is_still_to_be_erased_is_listed(world, now, capsys):
    for person, days in ((world.anna, 1), (world.oleg, 5), (world.vera, 0)):
        given(person, now - timedelta(days=9))
        if days:
            consents.withdraw(person=person, by=person, channel="profile", now=now - timedelta(days=days))
    assert [person for _until, person in consents.to_destroy()] == [world.oleg, world.anna]
    erasure.erase(person=world.oleg, basis="withdrawn", reason="№ 1", by=None, now=now)
    assert main(["person", "withdrawn"]) == 0
    assert capsys.readouterr().out.startswith(f"person {world.anna.pk}: consent withdrawn")
    assert Person.objects.filter(erased_at=None, pk=world.anna.pk).exists()


@pytest.mark.parametrize("withdrawn", [False, True])
def test_no_phrase_of_theirs_is_learnt_from(world, now, monkeypatch, withdrawn):
    given(world.anna, now)
    if withdrawn:
        consents.withdraw(person=world.anna, by=world.anna, channel="profile", now=now)
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    unsure = SimpleNamespace(decision="ask", rule="topic", topics=[])
    monkeypatch.setattr(effects, "model_of", lambda *_: None)
    monkeypatch.setattr(effects, "matters_in", lambda *_: SimpleNamespace(found=unsure, several=False))
    monkeypatch.setattr(effects, "understood_as", lambda *_: None)
    effects._understood(ticket, SimpleNamespace(text="плюшевый глазок", token=""), now=now)
    assert Phrase.objects.count() == (0 if withdrawn else 1)
