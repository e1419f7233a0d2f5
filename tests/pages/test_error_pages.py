"""Pages of faults are in our look, and need nothing that may be what is broken."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client

from camdesk.people import api_keys
from camdesk.people.models import Agent
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.world import BACKEND

NOT_ASKED = "Так эта страница не открывается"
TYPED = "Камера <у входа> & калитка молчат"
CODE = re.compile(r"<code>([0-9a-f]{8})</code>")


def _fall(*args: object, **kwargs: object) -> None:
    raise ValueError("ours")


def test_an_address_that_only_takes_forms_says_so_in_our_look(world, client_of):
    answer = client_of(world.anna).post("/cameras/")
    assert answer.status_code == 405
    assert NOT_ASKED not in answer.content.decode(), "a program that asks for no page gets no page"
    answer = client_of(world.anna).post("/cameras/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert NOT_ASKED in answer.content.decode()
    assert answer["Content-Type"] == "text/html; charset=utf-8"


def test_a_program_that_asks_the_api_the_wrong_way_gets_no_page(client):
    answer = client.delete("/api/v1/tickets", headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/account/login/", "/help/"])
def test_the_page_of_a_fault_asks_no_database(monkeypatch, db, path):
    def asked(*args: object, **kwargs: object) -> None:
        pytest.fail("the page of a fault asked the database")

    monkeypatch.setattr("django.core.handlers.base.BaseHandler._get_response", _fall)
    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(asked):
        answer = client.get(path)
    assert answer.status_code == 500
    assert "У нас сбой" in answer.content.decode()
    assert "/static/" in answer.content.decode(), "in our look"


def signed_in(person, **more) -> Client:
    client = Client(raise_request_exception=False, **more)
    client.force_login(person.user, backend=BACKEND)
    return client


def test_a_fault_has_a_code_that_the_log_knows_and_loses_nothing_typed(
    world, data_folder, now, monkeypatch, log_as_written
):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    monkeypatch.setattr("camdesk.channels.inbound.say", _fall)
    address = f"/requests/{ticket.pk}/messages/"
    answer = signed_in(world.anna).post(address, {"text": TYPED, "client_id": "c1"})
    html = answer.content.decode()
    code = CODE.search(html)[1]
    assert answer.status_code == 500
    assert f"(fault {code})" in log_as_written.text
    assert (f'action="{address}"' in html, 'value="c1"' in html, TYPED in unescape(html)) == (True, True, True)
    answer = signed_in(world.anna).post(address, {"text": TYPED, "client_id": "c1"}, headers={"HX-Request": "true"})
    assert answer["Content-Type"].startswith("text/plain"), "a script of ours keeps the words, and shows the sentence"
    other = re.search(r"код ([0-9a-f]{8})\.", answer.content.decode())[1]
    assert other != code
    assert f"(fault {other})" in log_as_written.text


def test_what_is_no_fault_bears_no_code(world, client_of, log_as_written):
    assert client_of(world.anna).get("/requests/999/").status_code == 404
    assert "/requests/999/" in log_as_written.text
    assert "(fault" not in log_as_written.text


def test_a_fault_of_the_api_is_a_problem_with_its_code(world, now, monkeypatch, log_as_written):
    _key, secret = api_keys.create(name="CRM", role=Agent.Role.AGENT, by=world.ada, now=now)
    monkeypatch.setattr("camdesk.api.shapes.thread.read", _fall)
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    answer = Client(raise_request_exception=False).get(
        f"/api/v1/tickets/{ticket.pk}", headers={"Authorization": f"Bearer {secret}"}
    )
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert re.search(r"[0-9a-f]{8}", answer.json()["detail"])[0] in log_as_written.text


@pytest.mark.parametrize(("sent_from", "shown"), [("same-origin", True), ("cross-site", False), (None, False)])
def test_a_page_open_for_too_long_shows_the_words_to_who_typed_them_and_sends_them_by_no_button(
    world, sent_from, shown
):
    client = signed_in(world.anna, enforce_csrf_checks=True)
    client.get("/help/")  # which gives it the token of another form
    headers = {"Sec-Fetch-Site": sent_from} if sent_from else {}
    answer = client.post("/requests/1/messages/", {"text": TYPED, "client_id": "c1"}, headers=headers)
    html = unescape(answer.content.decode())
    assert answer.status_code == 403
    assert "Страница устарела" in html
    assert (TYPED in html) is shown
    assert "<form" not in html


@pytest.mark.parametrize("theme", ["dark", "light", ""])
def test_the_page_of_a_fault_keeps_the_theme_one_chose(monkeypatch, db, theme):
    monkeypatch.setattr("django.core.handlers.base.BaseHandler._get_response", _fall)
    client = Client(raise_request_exception=False)
    client.cookies["camdesk_theme"] = theme or "<script>"
    html = client.get("/help/").content.decode()
    assert re.findall(r'data-theme="(\w+)"', html) == [theme] * bool(theme)
    assert "<script>" not in html
