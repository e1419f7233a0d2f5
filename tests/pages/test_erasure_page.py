"""An administrator erases a person: what would go, a reason and the number typed, and then the act."""

import json

import pytest
from django.urls import reverse

from camdesk.people.models import Person
from camdesk.privacy import erased_list, holds
from camdesk.privacy.models import Erasure
from tests.deeds.tickets.test_opening import new, open_ticket


@pytest.fixture
def page(world, data_folder):
    return reverse("desk:person_erasure", args=[world.anna.pk])


def sent(world, **words):
    return {"basis": "withdrawn", "reason": "заявление № 5", "number": str(world.anna.pk), **words}


def test_nobody_but_an_administrator_finds_it(world, page, client_of):
    for person, status in ((None, 302), (world.oleg, 404), (world.ira, 404), (world.leo, 404), (world.ada, 200)):
        assert client_of(person).get(page).status_code == status
        if status != 200:
            assert client_of(person).post(page, sent(world)).status_code == status
    assert not Erasure.objects.exists()


def test_it_says_what_goes_and_what_closes(world, now, page, client_of):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    said = client_of(world.ada).get(page).content.decode()
    assert "переписка: слова" in said
    assert f"№ {ticket.pk}" in said.replace("\xa0", " ")
    assert reverse("desk:person_erasure", args=[world.anna.pk]) in (
        client_of(world.ada).get(reverse("desk:person", args=[world.anna.pk])).content.decode()
    )
    assert "erasure" not in client_of(world.leo).get(reverse("desk:person", args=[world.anna.pk])).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"number": "1000"}, {"number": ""}, {"reason": " "}, {"reason": "x" * 301}, {"basis": ""}, {"basis": "whim"}],
    ids=str,
)
def test_a_slip_erases_nobody_and_keeps_what_was_typed(world, page, client_of, wrong):
    answer = client_of(world.ada).post(page, sent(world, **wrong))
    assert answer.status_code == 422
    assert not Erasure.objects.exists()
    if "reason" not in wrong:
        assert "заявление № 5" in answer.content.decode()


def test_what_stands_in_the_way_is_said_and_nothing_can_be_sent(world, now, page, client_of):
    holds.place(about=world.anna, reason="дело А40-1", by=world.ada, now=now)
    answer = client_of(world.ada).get(page)
    assert "дело А40-1" in answer.content.decode()
    assert 'name="reason"' not in answer.content.decode()
    assert client_of(world.ada).post(page, sent(world)).status_code == 422
    assert Person.objects.get(pk=world.anna.pk).erased_at is None


def test_it_is_done_once_and_the_act_can_be_had(world, now, page, client_of):
    open_ticket(new(world), by=world.anna, now=now)
    client = client_of(world.ada)
    assert client.post(page, sent(world, number=f"№ {world.anna.pk}")).url == page
    done = Erasure.objects.get()
    assert (done.by, done.basis, done.reason) == (world.ada, "withdrawn", "заявление № 5")
    act = client.get(page).content.decode()
    assert "Акт об уничтожении" in act
    assert "заявление № 5" in act
    told = json.loads(client.get(page + "?as=json").content)
    assert (told["person"], told["by"]) == (world.anna.pk, world.ada.name)
    printed = client.get(page + "?as=md")
    assert "Подпись" in printed.content.decode()
    assert "attachment" in printed["Content-Disposition"]
    assert client.post(page, sent(world, reason="ещё раз")).url == page
    assert Erasure.objects.get().reason == "заявление № 5"
    assert [one.person for one in erased_list.read(erased_list.path())] == [world.anna.pk]
    person = client.get(reverse("desk:person", args=[world.anna.pk])).content.decode()
    assert "Персональные данные удалены" in person
    assert "Королёва" not in person
