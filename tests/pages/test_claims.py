"""The page of a claim, what agents do about a sender nobody has proven, and who may not."""

import pytest
from django.test import Client
from django.utils import timezone

from camdesk.tickets import claim_tokens, claiming
from camdesk.tickets.models import Delivery, Event, Ticket
from tests.deeds.tickets.test_claiming import ADDRESS, ask_unproven, fresh, proven

HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ticket(world) -> Ticket:
    return ask_unproven(world, timezone.now())


@pytest.fixture
def page(ticket) -> str:
    token = claim_tokens.issue(ticket.pk, ADDRESS, expires_at=timezone.now() + claim_tokens.VALID_FOR)
    return f"/claims/{token}/"


def test_a_stranger_with_the_link_proves_the_address_and_reads_it_where_they_did(ticket, page):
    bearer = Client()
    shown = bearer.get(page)
    assert shown.status_code == 200
    assert f"№\u00a0{ticket.pk}" in shown.content.decode()
    assert "Камера во дворе" not in shown.content.decode(), "what was written is not shown to a bearer of a link"
    assert not fresh(ticket).verified
    assert bearer.get(f"/claimed/{ticket.pk}/").status_code == 404
    claimed = bearer.post(page, follow=True).content.decode()
    assert "Адрес подтверждён" in claimed
    assert "Камера во дворе" in claimed
    assert fresh(ticket).verified
    assert Client().get(page).status_code == 404
    assert Client().get(f"/claimed/{ticket.pk}/").status_code == 404


def test_who_is_signed_in_sees_whose_account_it_will_join_and_says_so(world, ticket, page, client_of):
    anna = client_of(world.anna)
    shown = anna.get(page).content.decode()
    assert "Анна Королёва, anna@example.org" in shown
    assert f"{ADDRESS} — мой адрес" in shown
    unsaid = anna.post(page)
    assert (unsaid.status_code, "Отметьте, что это ваш адрес" in unsaid.content.decode()) == (422, True)
    assert proven(ADDRESS) is None
    joined = anna.post(page, {"mine": "on"})
    assert joined["Location"] == f"/requests/{ticket.pk}/"
    assert "Нет картинки" in anna.get("/requests/").content.decode()


def test_a_forwarded_link_of_somebody_elses_address_opens_nothing(world, client_of):
    ticket = ask_unproven(world, timezone.now(), contact_email="anna@example.org")
    token = claim_tokens.issue(ticket.pk, "anna@example.org", expires_at=timezone.now() + claim_tokens.VALID_FOR)
    oleg = client_of(world.oleg)
    assert "принадлежит другому кабинету" in oleg.get(f"/claims/{token}/").content.decode()
    assert oleg.post(f"/claims/{token}/", {"mine": "on"}).status_code == 422
    assert "сотрудник поддержки" in client_of(world.ira).get(f"/claims/{token}/").content.decode()
    stranger = Client().get(f"/claims/{token}/").content.decode()
    assert f"/account/login/?next=/claims/{token}/" in stranger
    assert Client().post(f"/claims/{token}/").status_code == 422
    assert not fresh(ticket).verified


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t[:-1] + "_", lambda t: "x", lambda t: "9" + t])
def test_a_guessed_or_altered_link_is_a_404(world, page, client_of, change):
    token = page.split("/")[2]
    for client in (Client(), client_of(world.oleg)):
        for ask in (client.get, client.post):
            assert ask(f"/claims/{change(token)}/").status_code == 404


def test_an_agent_asks_again_but_not_too_often(ticket, client_of, world):
    ira = client_of(world.ira)
    assert "Попросить подтвердить адрес" in ira.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    asked = ira.post(f"/desk/tickets/{ticket.pk}/claim-letters/", **HX)
    assert (asked.status_code, "toast" in asked["HX-Trigger"]) == (204, True)
    again = ira.post(f"/desk/tickets/{ticket.pk}/claim-letters/")
    assert (again.status_code, "уже просили" in again.content.decode()) == (422, True)
    assert Delivery.objects.filter(kind="claim").count() == 1


def test_a_lead_links_with_a_reason_and_takes_it_back(world, ticket, client_of):
    leo, address = client_of(world.leo), f"/desk/tickets/{ticket.pk}/customer"
    assert "Олег Сурков" in leo.get(f"{address}?q=Олег").content.decode()
    assert "Ирина Белова" not in leo.get(f"{address}?q=Ирина").content.decode(), "no request is an agent's own"
    assert "Как вы убедились" in leo.get(f"{address}?person={world.oleg.pk}").content.decode()
    assert leo.post(address, {"person": world.oleg.pk, "reason": " "}).status_code == 422
    assert leo.post(address, {"person": world.ira.pk, "reason": "x"}).status_code == 422
    assert leo.post(address, {"person": world.oleg.pk, "reason": "перезвонил"}).status_code == 302
    assert fresh(ticket).person == world.oleg
    shown = leo.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Связано вручную: перезвонил" in shown
    assert "Снять связь" not in client_of(world.ira).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert leo.post(f"{address}/removal").status_code == 302
    assert not fresh(ticket).verified
    assert leo.post(f"{address}/removal").status_code == 422


def test_an_agent_of_the_first_line_and_a_customer_link_nobody(world, ticket, client_of):
    for person in (world.ira, world.oleg):
        client = client_of(person)
        for path in ("customer", "customer/removal"):
            posted = client.post(f"/desk/tickets/{ticket.pk}/{path}", {"person": world.oleg.pk, "reason": "x"})
            assert posted.status_code == 404
    assert client_of(world.oleg).post(f"/desk/tickets/{ticket.pk}/claim-letters/").status_code == 404
    assert not Event.objects.filter(name__in=["ticket.linked", "claim.asked"]).exists()


def test_the_link_is_its_readers_alone(world, ticket, client_of, settings):
    from camdesk.channels.mail.outgoing.deliver import deliver_due

    deliver_due(timezone.now())
    [letter] = Delivery.objects.filter(ticket=ticket)
    assert claiming.find(letter.letter.text.split("/claims/")[1].split("/")[0], now=timezone.now()) == ticket
    leo = client_of(world.leo)
    for path in ("", "html"):
        shown = leo.get(f"/desk/letters/{letter.pk}/{path}").content.decode()
        assert "/claims/…/" in shown
        assert letter.letter.text.split("/claims/")[1].split("/")[0] not in shown
    settings.DEMO = True
    assert "/claims/…/" not in leo.get(f"/desk/letters/{letter.pk}/").content.decode()
