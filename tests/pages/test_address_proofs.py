"""«Подтвердить» in the profile: a letter to the typed address, and a link that proves it once, to its owner only."""

import itertools
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from camdesk.cabinet.views import address_proofs
from camdesk.people import identities, identity_tokens
from camdesk.people.identities import EMAIL
from camdesk.people.models import Identity, Person
from camdesk.tickets.models import Delivery

pytestmark = pytest.mark.django_db
WORK = "anna.work@example.org"


@pytest.fixture
def anna(world, client_of) -> Client:
    browser = client_of(world.anna)
    typed = {"name": "Анна", "phone": "", "email": "Anna.Work@example.org", "language": "ru"}
    assert browser.post("/profile/", typed).status_code == 302
    return browser


@pytest.fixture
def typed(anna) -> Identity:
    return Identity.objects.get(value=WORK)


def ask(browser: Client, identity: Identity) -> int:
    return browser.post(f"/profile/addresses/{identity.pk}/letters/").status_code


def link() -> str:
    letter = Delivery.objects.filter(to=WORK).latest("pk")
    found = re.search(r"http://127\.0\.0\.1:8000(/profile/proofs/\S+/)", letter.letter.text)
    assert found, letter.letter.text
    return found[1]


def is_proven(person: Person) -> bool:
    return Identity.objects.proven().filter(person=person, value=WORK).exists()


def test_what_was_typed_is_shown_with_its_button_and_proves_nothing(world, anna, typed):
    html = anna.get("/profile/").content.decode()
    assert f'action="/profile/addresses/{typed.pk}/letters/"' in html
    assert "не подтверждён" in html
    assert not is_proven(world.anna)
    assert identities.values_of(world.anna, EMAIL, proven=False)[0] == WORK, "where answers go is preferred"


def test_the_link_of_the_letter_proves_the_address_once(world, anna, typed):
    assert ask(anna, typed) == 302
    letter = Delivery.objects.get(to=WORK)
    assert (letter.kind, letter.letter.originator) == ("account", f"person:{world.anna.pk}")
    assert "Анна" not in letter.letter.text, "no words of a customer go to an address that somebody typed"
    address = link()
    page = anna.get(address)
    assert (page.status_code, WORK in page.content.decode()) == (200, True)
    assert not is_proven(world.anna), "to look is not to confirm: scanners of links look too"
    assert anna.post(address).status_code == 302
    assert is_proven(world.anna)
    assert f"/profile/addresses/{typed.pk}/" not in anna.get("/profile/").content.decode()
    assert (anna.get(address).status_code, anna.post(address).status_code) == (404, 404), "it works once"
    assert Delivery.objects.filter(to="anna@example.org", kind="notice").count() == 1, "the account hears of it"


def test_nobody_else_can_use_it(world, anna, typed, client_of):
    ask(anna, typed)
    address, oleg = link(), client_of(world.oleg)
    assert (oleg.get(address).status_code, oleg.post(address).status_code) == (404, 404)
    stranger = Client().post(address)
    assert (stranger.status_code, "/account/login/" in stranger["Location"]) == (302, True)
    assert not Identity.objects.proven().filter(value=WORK).exists()


def test_nobody_asks_for_an_address_of_another_person(world, anna, typed, client_of):
    oleg = client_of(world.oleg)
    assert ask(oleg, typed) == 404
    assert ask(oleg, world.oleg.identities.get(kind="email")) == 404, "proven already"
    assert ask(oleg, world.oleg.identities.get(kind="phone")) == 404, "no letter reaches a number"
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: "x" + token, lambda token: "x" * 5000])
def test_a_link_that_is_not_ours_is_none(world, anna, typed, change):
    ask(anna, typed)
    token = link().removeprefix("/profile/proofs/").removesuffix("/")
    assert anna.post(f"/profile/proofs/{change(token)}/").status_code == 404
    assert not is_proven(world.anna)


def test_it_is_over_after_two_days(world, anna, typed):
    now = timezone.now()
    token = identity_tokens.issue(typed, now=now)
    almost, over = now + timedelta(hours=47, minutes=59), now + timedelta(hours=48, seconds=1)
    assert identity_tokens.read(token, person=world.anna, now=almost) == typed
    assert identity_tokens.read(token, person=world.anna, now=over) is None
    stale = identity_tokens.issue(typed, now=now - timedelta(hours=49))
    assert anna.post(f"/profile/proofs/{stale}/").status_code == 404
    assert not is_proven(world.anna)


def test_an_address_that_another_has_proven_is_refused_in_the_same_words(world, anna, typed):
    """What is said at asking and at confirming does not tell whether the address has an owner."""
    marina = world.marina
    identities.prove(person=marina, kind=EMAIL, value=WORK, now=timezone.now())
    assert ask(anna, typed) == 302
    assert "Отправили ссылку" in anna.get("/profile/").content.decode()
    address = link()
    assert anna.get(address).status_code == 200
    refused = anna.post(address)
    forged = anna.post("/profile/proofs/forged/")
    assert refused.status_code == forged.status_code == 404
    assert words(refused) == words(forged)
    assert identities.owner(EMAIL, WORK) == marina


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()[answer.content.decode().index("<h1") :]))


def test_it_counts_in_the_budget_of_letters(world, anna, typed, monkeypatch):
    minutes = itertools.count()
    monkeypatch.setattr(address_proofs, "minute_of", lambda _now: next(minutes))
    for _ in range(30):
        ask(anna, typed)
    states = list(Delivery.objects.filter(to=WORK).values_list("state", flat=True))
    assert "held" in states
    assert "придержано" in anna.get("/profile/").content.decode()
