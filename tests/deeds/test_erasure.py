"""One person is erased: nothing that says who they are is left in any table, nobody else's data have changed, and the
requests are there with their numbers and events."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session as BrowserSession
from django.db import connection
from django.urls import reverse

from camdesk.bot.models import Phrase
from camdesk.bot.models import Session as BotSession
from camdesk.cameras.models import CameraGrant, Passport
from camdesk.channels.models import Call, CallBack, CallEvent, RawLetter, RawUpdate
from camdesk.channels.phone.call_backs import ask
from camdesk.config.cli import main
from camdesk.lib import files
from camdesk.people import identities
from camdesk.people.models import Agent, Consent, Membership, Person, User
from camdesk.privacy import act as acts
from camdesk.privacy import erased_list, erasure, holds
from camdesk.privacy.classification import CUSTOMER, STAFF, TABLE, WORDS, Theirs
from camdesk.privacy.models import Erasure
from camdesk.tickets import conversation, drafts, ratings, resolution, uploads
from camdesk.tickets.conversation import CustomerWords
from camdesk.tickets.models import Attachment, Delivery, Event, Message, OutgoingLetter, Ticket
from camdesk.tickets.search.lookup import find
from camdesk.tickets.timeline import deed, record
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.pages.everything import letter_in

# What says who Anna is, and words of hers and about her; in no table may any of it stand afterwards.
HERS = (
    "Анна", "Королёва", "anna@example.org", "+79350000001", "anna.work@example.org", "billing-7", "бирюзовая",
    "кухня.txt", "Садовая", "Калитка", "VK2403110001", "ключ у соседки", "Клиентка сердится", "203.0.113.9",
    "anna-in-max", "плюшевый",
)  # fmt: skip


@pytest.fixture
def asked(world, now, data_folder):
    """Anna has left a trace of every kind; Oleg beside her too."""
    anna = world.anna
    Person.objects.filter(pk=anna.pk).update(external_id="billing-7", plan="Плюс")
    anna.refresh_from_db()
    identities.say(anna, identities.EMAIL, "anna.work@example.org")
    identities.say(anna, identities.kind_of("max"), "anna-in-max")
    mine = uploads.receive_stream([b"my kitchen"], name="кухня.txt", by=anna, now=now)
    ticket = open_ticket(new(world, text="У меня бирюзовая дверь", attachments=[mine.pk]), by=anna, now=now).ticket
    conversation.reply(ticket=ticket, by=world.ira, text="Анна, проверьте питание", now=now)
    conversation.note(ticket=ticket, by=world.ira, text="Клиентка сердится", now=now)
    letter_in(ticket, now)
    with deed(ticket.pk, now=now) as locked:
        record(locked, "delivery.failed", by=None, now=now, delivery=1, to="anna@example.org", reason="no Анна here")
    uploads.receive_stream([b"unsent of anna"], name="кухня.txt", by=anna, now=now)
    drafts.keep(person=anna, place="form", content={"text": "бирюзовая"}, now=now)
    drafts.keep(person=world.ira, place=f"desk:{ticket.pk}", content={"text": "Анна"}, now=now)
    Consent.objects.create(
        person=anna, version="1", text="Согласие", channel="form", address="203.0.113.9", given_at=now
    )
    Phrase.objects.create(text="плюшевый глазок", ticket=ticket, at=now)
    BotSession.objects.create(ticket=ticket, state={"name": "Анна"}, asked={}, started_at=now, moved_at=now)
    ask(phone=anna.phone, wanted_from=now, wanted_until=now + timedelta(hours=1), by=anna, now=now, person=anna,
        ticket=ticket, note="Анна просила")  # fmt: skip
    CallEvent.objects.create(provider="uis", call_id="7", kind="ended", direction="in", customer=anna.phone,
                             raw={"who": "Анна"}, received_at=now)  # fmt: skip
    Call.objects.create(provider="uis", call_id="7", direction="in", state="ended", customer=anna.phone, person=anna,
                        began_at=now, moved_at=now)  # fmt: skip
    RawUpdate.objects.create(channel="max", digest="d" * 64, body=b'{"from": "anna-in-max"}', state="taken",
                             received_at=now, next_try_at=now)  # fmt: skip
    Passport.objects.filter(camera=world.camera_gate).update(access="ключ у соседки", said={"provider": "Анна"})
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    ratings.rate(ticket=ticket, stars=5, comment="Анна довольна", by=anna, now=now)
    return ticket


@pytest.fixture
def beside(world, now, asked):
    """What must stay: Oleg's request, Anna's words in Boris's, and Boris's words in hers."""
    others = {"person": world.oleg, "contact_name": "Сурков", "contact_phone": "", "contact_email": "oleg@example.org"}
    olegs = open_ticket(new(world, text="Тайна Олега", cameras=[world.camera_oleg], **others), by=world.oleg, now=now)
    theirs = {
        "person": world.boris,
        "organisation": world.chain,
        "cameras": [world.camera_till],
        "contact_name": "Борис",
        "contact_phone": "",
        "contact_email": "boris@example.org",
    }
    shop = open_ticket(new(world, text="Касса темна", **theirs), by=world.boris, now=now).ticket
    with deed(shop.pk, now=now) as locked:
        conversation.receive_locked(locked, CustomerWords(by=world.anna, channel="form", text="бирюзовая тут"), now=now)
    open_one = open_ticket(new(world, text="Ещё одно"), by=world.anna, now=now).ticket
    with deed(open_one.pk, now=now) as locked:
        conversation.receive_locked(locked, CustomerWords(by=world.boris, channel="form", text="Слова Бориса"), now=now)
    return olegs.ticket, shop, open_one


def erase(person, world, now, **said):
    given = {"basis": "withdrawn", "reason": "заявление № 5", "by": world.ada, "now": now}
    return erasure.erase(person=person, **{**given, **said})


def everything() -> dict[str, list[dict]]:
    """Every row of every table, and the words that can be searched for."""
    rows = {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in apps.get_models()}
    with connection.cursor() as cursor:
        on_sqlite = connection.vendor == "sqlite"
        cursor.execute("SELECT rowid, words FROM tickets_search" if on_sqlite else "SELECT * FROM tickets_search")
        rows["search"] = [{"pk": key, "words": words} for key, words in sorted(cursor.fetchall())]
    return rows


def said_anywhere(word: str, rows: dict[str, list[dict]]) -> list[str]:
    def words(value: object) -> str:
        return bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)

    return [
        f"{label}.{column}"
        for label, some in rows.items()
        for row in some
        for column, value in row.items()
        if word.lower() in words(json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value).lower()
    ]


def test_nothing_that_says_who_they_are_is_left_in_any_table(world, now, asked, beside):
    before = everything()
    assert [word for word in HERS if not said_anywhere(word, before)] == [], "the world holds each of them"
    erase(world.anna, world, now)
    after = everything()
    # The act names the number that the operator's own system has for them: the one thing that is meant to stay.
    kept = {"privacy.Erasure.external_id", "playbook.PlaybookVersion.content"}
    assert {word: where for word in HERS if (where := set(said_anywhere(word, after)) - kept)} == {}


def test_what_is_of_others_is_as_it_was_to_the_word(world, now, asked, beside):
    olegs, shop, open_one = beside
    before = everything()
    erase(world.anna, world, now)
    after = everything()
    mine = {asked.pk, open_one.pk}
    for label, rows in before.items():
        for row in rows:
            if label == "people.Person" and row["id"] != world.anna.pk:
                assert row in after[label]
            if label in ("tickets.Ticket", "search") and (row.get("number") or row.get("pk")) in {olegs.pk}:
                assert row in after[label]
            if label == "tickets.Message" and row["ticket_id"] not in mine and row["by_id"] != world.anna.pk:
                assert row in after[label]
            if label in ("people.Identity", "people.User", "cameras.CameraGrant", "tickets.Draft") and row[
                "person_id"
            ] not in (world.anna.pk, world.ira.pk):
                assert row in after[label]
            if label == "tickets.Delivery" and row["ticket_id"] not in mine and row["to"] != "anna@example.org":
                assert row in after[label]
    assert Message.objects.get(text="Слова Бориса").ticket_id == open_one.pk
    assert [row["subject"] for row in Ticket.objects.filter(pk=shop.pk).values("subject")] == [shop.subject]


def test_requests_their_numbers_events_and_counts_stay(world, now, asked, beside):
    events = Counter(Event.objects.values_list("name", flat=True))
    messages, tickets = Message.objects.count(), Ticket.objects.count()
    erase(world.anna, world, now)
    gained = Counter(Event.objects.values_list("name", flat=True)) - events
    assert gained == {"person.erased": 2, "ticket.closed": 2}
    assert (Message.objects.count(), Ticket.objects.count()) == (messages, tickets)
    assert Person.objects.get(pk=world.anna.pk).name == CUSTOMER
    assert Ticket.objects.get(pk=asked.pk).contact_name == CUSTOMER
    assert Event.objects.get(name="delivery.failed").particulars == {
        "delivery": 1, "to": erasure.GONE, "reason": erasure.GONE,
    }  # fmt: skip
    assert [ticket.ratings.get().stars for ticket in Ticket.objects.filter(pk=asked.pk)] == [5]
    assert set(Ticket.objects.filter(person=world.anna).values_list("turn", flat=True)) == {"nobody"}
    assert not Ticket.objects.filter(person=world.anna, closed_at=None).exists()


def test_what_waited_to_leave_leaves_no_more_and_nobody_is_called(world, now, asked):
    assert Delivery.objects.filter(state="waiting").exists()
    erase(world.anna, world, now)
    assert not Delivery.objects.filter(state__in=("waiting", "held")).exists()
    assert [one.state for one in CallBack.objects.all()] == ["dropped"]
    assert not OutgoingLetter.objects.exclude(text="").exists()


def test_files_previews_letters_and_stills_are_gone_from_the_store(world, now, asked):
    still = files.store().keep_bytes(b"still")
    drawn = files.store().keep_bytes(b"drawn")
    type(world.camera_gate).objects.filter(pk=world.camera_gate.pk).update(picture=still.key)
    Attachment.objects.filter(uploaded_by=world.anna, message__isnull=False).update(preview_key=drawn.key)
    olegs = uploads.receive_stream([b"of oleg"], name="oleg.txt", by=world.oleg, now=now)
    there = {one.key for one in files.store().home.all()}
    done = erase(world.anna, world, now)
    assert {one.key for one in files.store().home.all()} == {olegs.storage_key}
    assert done.removed_files == len(there) - 1
    assert not RawLetter.objects.exists()
    assert Attachment.objects.get() == olegs


def test_they_are_signed_out_and_cannot_come_in(world, now, asked, client_of):
    client = client_of(world.anna)
    olegs = client_of(world.oleg)
    assert client.get(reverse("requests")).status_code == 200
    login = world.anna.user.pk
    erase(world.anna, world, now)
    assert client.get(reverse("requests")).status_code in (302, 404)
    assert olegs.get(reverse("requests")).status_code == 200
    assert not User.objects.filter(pk=login).exists()
    assert BrowserSession.objects.filter(session_key=olegs.session.session_key).exists()
    assert [row for row in BrowserSession.objects.all() if row.get_decoded().get("_auth_user_id") == str(login)] == []


def test_their_words_are_not_found_by_searching(world, now, asked, beside):
    _olegs, shop, open_one = beside
    assert [find(word, notes=True) for word in ("бирюзовая", "сердится")] == [
        [shop.pk, asked.pk], [asked.pk],
    ]  # fmt: skip
    erase(world.anna, world, now)
    gone = ("бирюзовая", "сердится", "Королёва", "соседки", "Садовая")
    assert [find(word, notes=True) for word in gone] == [[]] * len(gone)
    assert (find("Касса темна"), find("Слова Бориса")) == ([shop.pk], [open_one.pk])


def test_a_camera_that_another_sees_too_stays_theirs(world, now, asked):
    CameraGrant.objects.create(person=world.oleg, camera=world.camera_gate, kind="shared")
    erase(world.anna, world, now)
    world.camera_gate.refresh_from_db()
    world.camera_yard.refresh_from_db()
    world.house.refresh_from_db()
    assert (world.camera_gate.name, world.camera_gate.retired_at, world.house.address) == (
        "Калитка", None, "Садовая улица, 12",
    )  # fmt: skip
    assert world.camera_yard.retired_at is not None
    assert world.camera_yard.name != "Двор"


def test_an_address_that_others_say_too_is_nobodys(world, now):
    identities.say(world.anna, identities.PHONE, "+74950000000")
    identities.say(world.oleg, identities.PHONE, "+74950000000")
    CallEvent.objects.create(provider="uis", call_id="9", kind="ended", direction="in", customer="+74950000000",
                             received_at=now)  # fmt: skip
    assert "+74950000000" not in Theirs.of(world.anna).phones
    assert erasure.plan(world.anna).others == ()
    erase(world.anna, world, now)
    assert CallEvent.objects.get().customer == "+74950000000"


def test_an_organisation_goes_on_without_them(world, now):
    open_ticket(
        new(world, person=world.vera, organisation=world.chain, cameras=[world.camera_till], text="Моё дело"),
        by=world.vera, now=now,
    )  # fmt: skip
    erase(world.vera, world, now)
    ticket = Ticket.objects.get()
    assert (ticket.organisation, list(ticket.cameras.all())) == (world.chain, [world.camera_till])
    world.camera_till.refresh_from_db()
    assert world.camera_till.retired_at is None
    assert not Membership.objects.filter(person=world.vera).exists()
    assert Membership.objects.filter(person=world.boris).exists()


def test_what_stands_in_the_way(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    with pytest.raises(erasure.CannotErase, match="действующий сотрудник"):
        erase(world.ira, world, now)
    for about, person in ((world.anna, world.anna), (ticket, world.anna), (world.chain, world.vera)):
        hold = holds.place(about=about, reason="суд", by=world.ada, now=now)
        with pytest.raises(erasure.CannotErase, match="суд"):
            erase(person, world, now)
        assert erasure.plan(person).refusals
        assert holds.lift(hold=hold, by=world.ada, now=now)
        assert not holds.lift(hold=hold, by=world.ada, now=now)
    holds.place(about=world.oleg, reason="чужое", by=world.ada, now=now)
    assert erasure.plan(world.anna).refusals == ()
    assert Person.objects.filter(erased_at=None).count() == Person.objects.count()


def test_a_former_agent_can_be_erased_and_what_they_answered_stays(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    conversation.reply(ticket=ticket, by=world.ira, text="Проверьте питание", now=now)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=world.ira.agent)
    Agent.objects.filter(person=world.ira).update(active=False)
    with pytest.raises(erasure.CannotErase, match="открытые обращения"):
        erase(world.ira, world, now)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=None)
    erase(world.ira, world, now)
    assert Person.objects.get(pk=world.ira.pk).name == STAFF
    assert Message.objects.filter(text="Проверьте питание").exists()


def test_twice_takes_what_came_since_and_keeps_the_act(world, now, asked):
    first = erase(world.anna, world, now)
    late = open_ticket(new(world, text="Опоздало"), by=world.anna, now=now).ticket
    later = now + timedelta(hours=1)
    second = erase(world.anna, world, later, reason="другое")
    assert (second.pk, second.reason, second.at, second.again_at) == (first.pk, "заявление № 5", now, later)
    assert Message.objects.get(ticket=late, kind="customer").text == WORDS
    assert second.counts["tickets.Ticket"] > first.counts["tickets.Ticket"]


def test_the_act_says_what_went_and_names_nobody(world, now, asked):
    told = acts.act(erase(world.anna, world, now))
    assert (told["person"], told["external_id"], told["by"]) == (world.anna.pk, "billing-7", world.ada.name)
    assert {one["what"]: one["rows"] for one in told["destroyed"]}["файлы"] == 2
    assert [(one["event"], one.get("ticket")) for one in told["log"]] == [
        ("person erased", None), ("person.erased", asked.pk),
    ]  # fmt: skip
    text = json.dumps(told, ensure_ascii=False) + acts.as_markdown(told)
    assert [word for word in HERS if word in text and word != "billing-7"] == []


def test_a_plan_changes_nothing_and_says_what_will_go(world, now, asked):
    before = everything()
    told = erasure.plan(world.anna)
    assert everything() == before
    done = erase(world.anna, world, now)
    labels = {kept.name: str(kept.label) for kept in TABLE}
    assert {labels[name]: count for name, count in done.counts.items()} == told.counts
    assert told.files == done.removed_files


def test_a_backup_of_before_brings_nobody_back(world, now, asked):
    """What the list says is done to the person it means, once, and to nobody who has got the number since."""
    done = erase(world.anna, world, now)
    assert erased_list.keep() == 1
    held = erased_list.read(erased_list.path())
    assert [word for word in HERS if word in erased_list.path().read_text() and word != "billing-7"] == []
    Erasure.objects.all().delete()
    Person.objects.filter(pk=world.anna.pk).update(name="Анна Королёва", erased_at=None)
    assert erased_list.apply_again(now=now + timedelta(days=1)) == 1
    again = Erasure.objects.get()
    assert (again.at, again.external_id, again.basis) == (done.at, "billing-7", "withdrawn")
    assert Person.objects.get(pk=world.anna.pk).name == CUSTOMER
    assert erased_list.apply_again(now=now) == 0
    Erasure.objects.all().delete()
    Person.objects.filter(pk=world.anna.pk).update(name="Новый", created_at=now + timedelta(days=2), erased_at=None)
    assert erased_list.apply_again(now=now) == 0
    assert Person.objects.get(pk=world.anna.pk).name == "Новый"
    assert erased_list.keep() == len(held)


def test_a_torn_list_is_said(world, data_folder):
    erased_list.path().write_text('{"person": 1}\n')
    with pytest.raises(erased_list.BadList, match="line 1"):
        erased_list.apply_again(now=None)


def test_the_command_says_first_and_does_on_being_told(world, now, asked, capsys):
    def command(*words: str) -> int:
        return main(["person", *words])

    assert command("erase", str(world.anna.pk)) == 0
    assert "nothing has changed" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="--reason is needed"):
        command("erase", str(world.anna.pk), "--yes")
    assert Person.objects.get(pk=world.anna.pk).erased_at is None
    assert command("erase", str(world.anna.pk), "--yes", "--reason", "№ 5", "--basis", "unlawful") == 0
    assert Erasure.objects.get().basis == "unlawful"
    capsys.readouterr()
    assert command("act", str(world.anna.pk), "--json") == 0
    assert json.loads(capsys.readouterr().out)["person"] == world.anna.pk
    with pytest.raises(SystemExit, match="was not erased"):
        command("act", str(world.oleg.pk))
    holds.place(about=world.oleg, reason="суд", by=None, now=now)
    assert command("erase", str(world.oleg.pk), "--yes", "--reason", "№ 6") == 1
    assert "суд" in capsys.readouterr().err


def test_a_hold_is_placed_listed_and_lifted_by_command(world, capsys):
    assert main(["hold", "place", "--person", str(world.anna.pk), "--reason", "дело 1"]) == 0
    assert main(["hold", "list"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == said[1]
    assert f"person {world.anna.pk}" in said[0]
    number = said[0].split(":")[0].split()[1]
    assert main(["hold", "lift", number]) == 0
    assert main(["hold", "list"]) == 0
    assert capsys.readouterr().out == f"hold {number} is lifted\n"
    with pytest.raises(SystemExit, match="no hold"):
        main(["hold", "lift", number])
    with pytest.raises(SystemExit, match="there is no ticket 999"):
        main(["hold", "place", "--ticket", "999", "--reason", "x"])


@pytest.mark.whole("camdesk.privacy.erasure.erase", at='UPDATE "people_person"')
def test_an_erasure_is_whole(world, now):
    open_ticket(new(world, text="У меня бирюзовая дверь"), by=world.anna, now=now)
    erase(world.anna, world, now)
    assert not said_anywhere("бирюзовая", everything())
