"""«Перезвоните мне» on the customer's pages: planned once, only their own, only while people answer, within bounds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from camdesk.channels.models import CallBack
from camdesk.channels.phone.call_back_requests import PER_DAY
from camdesk.channels.phone.windows import offered
from camdesk.playbook import current
from camdesk.tickets.models import Event, Ticket
from tests.deeds.tickets.test_opening import new, open_ticket

ANNA = "+79350000001"


@pytest.fixture
def ticket(world) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=timezone.now()).ticket


def text(answer) -> str:
    return answer.content.decode().replace("\u00a0", " ")


def window() -> str:
    """The key of a window that is offered whatever the hour: the last of the last day."""
    return offered(current.current()[1].hours, timezone.now())[-1].windows[-1].key


def asked(client, ticket: Ticket | None = None, **changes):
    address = f"/requests/{ticket.pk}/call-back/" if ticket else "/support/call-back/"
    return client.post(address, {"phone": ANNA, "when": window(), "note": "О дворе"} | changes)


def test_the_number_is_filled_in_and_the_hours_are_said(world, ticket, client_of):
    client = client_of(world.anna)
    for address in (f"/requests/{ticket.pk}/", "/contacts/", "/support/call-back/"):
        shown = text(client.get(address))
        assert 'value="+7 935 000-00-01"' in shown
        assert "Сегодня отвечаем с 8:00 до 22:00" in shown or "Сегодня" in shown
        assert "Перезвоните мне" in shown
    assert 'href="tel:+78000000000"' in text(client.get(f"/requests/{ticket.pk}/"))
    assert "Перезвоните мне" not in text(client_of(None).get("/contacts/"))
    assert "tel:+7800" in text(client_of(None).get("/contacts/"))


@pytest.mark.tells(
    "camdesk.channels.phone.call_back_requests.ask_for_oneself",
    "desk.callbacks",
    "desk.ticket",
    "person.ticket",
    "ticket.ticket",
    of=("camdesk.channels.phone.call_back_counts.call_backs_changed", "camdesk.tickets.timeline.tell_after_commit"),
)
def test_a_call_is_planned_shown_and_withdrawn(world, ticket, client_of):
    client = client_of(world.anna)
    assert asked(client, ticket)["Location"] == f"/requests/{ticket.pk}/#call-me"
    asked(client, ticket)
    one = CallBack.objects.get()
    assert (one.person, one.ticket, one.asked_by, one.note) == (world.anna, ticket, world.anna, "О дворе")
    shown = text(client.get(f"/requests/{ticket.pk}/"))
    assert "Позвоним" in shown
    assert "О дворе" in shown
    assert "Жду звонка" not in shown
    assert client.post(f"/support/call-back/{one.pk}/cancellation")["Location"] == f"/requests/{ticket.pk}/#call-me"
    one.refresh_from_db()
    assert one.state == "dropped"
    assert "Жду звонка" in text(client.get(f"/requests/{ticket.pk}/"))
    assert list(Event.objects.filter(name__startswith="callback.").order_by("seq").values_list("name", flat=True)) == [
        "callback.asked",
        "callback.dropped",
    ]


def test_without_a_request(world, client_of):
    assert asked(client_of(world.anna))["Location"] == "/contacts/#call-me"
    assert "Позвоним" in text(client_of(world.anna).get("/contacts/"))


def test_another_customers_request_and_call_are_not_there(world, ticket, client_of):
    client = client_of(world.oleg)
    assert asked(client, ticket).status_code == 404
    assert client.get(f"/requests/{ticket.pk}/call-back/").status_code == 404
    assert not CallBack.objects.exists()
    asked(client_of(world.anna), ticket)
    one = CallBack.objects.get()
    assert client.post(f"/support/call-back/{one.pk}/cancellation").status_code == 404
    one.refresh_from_db()
    assert one.state == "waiting"
    assert "Позвоним" not in text(client.get("/contacts/"))


def test_anothers_planned_call_is_not_moved(world, ticket, client_of):
    asked(client_of(world.anna), ticket)
    before = CallBack.objects.get().wanted_from
    answer = asked(client_of(world.oleg), phone=ANNA)
    assert (answer.status_code, "и так позвоним" in text(answer), "Анна" in text(answer)) == (422, True, False)
    assert (CallBack.objects.get().wanted_from, CallBack.objects.get().person) == (before, world.anna)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": ""}, "Напишите номер телефона цифрами"),
        ({"phone": "12"}, "не хватает цифр"),
        ({"when": ""}, "Выберите время из списка"),
        ({"when": "2020-01-01T10:00Z"}, "Выберите время из списка"),
        ({"when": "2099-01-01T10:00Z"}, "Выберите время из списка"),
        ({"note": "о" * 300}, "Слишком длинно"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(world, client_of, changes, sentence):
    answer = asked(client_of(world.anna), **{"note": "О счёте"} | changes)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert changes.get("note", "О счёте")[:20] in text(answer)
    assert not CallBack.objects.exists()


def test_not_a_hundred_a_day(world, client_of):
    client = client_of(world.anna)
    for _time in range(PER_DAY):
        asked(client)
        client.post(f"/support/call-back/{CallBack.objects.get(state='waiting').pk}/cancellation")
    answer = asked(client)
    assert (answer.status_code, "несколько раз за сутки" in text(answer)) == (429, True)
    assert not CallBack.objects.filter(state="waiting").exists()


def test_a_call_that_is_due_is_soon(world, ticket, client_of):
    asked(client_of(world.anna), ticket)
    now = timezone.now()
    CallBack.objects.update(wanted_from=now - timedelta(minutes=1), wanted_until=now + timedelta(hours=1))
    assert "в ближайшее время" in text(client_of(world.anna).get(f"/requests/{ticket.pk}/"))
