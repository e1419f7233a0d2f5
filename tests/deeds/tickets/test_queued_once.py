"""A deed that is done twice queues its delivery once: a double click, a retry after a lost answer, two processes."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from camdesk.channels.mail.outgoing import digest_rows
from camdesk.outages import audience, notices
from camdesk.outages.models import Notice, Recipient
from camdesk.people import contacts
from camdesk.people.identities import EMAIL
from camdesk.people.models import Identity
from camdesk.tickets import claiming, conversation, promises, resolution
from camdesk.tickets.claiming import TooSoon
from camdesk.tickets.email_backend import OutboxBackend
from camdesk.tickets.models import Delivery, Event, Ticket
from camdesk.tickets.outbox import queue_letter
from camdesk.tickets.receipts import Key
from tests.deeds.outages.test_outages import outage_of
from tests.deeds.tickets.test_opening import new, open_ticket

pytestmark = pytest.mark.django_db

SAID = "said@example.org"


@dataclass
class Case:
    world: Any
    now: Any
    client_of: Any
    ticket: Ticket


def confirmation(case: Case) -> None:
    key = Key("form:1", "receipt", {"text": "Нет картинки"})
    open_ticket(new(case.world), by=case.world.anna, now=case.now, key=key)


def answer(case: Case) -> None:
    said = {"text": "Смотрим", "by": case.world.ira, "client_id": "press-1"}
    conversation.reply(ticket=case.ticket, now=case.now, channel="mail", **said)


def answer_in_the_cabinet(case: Case) -> None:
    said = {"text": "Смотрим", "by": case.world.ira, "client_id": "press-1"}
    conversation.reply(ticket=case.ticket, now=case.now, channel="chat", **said)


def resolved(case: Case) -> None:
    resolution.resolve(ticket=case.ticket, by=case.world.ira, now=case.now)


def promised(case: Case) -> None:
    promises.promise(ticket=case.ticket, at=case.now + timedelta(hours=5), by=case.world.ira, now=case.now)


def claim_asked(case: Case) -> None:
    found = Ticket.objects.filter(contact_email=SAID).first()
    if found is None:
        person = contacts.unverified(name="Пётр", phone="", email=SAID, now=case.now)
        asked = {"person": person, "channel": "mail", "contact_email": SAID, "cameras": [], "verified": False}
        found = open_ticket(new(case.world, **asked), by=person, now=case.now).ticket
        Delivery.objects.all().delete()
    with contextlib.suppress(TooSoon):  # the second press
        claiming.ask(ticket=found, by=case.world.ira, now=case.now)


def told_of_a_joined_address(case: Case) -> None:
    Identity.objects.update_or_create(
        person=case.world.anna, kind=EMAIL.name, value=SAID, defaults={"proven_at": case.now}
    )
    claiming.tell_the_account(case.world.anna, SAID, now=case.now)


def notice(case: Case) -> None:
    outage = outage_of(case.world, case.now) if not Notice.objects.exists() else Notice.objects.get().outage
    Recipient.objects.all().delete()  # as if who wrote the letter had died before saying so
    said = Notice.objects.get(outage=outage)
    tickets = audience.linked_tickets(outage.pk, case.world.anna)
    notices.write_to(case.world.anna, said, tickets, by=case.world.leo, now=case.now)


def digest(case: Case) -> None:
    if not Delivery.objects.exists():
        for text in ("раз", "два"):
            ticket = open_ticket(new(case.world, text=text, confirm=False), by=case.world.anna, now=case.now).ticket
            queue_letter(kind="notice", to="anna@example.org", ticket=ticket, subject="Сбой", text=text, now=case.now)
    letters = list(Delivery.objects.filter(kind="notice").order_by("pk").values_list("pk", flat=True))
    digest_rows._into_a_digest(letters, to="anna@example.org", now=case.now)


def invitation_of_an_agent(case: Case) -> None:
    said = {"email": "new@example.org", "name": "Нина", "role": "agent"}
    assert case.client_of(case.world.ada).post("/desk/staff/", said).status_code == 302


def invitation_of_a_member(case: Case) -> None:
    said = {"email": "new@example.org", "name": "Нина", "role": "employee"}
    address = f"/organisations/{case.world.chain.pk}/invitations/"
    assert case.client_of(case.world.boris).post(address, said).status_code == 302


def proof_of_an_address(case: Case) -> None:
    one, _made = Identity.objects.get_or_create(person=case.world.anna, kind=EMAIL.name, value=SAID)
    answered = case.client_of(case.world.anna).post(f"/profile/addresses/{one.pk}/letters/")
    assert answered.status_code == 302


def letter_of_a_package(case: Case) -> None:
    letter = EmailMessage("Сброс пароля", "https://x/secret", None, ["anna@example.org"])
    OutboxBackend().send_messages([letter])


@pytest.fixture
def case(world, now, client_of, data_folder, monkeypatch) -> Case:
    ticket = open_ticket(new(world), by=world.anna, now=now - timedelta(hours=1)).ticket
    Delivery.objects.all().delete()
    minute = timezone.now().replace(second=20)  # no minute ends between two presses
    monkeypatch.setattr(timezone, "now", lambda: minute)
    return Case(world, now, client_of, ticket)


@pytest.mark.parametrize(
    ("deed", "kind"),
    [
        (confirmation, "confirmation"),
        (answer, "reply"),
        (answer_in_the_cabinet, "reply"),
        (resolved, "resolved"),
        (promised, "promise"),
        (claim_asked, "claim"),
        (told_of_a_joined_address, "notice"),
        (notice, "notice"),
        (digest, "digest"),
        (invitation_of_an_agent, "account"),
        (invitation_of_a_member, "account"),
        (proof_of_an_address, "account"),
        (letter_of_a_package, "account"),
    ],
)
def test_done_twice_it_queues_one_delivery_under_a_key(case: Case, deed: Callable[[Case], None], kind: str) -> None:
    deed(case)
    first = Delivery.objects.get(kind=kind)
    assert first.dedupe_key
    deed(case)
    assert Delivery.objects.get(kind=kind).pk == first.pk


def test_what_is_promised_anew_is_told_anew(case: Case) -> None:
    """There and back again: each is another promise than the one before."""
    for hours in (5, 6, 6, 5):
        at = case.now + timedelta(hours=hours)
        promises.promise(ticket=case.ticket, at=at, by=case.world.ira, now=case.now)
    assert Delivery.objects.filter(kind="promise").count() == 3
    assert Event.objects.filter(ticket=case.ticket, name="promise.changed").count() == 3


def test_the_button_of_an_invitation_works_again_a_minute_later(case: Case, monkeypatch) -> None:
    invitation_of_an_agent(case)
    later = timezone.now() + timedelta(minutes=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    invitation_of_an_agent(case)
    assert Delivery.objects.filter(kind="account").count() == 2


def test_the_same_letter_of_a_package_goes_again_a_minute_later(case: Case, monkeypatch) -> None:
    """To an address that nobody signs in with it says the same each time."""
    letter_of_a_package(case)
    later = timezone.now() + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    letter_of_a_package(case)
    assert Delivery.objects.filter(kind="account").count() == 2
