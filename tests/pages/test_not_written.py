"""While nothing can be written: who reads reads on, who writes is told so in words and loses nothing they typed.

The whole story with a real server is in tests/faults/test_database_locked.py.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from django.db import connection
from django.test import Client

from camdesk.lib.internals import sqlite_transactions as base
from camdesk.lib.sqlite import writers
from camdesk.people import api_keys
from camdesk.people.models import Agent
from camdesk.tickets.models import Message
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.pages.everything import addresses, build_everything
from tests.pages.test_rights_matrix import ask, browser

WHO = ("anonymous", "anna", "boris", "ada")
TEXT = 'Камера у подъезда <b>"молчит"</b> & мигает\nвторой день. ' + "И ещё: всё как было." * 400
pytestmark = [pytest.mark.needs_sqlite, pytest.mark.django_db(transaction=True)]


@contextmanager
def locked() -> Iterator[None]:
    """Another process has a transaction open that writes."""
    outside = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    outside.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        outside.execute("ROLLBACK")
        outside.close()


@contextmanager
def full() -> Iterator[None]:
    """The disk has no room for another page of the database."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # migrations have left free pages behind
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch):
    monkeypatch.setattr(writers, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(base, "PATIENCE_SECONDS", 0.05)
    connection.close()
    yield
    connection.close()


@pytest.fixture
def ticket(world, data_folder, now):
    return open_ticket(new(world), by=world.anna, now=now).ticket


def client_of(person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person.user, backend="camdesk.people.allauth_adapter.Backend")
    return client


def fields_of(html: str) -> dict[str, str]:
    """What the page would send again."""
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', html)
    fields += re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL)
    return {unescape(name): unescape(value) for name, value in fields}


def test_every_page_opens_while_the_database_is_locked(world, data_folder, now):
    """Every address, by everybody."""
    everything = build_everything(world, now)
    clients = {who: browser(everything, who) for who in WHO}
    for client in clients.values():
        client.raise_request_exception = False

    def statuses() -> dict[tuple[str, str], int]:
        return {
            (who, name): ask(clients[who], everything, name, arguments, "GET").status_code
            for who in WHO
            for name, arguments in addresses()
        }

    usual = statuses()
    with locked():
        assert statuses() == usual


@pytest.mark.parametrize("trouble", [locked, full])
def test_what_was_typed_is_in_the_answer_and_is_sent_again_from_there(world, ticket, trouble):
    client, address = client_of(world.anna), f"/requests/{ticket.pk}/messages/"
    sent = {"text": TEXT, "client_id": "c1", "kind": ["a", "b"], "много": "строк"}
    with trouble():
        answer = client.post(address, sent)
    html = answer.content.decode()
    assert answer.status_code == (503 if trouble is locked else 507)
    assert answer.get("Retry-After") == ("10" if trouble is locked else None)
    assert "Ничего не пропало" in html
    assert f'action="{address}"' in html
    assert fields_of(html) | {"kind": "b"} == sent | {"kind": "b"}
    assert html.count('name="kind"') == 2
    assert not Message.objects.filter(text=TEXT).exists()

    again = client.post(address, fields_of(html))
    assert again.status_code == 302
    assert Message.objects.filter(text=TEXT).count() == 1


def test_the_words_are_in_the_readers_language(world, ticket):
    client = client_of(world.anna)
    with locked():
        answer = client.post(f"/requests/{ticket.pk}/messages/", {"text": "x"}, headers={"Accept-Language": "en"})
    assert "It could not be saved just now" in answer.content.decode()


@pytest.mark.parametrize(("trouble", "status"), [(locked, 503), (full, 507)])
def test_a_script_of_ours_gets_the_sentence_alone(world, ticket, trouble, status):
    client = client_of(world.anna)
    with trouble():
        answer = client.post(f"/requests/{ticket.pk}/messages/", {"text": TEXT}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert "Ничего не пропало" in answer.content.decode()


@pytest.mark.parametrize(("trouble", "status"), [(locked, 503), (full, 507)])
def test_the_api_says_it_as_a_problem(world, ticket, now, trouble, status):
    _key, secret = api_keys.create(name="CRM", role=Agent.Role.AGENT, by=world.ada, now=now)
    client = Client(raise_request_exception=False)
    with trouble():
        answer = client.post(
            f"/api/v1/tickets/{ticket.pk}/messages",
            {"text": TEXT},
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "k1"},
        )
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.get("Retry-After") == ("10" if status == 503 else None)


def test_passwords_are_not_written_into_a_page(world, data_folder):
    world.anna.user.set_password("тайна-тайна")
    world.anna.user.save()
    client = Client(raise_request_exception=False)
    with locked():
        answer = client.post("/account/login/", {"login": world.anna.user.email, "password": "тайна-тайна"})
    assert answer.status_code == 503
    assert "тайна" not in answer.content.decode()


def test_a_fault_of_ours_is_none_of_the_storage(world, ticket, monkeypatch):
    def broken(*_, **__):
        raise ValueError("ours")

    monkeypatch.setattr("camdesk.channels.inbound.say", broken)
    answer = client_of(world.anna).post(f"/requests/{ticket.pk}/messages/", {"text": TEXT})
    assert answer.status_code == 500
