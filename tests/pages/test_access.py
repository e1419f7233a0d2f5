"""People get in by themselves: an address, a letter, a password (people/sign_up.py). Eva is nobody's customer."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from camdesk.lib.answer_times import NO_SOONER
from camdesk.people import contacts, identities, invitations
from camdesk.people.identities import EMAIL
from camdesk.people.models import Identity, Invitation, Membership, Person, User
from camdesk.tickets.models import Delivery, Ticket
from tests.deeds.tickets.test_opening import new, open_ticket

ACCESS, RESET = "/access/", "/account/password/reset/"
PASSWORD = "a-long-enough-password"
EVA = "eva@elsewhere.example"


@pytest.fixture(autouse=True)
def _outbox(settings):
    settings.EMAIL_BACKEND = "camdesk.tickets.email_backend.OutboxBackend"
    settings.SIGN_UP = "open"
    cache.clear()
    yield
    cache.clear()


def asked(email: str, page: str = ACCESS, client: Client | None = None):
    return (client or Client()).post(page, {"email": email})


def letters_to(email: str) -> list[str]:
    found = Delivery.objects.filter(kind=Delivery.Kind.ACCOUNT, to__iexact=email).select_related("letter")
    return [one.as_letter.text for one in found.order_by("pk") if one.as_letter]


def link_to(email: str) -> str | None:
    found = re.search(r"https?://[^/]+(/invitations/\S+)", letters_to(email)[-1])
    return found.group(1) if found else None


def opened(world, **fields) -> Ticket:
    return open_ticket(new(world, **fields), by=fields["person"], now=timezone.now()).ticket


def imported(world, now, *, email: str = EVA, number: str = "crm-77", name: str = "Ева Ланская") -> Person:
    person = contacts.by_external_id(external_id=number, name=name, phone="", email=email, now=now)
    Membership.objects.create(person=person, organisation=world.chain, role=Membership.Role.OWNER, created_at=now)
    return person


@pytest.mark.parametrize("page", [ACCESS, RESET])
def test_a_stranger_gets_in_and_is_a_person_of_their_own(world, page):
    assert asked(EVA, page).status_code == 302
    link, browser = link_to(EVA), Client()
    assert link
    assert EVA in browser.get(link).content.decode()
    assert browser.post(link, {"name": "Ева", "password": PASSWORD}).status_code == 302
    eva = User.objects.get(email=EVA).person
    assert (eva.name, identities.is_proven(eva, EMAIL, EVA)) == ("Ева", True)
    assert browser.get("/profile/").status_code == 200
    assert Client().post("/account/login/", {"login": EVA, "password": PASSWORD})["Location"] == "/"
    again = Client().get(link)
    assert again.status_code == 404
    assert ACCESS in again.content.decode(), "a way on"


def test_everybody_is_answered_the_same(world, settings):
    def answer(email: str, mode: str):
        settings.SIGN_UP, browser = mode, Client()
        said = asked(email, client=browser)
        page = re.sub(r"[A-Za-z0-9]{64}", "TOKEN", browser.get(said["Location"]).content.decode())
        return said.status_code, said["Location"], page.replace(email, "WHO")

    answers = [
        answer(email, mode)
        for mode in ("open", "invitation")
        for email in ("anna@example.org", f"{mode}@elsewhere.example", "ira@example.org")
    ]
    assert answers == [answers[0]] * len(answers)
    assert "/account/password/reset/key/" in letters_to("anna@example.org")[0]


def test_a_repeated_press_is_one_letter_and_one_invitation(world):
    assert [asked(EVA).status_code for _ in range(3)] == [302] * 3
    assert len(letters_to(EVA)) == Invitation.objects.filter(email=EVA).count() == 1


def test_letters_to_strangers_are_counted(world, settings):
    settings.LETTER_RATES = settings.LETTER_RATES | {"by": settings.LETTER_RATES["by"].__class__(2, 3600)}
    for n in range(4):
        asked(f"n{n}@elsewhere.example")
    states = Delivery.objects.filter(kind=Delivery.Kind.ACCOUNT).order_by("pk").values_list("state", flat=True)
    assert list(states) == [Delivery.State.WAITING] * 2 + [Delivery.State.HELD] * 2


def test_by_invitation_only_whom_the_operator_knows(world, now, settings):
    settings.SIGN_UP = "invitation"
    asked(EVA)
    assert link_to(EVA) is None
    assert not Invitation.objects.filter(email=EVA).exists()
    identities.prove(
        person=contacts.unverified(name="Ева", phone="", email=EVA, now=now), kind=EMAIL, value=EVA, now=now
    )
    asked(EVA)
    assert link_to(EVA) is None, "who proved an address to the support is no customer yet"
    asked("owner@elsewhere.example")
    imported(world, now, email="known@elsewhere.example")
    asked("known@elsewhere.example")
    assert link_to("known@elsewhere.example")


def test_off_nobody_asks(world, now, settings):
    settings.SIGN_UP = "off"
    imported(world, now)
    assert Client().get(ACCESS).status_code == asked(EVA).status_code == 404
    asked(EVA, RESET)
    assert link_to(EVA) is None
    assert ACCESS not in Client().get("/account/login/").content.decode()


def test_an_imported_owner_is_that_person_and_greeted(world, now):
    person = imported(world, now)
    asked(EVA.upper())
    link, browser = link_to(EVA), Client()
    assert "Здравствуйте, Ева Ланская!" in browser.get(link).content.decode()
    browser.post(link, {"password": PASSWORD})
    assert User.objects.get(email=EVA).person == person
    assert browser.get(f"/organisations/{world.chain.pk}/").status_code == 200


def test_two_with_one_address_are_never_guessed_between(world, now):
    both = [imported(world, now), contacts.by_external_id(external_id="2", name="Два", phone="", email=EVA, now=now)]
    asked(EVA)
    Client().post(link_to(EVA), {"name": "Ева", "password": PASSWORD})
    assert User.objects.get(email=EVA).person not in both


def test_what_was_written_from_the_address_appears_and_nothing_else(world, now):
    contact = contacts.unverified(name="Ева", phone="+79990000001", email=EVA, now=now)
    mine = opened(world, cameras=[], person=contact, contact_email=EVA, verified=False)
    others = opened(world, cameras=[], person=contact, contact_email="other@elsewhere.example", verified=False)
    identities.say(world.anna, EMAIL, EVA)
    annas = opened(world, cameras=[], person=world.anna, contact_email=EVA, verified=False)
    customer = contacts.by_external_id(external_id="9", name="Девять", phone="", email="", now=now)
    identities.say(customer, EMAIL, "nine@elsewhere.example")
    asked(EVA)
    browser = Client()
    browser.post(link_to(EVA), {"name": "Ева", "password": PASSWORD})
    eva = User.objects.get(email=EVA).person
    assert list(Ticket.objects.visible_to(eva)) == [Ticket.objects.get(pk=mine.pk)]
    assert browser.get(f"/requests/{mine.pk}/").status_code == 200
    assert Ticket.objects.get(pk=mine.pk).verified
    assert [browser.get(f"/requests/{one.pk}/").status_code for one in (others, annas)] == [404, 404]


def test_a_contact_who_proved_themselves_takes_nothing_of_others_along(world, now):
    contact = contacts.unverified(name="Ева", phone="+79990000001", email=EVA, now=now)
    identities.prove(person=contact, kind=EMAIL, value=EVA, now=now)
    others = opened(world, cameras=[], person=contact, contact_email="other@elsewhere.example", verified=False)
    asked(EVA)
    browser = Client()
    browser.post(link_to(EVA), {"password": PASSWORD})
    assert User.objects.get(email=EVA).person == contact
    assert browser.get(f"/requests/{others.pk}/").status_code == 404
    assert Ticket.objects.get(pk=others.pk).person.email == "other@elsewhere.example"


def test_a_second_address_names_the_login_and_makes_none(world, now):
    identities.prove(person=world.anna, kind=EMAIL, value=EVA, now=now)
    logins = User.objects.count()
    asked(EVA)
    assert link_to(EVA) is None
    assert world.anna.user.email in letters_to(EVA)[0]
    _invitation, token = invitations.invite(email=EVA, by=None, now=timezone.now())
    assert Client().post(f"/invitations/{token}/", {"password": PASSWORD}).status_code == 404
    assert User.objects.count() == logins


def test_a_login_that_was_switched_off_stays_off(world):
    world.anna.user.is_active = False
    world.anna.user.save()
    asked("anna@example.org")
    assert link_to("anna@example.org") is None


@pytest.mark.parametrize("email", ["", "not-an-address", "a@b", "x" * 300 + "@example.org", "a@b.example\nBcc: c@d.e"])
def test_a_broken_address_is_refused_in_words(world, email):
    answer = asked(email)
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Delivery.objects.exists()
    assert not Identity.objects.filter(value=email).exists()


@pytest.mark.whole("camdesk.cabinet.views.invitation.invitation", at="tickets_event")
def test_the_login_and_what_it_claims_are_one(world, now):
    contact = contacts.unverified(name="Ева", phone="", email=EVA, now=now)
    mine = opened(world, cameras=[], person=contact, contact_email=EVA, verified=False)
    _invitation, token = invitations.invite(email=EVA, by=None, now=timezone.now())
    assert Client().post(f"/invitations/{token}/", {"name": "Ева", "password": PASSWORD}).status_code == 302
    assert Ticket.objects.get(pk=mine.pk).verified


@pytest.mark.parametrize("page", [ACCESS, RESET])
@pytest.mark.parametrize("who", ["anna", "imported", "unknown", "switched off"])
def test_the_time_of_the_answer_does_not_tell_who_is_known(world, now, page, who):
    email = world.anna.user.email if who in ("anna", "switched off") else EVA
    if who == "imported":
        imported(world, now)
    if who == "switched off":
        User.objects.filter(pk=world.anna.user.pk).update(is_active=False)
    answer = asked(email, page)
    assert answer.status_code == 302
    assert answer.wsgi_request.META[NO_SOONER] >= 0.2
