"""Letters beyond what strangers may make us write: where agents see them, and the ways that lead there."""

import itertools
import json
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from camdesk.lib.rates import Rate
from camdesk.people.models import Identity, Invitation, Person
from camdesk.tickets import email_backend
from camdesk.tickets.letter_budget import BY_ORIGINATOR, TO_MAILBOX
from camdesk.tickets.models import Delivery, Ticket
from tests.pages.test_api_tickets import TICKET, crm  # noqa: F401 - a fixture
from tests.pages.test_form import FORM, filled

VICTIM = "victim@elsewhere.example"


@pytest.fixture(autouse=True)
def rates(settings):
    settings.EMAIL_BACKEND = "camdesk.tickets.email_backend.OutboxBackend"
    settings.LETTER_RATES = {
        "to": Rate(2, 3600),
        "by": Rate(3, 3600),
        "by_key": Rate(4, 3600),
        "by_mail": Rate(5, 3600),
    }
    cache.clear()


@pytest.fixture
def held(world, client_of, data_folder) -> Delivery:
    """Anna has sent three forms whose answers are to go to an address that is not hers."""
    anna = client_of(world.anna)
    for n in range(3):
        answer = anna.post(FORM, filled(world, key=f"k{n}", email=VICTIM, name="Ваш банк", text=f"Случай {n}"))
        assert answer.status_code == 302
    return Delivery.objects.get(state="held")


def test_an_agent_sees_it_and_why_and_lets_it_go(held, world, client_of):
    ira, ticket = client_of(world.ira), held.ticket
    page = ira.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert f"Письмо придержано: {VICTIM}." in page
    assert "за час на этот неподтверждённый адрес ушло уже слишком много писем" in page
    there = f"/desk/tickets/{ticket.pk}/letters/{held.pk}/"
    assert there in page
    answer = ira.post(f"{there}sendings/", HTTP_HX_REQUEST="true")
    toast = json.loads(answer["HX-Trigger"])["toast"]
    held.refresh_from_db()
    assert (held.state, toast["undo"]) == ("waiting", f"{there}holding")
    assert "Письмо придержано:" not in ira.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert ira.post(toast["undo"], HTTP_HX_REQUEST="true").status_code == 204
    held.refresh_from_db()
    assert held.state == "held"
    assert "придержал сотрудник" in ira.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert ira.post(f"{there}sendings/").status_code == 302, "and without scripts"
    Delivery.objects.update(attempts=1)
    late = ira.post(f"{there}holding")
    assert (late.status_code, "уже ушло" in late.content.decode()) == (422, True)


@pytest.mark.tells("camdesk.tickets.outbox.release", "desk.ticket", "worker", of="camdesk.tickets.outbox._if_held")
def test_leads_find_all_of_them_in_the_list(held, world, client_of):
    leo = client_of(world.leo)
    page = leo.get("/desk/letters/?state=held").content.decode()
    assert page.count('class="letter-in"') == 1
    assert "слишком много писем" in page
    leo.post(f"/desk/letters/{held.pk}/sendings/")
    held.refresh_from_db()
    assert held.state == "waiting"
    assert f"/desk/letters/{held.pk}/holding" in leo.get("/desk/letters/").content.decode()
    leo.post(f"/desk/letters/{held.pk}/holding")
    held.refresh_from_db()
    assert held.state == "held"


def test_the_profile_is_no_way_around(world, client_of, data_folder):
    anna = client_of(world.anna)
    said = {"name": "Ваш банк", "phone": "", "email": VICTIM, "language": "ru"}
    assert anna.post("/profile/", said).status_code == 302
    for n in range(3):
        anna.post(FORM, filled(world, key=f"k{n}", email="", text=f"Случай {n}"))
    assert list(Delivery.objects.order_by("pk").values_list("to", "state")) == [
        (VICTIM, "waiting"),
        (VICTIM, "waiting"),
        (VICTIM, "held"),
    ]


def test_an_integration_is_bound_too(crm, world):  # noqa: F811
    for n in range(5):
        person = {"name": "Кто-то", "email": f"v{n}@elsewhere.example"}
        assert crm.post("/tickets", {**TICKET, "person": person, "cameras": [], "facts": {}}).status_code == 201
    last = Delivery.objects.order_by("pk").last()
    assert (last.state, last.last_error) == ("held", BY_ORIGINATOR)


def test_invitations_are_bound_and_say_nothing_of_who_sends_them(world, client_of):
    Person.objects.filter(pk=world.boris.pk).update(name="ВЫ ВЫИГРАЛИ http://phishing.example")
    boris = client_of(Person.objects.get(pk=world.boris.pk))
    there = f"/organisations/{world.chain.pk}/"
    for n in range(4):
        said = {"name": "Купи слона", "email": f"v{n}@elsewhere.example", "role": "employee"}
        answer = boris.post(f"{there}invitations/", said, follow=True)
    assert Invitation.objects.filter(organisation=world.chain).count() == 4
    assert "Письмо на v3@elsewhere.example придержано" in answer.content.decode()
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["waiting"] * 3 + ["held"]
    for letter in Delivery.objects.all():
        for words in ("ВЫИГРАЛИ", "phishing", "слона"):
            assert words not in letter.letter.subject + letter.letter.text
        assert "/invitations/" in letter.letter.text
    page = client_of(world.leo).get(f"/desk/letters/{letter.pk}/").content.decode()
    assert "личная ссылка" in page, "whoever lets it go does not read it"


@pytest.mark.whole("camdesk.desk.views.staff._invite")
def test_an_invitation_to_the_staff_is_free(world, client_of):
    ada = client_of(world.ada)
    for n in range(4):
        ada.post("/desk/staff/", {"name": "Новый", "email": f"n{n}@example.org", "role": "agent"})
    assert set(Delivery.objects.values_list("state", "letter__mailbox")) == {("waiting", "")}


def test_asking_for_passwords_writes_to_few(world, monkeypatch):
    """Of an address without an account the letter says so: whoever it is, they get few, and an address asks for few."""
    minutes = itertools.count()  # within one minute the same letter to the same address is one
    monkeypatch.setattr(email_backend, "minute_of", lambda _now: next(minutes))
    for n in range(5):
        Client(REMOTE_ADDR="203.0.113.7").post("/account/password/reset/", {"email": f"v{n}@elsewhere.example"})
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["waiting"] * 3 + ["held"] * 2
    assert set(Delivery.objects.values_list("letter__originator", flat=True)) == {"net:203.0.113.7"}
    for n in range(3):
        Client(REMOTE_ADDR=f"203.0.113.{50 + n}").post("/account/password/reset/", {"email": "oleg@example.org"})
    hers = Delivery.objects.filter(to="oleg@example.org").order_by("pk")
    assert list(hers.values_list("state", "last_error")) == [("waiting", "")] * 2 + [("held", TO_MAILBOX)]


def test_a_new_address_of_an_account_is_asked_in_our_words_and_proven_by_its_answer(world, client_of):
    Person.objects.filter(pk=world.oleg.pk).update(name="Ваш банк")
    oleg = client_of(world.oleg)
    session = oleg.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
    session.save()
    oleg.post("/account/email/", {"email": "oleg.new@example.org", "action_add": ""})
    letter = Delivery.objects.get()
    assert (letter.to, letter.kind, letter.letter.originator) == (
        "oleg.new@example.org",
        "account",
        f"person:{world.oleg.pk}",
    )
    assert letter.letter.subject == "Подтвердите адрес почты"
    assert "Ваш банк" not in letter.letter.text
    link = re.search(r"http://127\.0\.0\.1:8000(/account/confirm-email/\S+)", letter.letter.text)
    assert link, letter.letter.text
    oleg.get(link[1])
    oleg.post(link[1])
    assert Identity.objects.proven().filter(person=world.oleg, value="oleg.new@example.org").exists()


def test_a_submission_costs_one_statement_more_only_to_a_stranger(world, client_of, data_folder):
    anna = client_of(world.anna)
    anna.post(FORM, filled(world, key="warm"))

    def asked(key: str, email: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert anna.post(FORM, filled(world, key=key, email=email)).status_code == 302
        assert Ticket.objects.order_by("-pk")[0].contact_email == email
        return len(queries)

    assert asked("b", VICTIM) == asked("a", "anna@example.org") + 1
