"""An outage from its declaration to its end: whom it links, whom it tells, and how often."""

from datetime import timedelta

import pytest
from django.utils import translation

from camdesk.cameras.models import Camera
from camdesk.outages import audience, lifecycle, linking, notices, open_outages, recovery
from camdesk.outages.lifecycle import NewOutage, declare
from camdesk.outages.models import Notice, Outage, OutageCamera, OutageTicket, Recipient
from camdesk.outages.scope import OutageScope, cameras_in
from camdesk.people.models import Identity
from camdesk.tickets import opening
from camdesk.tickets.models import Delivery, Event, Message, Ticket
from tests.deeds.tickets.test_opening import new
from tests.pure.outages.test_rules import covers
from tests.world import open_request

pytestmark = pytest.mark.django_db


def outage_of(world, now, **more) -> Outage:
    told = {
        "title_ru": "Нет связи в Заречье",
        "title_en": "No connection in Zarechye",
        "scope": OutageScope(sites=(world.house.pk,)),
        "began_at": now - timedelta(minutes=20),
        "eta": now + timedelta(hours=4),
    }
    return declare(NewOutage(**told | more), by=world.leo, now=now)


def ask(world, now, **more) -> Ticket:
    return open_request(new(world, **more), by=more.get("person", world.anna), now=now)


def letters() -> list[Delivery]:
    return list(Delivery.objects.filter(kind=Delivery.Kind.NOTICE).order_by("pk"))


def events(ticket: Ticket) -> list[str]:
    names = Event.objects.filter(ticket=ticket).order_by("seq").values_list("name", flat=True)
    return [name for name in names if name.startswith("outage.")]


def test_the_database_and_the_rule_agree_on_a_scope(world):
    scopes = [
        OutageScope(),
        OutageScope(sites=(world.house.pk,)),
        OutageScope(districts=("Заречье", "Центр")),
        OutageScope(provider="rostelecom"),
        OutageScope(provider="rostelecom", districts=("Центр",)),
        OutageScope(sites=(world.shop.pk,), cameras=(world.camera_oleg.pk,)),
    ]
    for scope in scopes:
        by_rule = {
            camera.pk
            for camera in Camera.objects.select_related("site", "passport")
            if covers(
                scope,
                camera=camera.pk,
                site=camera.site_id,
                district=camera.site.district,
                provider=camera.passport.provider if hasattr(camera, "passport") else "",
            )
        }
        assert set(cameras_in(scope).values_list("pk", flat=True)) == by_rule, scope


@pytest.mark.tells(
    "camdesk.outages.lifecycle.declare",
    "desk.moved",
    "desk.ticket",
    "_tell",
    "letters",
    "person.ticket",
    "ticket.ticket",
    "worker",
    of="camdesk.outages.lifecycle._forget",
)
@pytest.mark.whole("camdesk.outages.lifecycle.declare")
def test_a_declaration_freezes_its_cameras_and_links_the_requests_it_explains(world, now):
    mine = ask(world, now - timedelta(minutes=10))
    old = ask(world, now - timedelta(days=2))
    other_topic = ask(world, now, topic="camera-turned")
    elsewhere = ask(world, now, cameras=[world.camera_oleg], person=world.oleg)
    outage = outage_of(world, now)
    assert outage.members.count() == 3
    assert [row.ticket for row in outage.links.all()] == [mine]
    assert events(mine) == ["outage.linked"]
    assert events(old) == events(other_topic) == events(elsewhere) == []
    world_camera = Camera.objects.create(name="Новая", site=world.house, created_at=now)
    assert not outage.members.filter(camera=world_camera).exists(), "members are frozen"


def test_an_outage_of_no_camera_is_refused(world, now):
    with pytest.raises(lifecycle.NothingAffected):
        outage_of(world, now, scope=OutageScope(districts=("Нигде",)))
    assert not Outage.objects.exists()


def test_one_letter_for_a_person_of_many_requests_at_each_step(world, now):
    first, second = ask(world, now - timedelta(minutes=5)), ask(world, now - timedelta(minutes=4))
    outage = outage_of(world, now, affected_ru="Нет картинки и записи", cause_ru="Обрыв кабеля у провайдера")
    lifecycle.change_forecast(outage=outage, eta=now + timedelta(hours=7), by=world.leo, now=now + timedelta(hours=1))
    lifecycle.close(outage=outage, by=world.leo, now=now + timedelta(hours=3), words=("Кабель заменили.", ""))
    notices.carry_on(now + timedelta(hours=4))
    sent = letters()
    assert [letter.letter.subject for letter in sent] == [
        "Нет связи в Заречье", "Новый срок: Нет связи в Заречье", "Починили: Нет связи в Заречье",
    ]  # fmt: skip
    assert {letter.to for letter in sent} == {"anna@example.org"}
    assert {letter.ticket_id for letter in sent} == {second.pk}, "in the thread of the newest request"
    told = ("Нет картинки и записи", "Обрыв кабеля", "Калитка")
    assert [words for words in told if words not in sent[0].letter.text] == []
    assert "Кабель заменили." in sent[2].letter.text
    for ticket in (first, second):
        assert events(ticket) == ["outage.linked", "outage.forecast_changed", "outage.closed"]


def test_a_letter_is_in_the_language_of_its_request(world, now):
    ask(world, now - timedelta(minutes=5), language="en")
    outage_of(world, now)
    letter = letters()[0]
    assert letter.letter.subject == "No connection in Zarechye"
    assert letter.letter.text.startswith("Hello")


@pytest.mark.whole("camdesk.channels.inbound.open", of="camdesk.tickets.opening.open_ticket")
def test_a_new_request_is_linked_when_it_is_opened_and_its_customer_told_once(world, now):
    outage = outage_of(world, now)
    assert letters() == []
    ticket = ask(world, now + timedelta(minutes=3))
    again = ask(world, now + timedelta(minutes=4))
    assert events(ticket) == events(again) == ["outage.linked"]
    assert len(letters()) == 1
    assert not events(ask(world, now, topic="camera-turned"))
    lifecycle.close(outage=outage, by=world.leo, now=now + timedelta(hours=1))
    assert events(ask(world, now + timedelta(hours=2))) == [], "it is over"


def test_who_joins_late_hears_only_what_was_said_last(world, now):
    outage = outage_of(world, now)
    lifecycle.change_forecast(outage=outage, eta=None, by=world.leo, now=now + timedelta(minutes=5))
    ask(world, now + timedelta(minutes=6))
    assert [letter.letter.subject for letter in letters()] == ["Новый срок: Нет связи в Заречье"]
    assert "пока не известно" in letters()[0].letter.text


def test_an_address_that_is_only_said_gets_no_names_of_cameras(world, now):
    ask(world, now - timedelta(minutes=5), contact_email="someone@example.com")
    outage_of(world, now)
    (letter,) = letters()
    assert letter.to == "someone@example.com"
    assert "Калитка" not in letter.letter.text


def test_an_unproven_address_of_the_account_is_not_written_to_with_cameras(world, now):
    Identity.objects.filter(person=world.anna).update(proven_at=None)
    ask(world, now - timedelta(minutes=5))
    outage = outage_of(world, now)
    assert "Калитка" not in letters()[0].letter.text
    linking.subscribe(outage=outage, person=world.oleg, now=now)
    Identity.objects.filter(person=world.oleg).update(proven_at=None)
    lifecycle.close(outage=outage, by=world.leo, now=now + timedelta(hours=1))
    assert {letter.to for letter in letters()} == {"anna@example.org"}
    told = Recipient.objects.get(person=world.oleg, notice__kind=Notice.Kind.CLOSED)
    assert told.how == Recipient.How.NOWHERE, "the desk shows them as not reached"


def test_who_asked_for_news_hears_the_next_ones_and_no_other(world, now):
    outage = outage_of(world, now)
    assert linking.subscribe(outage=outage, person=world.anna, now=now)
    assert not linking.subscribe(outage=outage, person=world.anna, now=now, also=True), "once"
    assert outage.subscriptions.get().also, "and they may add that it is so with them too"
    assert letters() == [], "they have just read it"
    lifecycle.change_forecast(outage=outage, eta=now + timedelta(hours=9), by=world.leo, now=now + timedelta(hours=1))
    assert [letter.to for letter in letters()] == ["anna@example.org"]
    assert linking.unsubscribe(outage=outage, person=world.anna)
    lifecycle.close(outage=outage, by=world.leo, now=now + timedelta(hours=2))
    assert len(letters()) == 1


def test_two_persons_of_one_address_get_one_letter(world, now):
    ask(world, now - timedelta(minutes=5))
    ask(world, now - timedelta(minutes=4), person=world.oleg, contact_email="Anna@example.org")
    outage_of(world, now)
    assert len(letters()) == 1
    assert sorted(Recipient.objects.values_list("how", flat=True)) == ["letter", "shared"]


def test_the_same_forecast_again_says_nothing(world, now):
    ask(world, now - timedelta(minutes=5))
    outage = outage_of(world, now)
    assert not lifecycle.change_forecast(outage=outage, eta=outage.eta, by=world.leo, now=now)
    assert len(letters()) == 1


@pytest.mark.whole("camdesk.outages.lifecycle.close", of="camdesk.outages.lifecycle._locked")
def test_it_is_closed_once(world, now):
    ask(world, now - timedelta(minutes=5))
    outage = outage_of(world, now)
    lifecycle.close(outage=outage, by=world.leo, now=now)
    with pytest.raises(lifecycle.OutageClosed):
        lifecycle.close(outage=outage, by=world.leo, now=now)
    with pytest.raises(lifecycle.OutageClosed):
        lifecycle.change_forecast(outage=outage, eta=None, by=world.leo, now=now)
    assert len(letters()) == 2


def test_an_agent_takes_a_link_away_and_it_does_not_come_back_by_itself(world, now):
    ticket = ask(world, now - timedelta(minutes=5))
    outage = outage_of(world, now)
    assert linking.unlink(outage=outage, ticket=ticket, by=world.ira, now=now)
    assert not linking.unlink(outage=outage, ticket=ticket, by=world.ira, now=now)
    assert linking.link_new(ticket=ticket, now=now) is None
    assert linking.link(outage=outage, ticket=ticket, by=world.ira, now=now), "by hand it does: that is the undo"
    assert events(ticket) == ["outage.linked", "outage.unlinked", "outage.linked"]
    assert not Event.objects.get(ticket=ticket, name="outage.unlinked").public
    assert len(letters()) == 1, "they knew already"


def test_nothing_is_linked_to_what_is_over(world, now):
    ticket = ask(world, now, topic="camera-turned")
    outage = outage_of(world, now)
    lifecycle.close(outage=outage, by=world.leo, now=now)
    outage.refresh_from_db()
    with pytest.raises(linking.NotOpen):
        linking.link(outage=outage, ticket=ticket, by=world.ira, now=now)


def test_a_request_the_declaration_could_not_see_is_linked_a_moment_later(world, now):
    outage = outage_of(world, now)
    ticket = opening.open_ticket(new(world), by=world.anna, now=now).ticket  # by a process that knows of no outage
    moved = opening.open_ticket(new(world), by=world.anna, now=now).ticket
    linking.unlink(outage=outage, ticket=moved, by=world.ira, now=now)
    for seconds in (30, 60):
        linking.link_late(now + timedelta(seconds=seconds))
    assert (events(ticket), events(moved)) == (["outage.linked"], [])
    assert [letter.ticket for letter in letters()] == [ticket]
    later = opening.open_ticket(new(world), by=world.anna, now=now).ticket
    linking.link_late(now + 2 * linking.LATE)
    assert events(later) == []


def test_planned_works_explain_nothing_before_they_begin(world, now):
    begin = now + timedelta(days=1)
    works = outage_of(world, now, kind=Outage.Kind.PLANNED, began_at=begin, eta=begin + timedelta(hours=2))
    assert events(ask(world, now)) == []
    assert [one.outage for one in open_outages.of_person(world.anna)] == [works], "but they are announced"
    assert events(ask(world, begin + timedelta(minutes=5))) == ["outage.linked"]


def test_cameras_are_added_and_taken_out(world, now):
    ticket = ask(world, now - timedelta(minutes=5), person=world.oleg, cameras=[world.camera_oleg],
                 contact_email="oleg@example.org")  # fmt: skip
    outage = outage_of(world, now)
    more = OutageScope(sites=(world.cottage.pk, world.house.pk))
    assert lifecycle.add_cameras(outage=outage, scope=more, by=world.leo, now=now) == 1
    assert events(ticket) == ["outage.linked"]
    assert [letter.to for letter in letters()] == ["oleg@example.org"]
    assert lifecycle.remove_cameras(outage=outage, cameras=[world.camera_door.pk], by=world.leo, now=now) == 1
    assert outage.members.count() == 3


@pytest.mark.whole("camdesk.outages.lifecycle.answer_all")
def test_one_answer_in_every_linked_request(world, now):
    first, second = ask(world, now - timedelta(minutes=5)), ask(world, now - timedelta(minutes=4))
    outage = outage_of(world, now)
    lifecycle.answer_all(outage=outage, by=world.leo, now=now, words=("Бригада на месте.", ""))
    notices.carry_on(now + timedelta(minutes=2))
    for ticket in (first, second):
        ticket.refresh_from_db()
        assert [m.text for m in Message.objects.filter(ticket=ticket, kind="reply")] == ["Бригада на месте."]
        assert (ticket.turn, ticket.assignee_id) == ("us", None), "nobody has taken it by that"
    with pytest.raises(ValueError, match="no words"):
        lifecycle.answer_all(outage=outage, by=world.leo, now=now, words=(" ", ""))


def test_an_answer_for_all_reaches_those_who_called_by_letter(world, now):
    ticket = ask(world, now - timedelta(minutes=5), channel="phone")
    outage = outage_of(world, now)
    lifecycle.answer_all(outage=outage, by=world.leo, now=now, words=("Бригада на месте.", ""))
    assert [one.ticket for one in Delivery.objects.filter(kind="reply")] == [ticket]


def test_a_camera_that_came_back_is_healthy_again_and_touches_nobody(world, now):
    outage = outage_of(world, now)
    yard = OutageCamera.objects.filter(outage=outage, camera=world.camera_yard)
    recovery.look_after(now)
    assert yard.get().state == "affected"
    Camera.objects.filter(pk=world.camera_yard.pk).update(status="online", status_since=now)
    recovery.look_after(now + timedelta(minutes=1))
    assert yard.get().state == "healthy"
    assert world.camera_yard.pk not in {pk for one in open_outages.of_person(world.anna) for pk, *_ in one.cameras}
    Camera.objects.filter(pk=world.camera_yard.pk).update(status="offline", status_since=now)
    recovery.look_after(now + timedelta(minutes=2))
    assert yard.get().state == "affected"


@pytest.mark.tells("camdesk.outages.notices.say", "worker")
def test_a_customer_elsewhere_is_not_touched(world, now):
    outage_of(world, now)
    assert open_outages.of_person(world.oleg) == []
    assert [len(one.cameras) for one in open_outages.of_person(world.anna)] == [3]


@pytest.mark.whole("camdesk.outages.notices._carry_on")
def test_a_thousand_are_told_in_batches_each_once(world, now, monkeypatch):
    monkeypatch.setattr(notices, "BATCH", 2)
    outage = outage_of(world, now)
    for person in (world.anna, world.oleg, world.boris, world.vera, world.marina):
        linking.subscribe(outage=outage, person=person, now=now)
    lifecycle.close(outage=outage, by=world.leo, now=now)
    assert len(letters()) == 2, "the first batch leaves with the deed"
    later = now + notices.STRAGGLERS
    assert [notices.carry_on(later) for _ in range(3)] == [2, 1, 0]
    assert len({letter.to for letter in letters()}) == len(letters()) == 5
    assert not Notice.objects.filter(done_at=None, kind="closed").exists()
    assert notices.carry_on(later) == 0


def test_who_is_still_to_hear_of_an_old_forecast_hears_only_the_newest(world, now, monkeypatch):
    monkeypatch.setattr(notices, "BATCH", 1)
    ask(world, now - timedelta(minutes=5))
    ask(world, now - timedelta(minutes=5), person=world.oleg, contact_email="oleg@example.org")
    outage = outage_of(world, now)
    lifecycle.close(outage=outage, by=world.leo, now=now + timedelta(minutes=1))
    for minute in range(2, 9):
        notices.carry_on(now + timedelta(minutes=minute))
    to_oleg = [letter for letter in letters() if letter.to == "oleg@example.org"]
    assert [letter.letter.subject.split(":")[0] for letter in to_oleg] == ["Починили"]
    assert OutageTicket.objects.count() == 2


def test_a_notice_that_fails_keeps_no_other_back(world, now, monkeypatch):
    monkeypatch.setattr(notices, "BATCH", 1)
    first = outage_of(world, now)
    second = outage_of(world, now, title_ru="Другая")
    for outage in (first, second):
        for person in (world.anna, world.oleg):
            linking.subscribe(outage=outage, person=person, now=now)
        lifecycle.close(outage=outage, by=world.leo, now=now)
    real = notices.write_to

    def write_to(person, notice, tickets, *, by, now):
        if notice.outage_id == first.pk:
            raise RuntimeError("a fault of ours")
        real(person, notice, tickets, by=by, now=now)

    monkeypatch.setattr(notices, "write_to", write_to)
    notices.carry_on(now)
    assert [letter.letter.subject for letter in letters()].count("Починили: Другая") == 2


def test_an_answer_to_all_is_no_news_for_who_joins_later(world, now):
    ask(world, now - timedelta(minutes=5))
    outage = outage_of(world, now)
    lifecycle.answer_all(outage=outage, by=world.leo, now=now + timedelta(minutes=1), words=("Бригада на месте.", ""))
    linking.subscribe(outage=outage, person=world.oleg, now=now + timedelta(minutes=2))
    assert Recipient.objects.get(person=world.oleg).notice.kind == Notice.Kind.DECLARED


def test_an_answer_of_nobody_ends(world, now):
    """Its author is gone with their person: nothing is said in their name, and the worker looks at it no more."""
    ask(world, now - timedelta(minutes=5))
    outage = outage_of(world, now)
    said = {"kind": Notice.Kind.ANSWER, "words_ru": "Да.", "by": None}
    answer = Notice.objects.create(outage=outage, at=now, next_try_at=now, **said)
    assert notices.carry_on(now + notices.STRAGGLERS) == 0
    answer.refresh_from_db()
    assert answer.done_at is not None
    assert not Message.objects.filter(kind="reply").exists()


def test_without_a_language_its_words_are_russian(world, now):
    with translation.override(None):
        assert outage_of(world, now).title == "Нет связи в Заречье"


def test_what_was_overtaken_while_a_worker_held_it_is_told_to_nobody_more(world, now, monkeypatch):
    """A worker whose lease has ended comes to a notice that another one has finished."""
    monkeypatch.setattr(notices, "BATCH", 1)
    outage = outage_of(world, now)
    for person in (world.anna, world.oleg, world.boris):
        linking.subscribe(outage=outage, person=person, now=now)
    lifecycle.change_forecast(outage=outage, eta=now + timedelta(hours=9), by=world.leo, now=now)
    held = Notice.objects.latest("pk")
    Notice.objects.filter(pk=held.pk).update(done_at=now)
    before = len(letters())
    assert notices._carry_on(held, now=now) == 0
    assert len(letters()) == before
    Notice.objects.filter(pk=held.pk).update(done_at=None)
    assert notices._carry_on(held, now=now) == 1


def test_as_many_hear_of_it_as_are_linked_or_asked_for_news_of_this_one(world, now):
    """The number an agent reads before they speak to all, and those who are then spoken to."""
    first = ask(world, now)
    outage = outage_of(world, now)
    other = outage_of(world, now, scope=OutageScope(cameras=(world.camera_oleg.pk,)))
    linking.subscribe(outage=outage, person=world.vera, now=now)
    linking.subscribe(outage=outage, person=world.anna, now=now)  # linked as well: once
    linking.subscribe(outage=other, person=world.oleg, now=now)

    def told(of: Outage) -> set[int]:
        notice = Notice.objects.filter(outage=of).latest("pk")
        Recipient.objects.filter(notice=notice).delete()
        return set(audience.waiting(notice).values_list("pk", flat=True))

    assert (audience.size(outage.pk), told(outage)) == (2, {world.anna.pk, world.vera.pk})
    assert (audience.size(other.pk), told(other)) == (1, {world.oleg.pk})
    linking.unlink(outage=outage, ticket=first, by=world.leo, now=now)
    assert (audience.size(outage.pk), told(outage)) == (2, {world.anna.pk, world.vera.pk}), "she asked for news"
    linking.unsubscribe(outage=outage, person=world.anna)
    assert (audience.size(outage.pk), told(outage)) == (1, {world.vera.pk})
