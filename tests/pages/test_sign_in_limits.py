"""Wrong passwords slow down whoever guesses, and nobody is locked out by others: least of all the administrator."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from camdesk.lib.rates import Rate
from camdesk.people import invitations, known_devices
from camdesk.people.models import User
from tests.pages.test_signing_in import PASSWORD, WRONG, _activate, _code, cast, reset_link, sign_in  # noqa: F401

ADA = "ada@example.org"
THERE = "203.0.113.7"  # where somebody guesses
ELSEWHERE = "198.51.100.9"


@pytest.fixture(params=["memory", "database"])
def counted(request, settings):
    """Where the tries are counted."""
    settings.LIMITS = request.param


@pytest.fixture(autouse=True)
def _no_old_limits():
    cache.clear()
    yield
    cache.clear()


def at(address: str, known: Client | None = None) -> Client:
    """A browser at this address: a new one, or with the cookie of one that is known."""
    client = Client(REMOTE_ADDR=address)
    if known is not None:
        client.cookies.load({COOKIE: known.cookies[COOKIE].value})
    return client


COOKIE = "camdesk_device"


@pytest.fixture
def known(cast) -> Client:  # noqa: F811
    """The browser in which the administrator signed in some day."""
    client = Client(REMOTE_ADDR="192.0.2.1")
    assert sign_in(client, ADA).status_code == 302
    return client


def guess(times: int, address: str = THERE, email: str = ADA) -> list[int]:
    return [sign_in(at(address), email, WRONG).status_code for _ in range(times)]


def test_a_pair_of_account_and_address_is_slowed_and_no_other(cast, counted):  # noqa: F811
    assert guess(6) == [200] * 5 + [429]
    refused = sign_in(at(THERE), ADA)
    assert refused.status_code == 429, "not even the right one, for a while"
    assert 0 < int(refused["Retry-After"]) <= 300
    assert "Слишком много неудачных попыток входа. Повторите через" in refused.content.decode()
    assert 'value="ada@example.org"' in refused.content.decode(), "what was typed stays"
    assert sign_in(at(THERE), "anna@example.org").status_code == 302
    assert sign_in(at(ELSEWHERE), ADA).status_code == 302


def test_a_known_browser_is_let_in_from_where_somebody_guesses(known, counted):
    guess(6)
    guess(10, email="nobody@example.org")
    assert sign_in(at(THERE), ADA).status_code == 429
    assert sign_in(at(THERE, known), ADA).status_code == 302


def test_nobody_is_slowed_by_their_own_right_passwords(cast, counted):  # noqa: F811
    assert {sign_in(at(THERE), ADA).status_code for _ in range(12)} == {302}


def test_a_crowd_at_one_account_gets_nowhere_and_locks_nobody_out(cast, known, counted, settings):  # noqa: F811
    """Thirty wrong ones within the hour, and each network may try once in five minutes; the right one is let in."""
    settings.RATES = {**settings.RATES, "sign_in_account": Rate(6, 3600)}
    assert [sign_in(at(f"10.1.{n}.1"), ADA, WRONG).status_code for n in range(6)] == [200] * 6
    assert guess(2, "10.2.0.1") == [200, 429]
    assert guess(1, "10.2.0.99") == [429], "of the same network"
    assert guess(1, "2001:db8:1:1::1") == [200]
    assert guess(1, "2001:db8:1:ffff::1") == [429]
    assert sign_in(at(ELSEWHERE), ADA).status_code == 302, "the right one, at the first try"
    assert sign_in(at(ELSEWHERE), ADA).status_code == 302, "and at the next"
    assert sign_in(at("10.2.0.1", known), ADA).status_code == 302
    assert guess(2, "10.2.0.1", "anna@example.org") == [200, 200], "others are not watched"


def test_a_known_browser_is_counted_by_itself(known, counted):
    """Whoever sits at it guesses no faster."""
    answers = [sign_in(at(f"10.3.{n}.1", known), ADA, WRONG).status_code for n in range(6)]
    assert answers == [200] * 5 + [429]
    assert sign_in(at(ELSEWHERE), ADA).status_code == 302


def altered(change):
    return lambda token: ".".join(change(*token.split(".")))


FORGED = {
    "of another account": altered(
        lambda user, day, id, mac: (str(User.objects.get(email="anna@example.org").pk), day, id, mac)
    ),
    "of another browser": altered(lambda user, day, id, mac: (user, day, id[::-1], mac)),
    "younger": altered(lambda user, day, id, mac: (user, str(int(day) - 1), id, mac)),
    "signed otherwise": altered(lambda user, day, id, mac: (user, day, id, mac[::-1])),
    "not signed": altered(lambda user, day, id, mac: (user, day, id, "")),
    "without a browser": altered(lambda user, day, id, mac: (user, day, "", mac)),
    "of nobody": altered(lambda user, day, id, mac: ("999999", day, id, mac)),
    "of a name": altered(lambda user, day, id, mac: ("ada", day, id, mac)),
    "of a number that is none": altered(lambda user, day, id, mac: ("²", day, id, mac)),
    "behind a crowd of others": lambda token: "~".join(["1.1.aaaaaaaaaaaa.x"] * 3 + [token]),
    "a megabyte long": lambda token: token + "~" + "a" * 1_000_000,
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_forged_cookie_is_no_known_browser(known, forge):
    guess(5)
    liar = at(THERE)
    liar.cookies.load({COOKIE: forge(known.cookies[COOKIE].value)})
    assert sign_in(liar, ADA).status_code == 429


def test_a_cookie_of_one_account_helps_with_no_other(known):
    guess(5, email="leo@example.org")
    assert sign_in(at(THERE, known), "leo@example.org").status_code == 429


REVOKED = {
    "a new password": lambda user, client: client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "x" * 8 + "-new-one", "password2": "x" * 8 + "-new-one"},
    ),
    "signed out everywhere": lambda user, client: User.objects.filter(pk=user.pk).update(signed_out_at=timezone.now()),
    "a login that is closed": lambda user, client: User.objects.filter(pk=user.pk).update(is_active=False),
}


@pytest.mark.parametrize("revoke", REVOKED.values(), ids=REVOKED)
def test_a_known_browser_becomes_a_stranger(cast, known, revoke):  # noqa: F811
    other = at("192.0.2.2")
    sign_in(other, ADA)
    revoke(cast.ada.user, other)
    guess(5)
    assert sign_in(at(THERE, known), ADA, "x" * 8 + "-new-one").status_code == 429


def test_after_a_year_a_browser_is_a_stranger(known, monkeypatch):
    later = timezone.now() + timedelta(days=known_devices.DAYS + 2)
    guess(5)
    assert sign_in(at(THERE, known), ADA).status_code == 302
    monkeypatch.setattr(known_devices.timezone, "now", lambda: later)
    guess(5)
    assert sign_in(at(THERE, known), ADA).status_code == 429


def test_whoever_changes_the_password_stays_known_in_their_browser(known):
    new = "another-long-password"
    known.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    guess(5)
    assert sign_in(at(THERE, known), ADA, new).status_code == 302


def test_the_letter_lets_the_administrator_in_wherever_somebody_guesses(cast, settings):  # noqa: F811
    """The way in for whom no browser knows, where an attacker sits at the same address."""
    link = reset_link(settings, ADA)
    guess(6)
    browser, new = at(THERE), "another-long-password"
    form = browser.get(link[link.index("/account") :], follow=True)
    assert browser.post(form.redirect_chain[-1][0], {"password1": new, "password2": new}).status_code == 302
    assert sign_in(browser, ADA, new).status_code == 302


def test_the_browser_of_an_invitation_is_known(world):
    _invitation, token = invitations.invite(email="new@example.org", by=world.ada, now=timezone.now())
    browser = at("192.0.2.3")
    browser.post(reverse("invitation", args=[token]), {"name": "Новый", "password": PASSWORD})
    guess(5, email="new@example.org")
    assert sign_in(at(THERE, browser), "new@example.org").status_code == 302


def test_one_browser_is_known_to_three_accounts(cast):  # noqa: F811
    browser, names = at("192.0.2.4"), ["anna@example.org", "leo@example.org", ADA, "ira@example.org"]
    for name in names:
        sign_in(browser, name)
        browser.post("/account/logout/")
    assert browser.cookies[COOKIE].value.count("~") == 2
    for name in names:
        guess(5, f"10.4.{names.index(name)}.1", name)
        let_in = sign_in(at(f"10.4.{names.index(name)}.1", browser), name).status_code == 302
        assert let_in == (name != "anna@example.org"), name


def test_who_floods_the_sign_in_page_does_not_hold_up_a_known_browser(known, settings):
    settings.RATES = {**settings.RATES, "strangers": Rate(3, 60)}
    assert [sign_in(at(THERE), f"n{n}@example.org", WRONG).status_code for n in range(4)] == [200] * 3 + [429]
    assert sign_in(at(THERE, known), ADA).status_code == 302
    assert at(THERE, known).post("/account/password/reset/", {"email": ADA}).status_code == 429, "only to sign in"


def test_the_cookie_is_kept_from_scripts_and_other_sites(known, settings):
    cookie = known.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert int(cookie["max-age"]) == known_devices.DAYS * 24 * 3600
    assert ADA not in cookie.value
    assert re.fullmatch(r"\d+\.\d+\.[\w-]{12}\.[\w-]{43}", cookie.value)


# --- codes of the second factor


@pytest.fixture
def factor(cast, settings) -> tuple[Client, str]:  # noqa: F811
    """The administrator's browser, known, and the secret of the second factor."""
    settings.SECOND_FACTOR_REQUIRED = True
    client = Client(REMOTE_ADDR="192.0.2.1")
    sign_in(client, ADA)
    secret = _activate(client)
    client.post("/account/logout/")
    cache.clear()  # a code is good once
    return client, secret


def guess_codes(times: int, address: str = THERE) -> list[int]:
    """By somebody who knows the password."""
    thief = at(address)
    sign_in(thief, ADA)
    return [thief.post("/account/2fa/authenticate/", {"code": f"{n:06}"}).status_code for n in range(times)]


def enters(client: Client, secret: str) -> bool:
    sign_in(client, ADA)
    client.post("/account/2fa/authenticate/", {"code": _code(secret)})
    return client.get("/desk/").status_code == 200


def test_guessed_codes_are_slowed_by_the_pair_and_then_for_all_strangers(factor, counted):
    assert guess_codes(6) == [200] * 5 + [429]
    for n in range(3):
        guess_codes(5, f"10.5.{n}.1")
    assert guess_codes(1, "10.5.9.1") == [429]


def test_right_codes_are_not_counted(factor):
    _known, secret = factor
    for _ in range(6):
        assert enters(at(ELSEWHERE), secret)
        cache.clear()  # a code is good once


def test_a_known_browser_enters_its_code_whatever_others_guess(factor):
    known, secret = factor
    for n in range(5):
        guess_codes(5, f"10.5.{n}.1")
    assert not enters(at(ELSEWHERE), secret)
    assert enters(at(THERE, known), secret)
