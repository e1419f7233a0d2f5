"""How an answer goes: what an agent sees, chooses and is told."""

import pytest
from django.utils import timezone

from camdesk.tickets.models import Delivery, Message, Ticket
from camdesk.tickets.timeline import deed, record
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.world import customer_says

HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ticket(world) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=timezone.now()).ticket


@pytest.fixture
def ira(world, client_of):
    return client_of(world.ira)


def page(client, ticket: Ticket) -> str:
    return client.get(f"/desk/tickets/{ticket.pk}/").content.decode()


def radio(html: str, channel: str) -> str:
    start = html.index(f'name="channel" value="{channel}"')
    return html[start : html.index(">", start)]


def answer(client, ticket, **words):
    return client.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Смотрим", **words})


def test_a_form_with_an_address_is_answered_by_letter(ticket, ira):
    html = page(ira, ticket)
    assert "Письмом на anna@example.org" in html
    assert "checked" in radio(html, "mail")
    answer(ira, ticket, channel="mail")
    assert Message.objects.get(kind="reply").channel == "mail"
    assert "письмом · письмо ждёт отправки" in page(ira, ticket)


def test_what_they_used_last_is_offered(world, ticket, ira):
    customer_says(ticket=ticket, text="Ещё", by=world.anna, now=timezone.now(), channel="chat")
    assert "checked" in radio(page(ira, ticket), "chat")
    answer(ira, ticket)
    assert Message.objects.get(kind="reply").channel == "chat"
    assert Delivery.objects.get(kind="reply").letter.only_if_unread


def test_what_cannot_work_says_why_and_is_refused(world, ira):
    marina = new(world, person=world.marina, contact_email="", contact_phone="", cameras=[], verified=False)
    world.marina.phone = ""
    world.marina.save()
    ticket = open_ticket(marina, by=world.marina, now=timezone.now()).ticket
    html = page(ira, ticket)
    assert all("disabled" in radio(html, channel) for channel in ("mail", "chat", "phone"))
    for reason in ("нет адреса", "нет входа", "нет номера"):
        assert f'<span class="way-why">: {reason}' in html
    assert "Ответить этому человеку некуда" in html
    refused = answer(ira, ticket, channel="chat")
    assert (refused.status_code, "Так ответить больше нельзя: нет входа" in refused.content.decode()) == (
        422,
        True,
    )
    assert "Смотрим" in refused.content.decode(), "what was typed is still there"
    assert answer(ira, ticket, channel="fax").status_code == 422
    assert answer(ira, ticket).status_code == 302, "the words are kept all the same"


def test_letters_that_came_back_are_warned_of_until_they_write_from_there(world, ticket, ira):
    with deed(ticket.pk, now=timezone.now()) as locked:
        what = {"to": "anna@example.org", "permanent": True, "letter": 1}
        record(locked, "letter.bounced", by=None, now=timezone.now(), **what)
    html = page(ira, ticket)
    assert "disabled" in radio(html, "mail")
    assert "Последнее письмо на anna@example.org вернулось" in html
    assert "checked" in radio(html, "chat")
    customer_says(ticket=ticket, text="Почта снова есть", by=world.anna, now=timezone.now(), channel="mail")
    html = page(ira, ticket)
    assert ("checked" in radio(html, "mail"), "Последнее письмо на" in html) == (True, False)


def test_by_phone_there_is_a_number_to_call_and_the_words_are_kept(ticket, ira, world, client_of):
    html = page(ira, ticket)
    assert 'href="tel:+79350000001"' in html
    assert f"/desk/tickets/{ticket.pk}/calls/" in html
    answer(ira, ticket, channel="phone", text="Сказал перезагрузить")
    assert not Delivery.objects.filter(kind="reply").exists()
    assert "по телефону" in page(ira, ticket)
    assert "Сказал перезагрузить" in client_of(world.anna).get(f"/requests/{ticket.pk}/").content.decode()


def test_the_choice_is_kept_with_the_draft(ticket, ira):
    ira.post(f"/desk/tickets/{ticket.pk}/draft", {"text": "Смо", "kind": "reply", "channel": "phone"})
    assert "checked" in radio(page(ira, ticket), "phone")
    ira.post(f"/desk/tickets/{ticket.pk}/draft", {"text": "Смо", "kind": "reply", "channel": "fax"})
    assert "checked" in radio(page(ira, ticket), "mail")


@pytest.mark.parametrize("channel", ["mail", "chat", "phone"])
def test_the_cabinet_shows_every_answer_in_one_thread(world, ticket, ira, client_of, channel):
    answer(ira, ticket, channel=channel, text="Одна переписка")
    assert "Одна переписка" in client_of(world.anna).get(f"/requests/{ticket.pk}/").content.decode()


def test_no_script_is_needed(ticket, ira):
    """The radio stands in the plain form, and the news of a page with scripts show the way too."""
    news = ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Смотрим", "channel": "chat"}, **HX)
    assert "в кабинете · письмо ждёт отправки" in news.content.decode()


def test_a_customer_chooses_letters_at_once(world, client_of):
    anna = client_of(world.anna)
    assert "Присылать ответы письмом сразу" in anna.get("/profile/").content.decode()
    fields = {"name": "Анна", "phone": "", "email": "anna@example.org", "language": "ru", "letters_at_once": "on"}
    assert anna.post("/profile/", fields).status_code == 302
    world.anna.refresh_from_db()
    assert world.anna.letters_at_once


def test_the_profile_shows_the_language_it_has(world, client_of):
    assert '<option value="ru" selected>Русский</option>' in client_of(world.anna).get("/profile/").content.decode()
