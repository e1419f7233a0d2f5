"""Logging in and out, resets, invitations, the second factor: what an attacker tries first."""

import itertools
import re
from unittest import mock

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from camdesk.lib import bus
from camdesk.people import invitations
from camdesk.people.invitations import CannotAccept
from camdesk.people.models import Agent, Invitation, Person, User
from camdesk.tickets import email_backend
from camdesk.tickets.models import Delivery

PASSWORD = "a-long-enough-password"
WRONG = "wrong-password-said"
LOGIN = "/account/login/"
RESET = "/account/password/reset/"


@pytest.fixture(autouse=True)
def _no_old_limits():
    """The counters of the limits live in the cache of the process: each test begins with none."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def cast(world):
    """Everybody of the world knows a password."""
    for person in Person.objects.filter(user__isnull=False).select_related("user"):
        person.user.set_password(PASSWORD)
        person.user.save()
    return world


def sign_in(client: Client, email: str = "anna@example.org", password: str = PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more.pop("data", {})}, **more)


def session_of(client: Client, settings) -> str:
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie.value if cookie else ""


# --- sessions


def test_the_session_is_another_one_after_signing_in(cast, settings):
    client = Client()
    client.post("/i18n/language", {"language": "en"})
    session = client.session
    session["planted"] = "1"
    session.save()
    before = session_of(client, settings)
    assert before
    assert sign_in(client).status_code == 302
    assert session_of(client, settings) not in ("", before)
    assert client.get("/profile/").status_code == 200
    stale = Client()
    stale.cookies[settings.SESSION_COOKIE_NAME] = before
    assert stale.get("/profile/").status_code == 302


def test_a_session_chosen_by_the_client_is_never_adopted(cast, settings):
    client = Client()
    chosen = "a" * 32
    client.cookies[settings.SESSION_COOKIE_NAME] = chosen
    assert sign_in(client).status_code == 302
    assert session_of(client, settings) != chosen


def test_signing_out_ends_the_session_for_good(cast, settings):
    client = Client()
    sign_in(client)
    kept = session_of(client, settings)
    assert client.get("/account/logout/").status_code == 200  # only asks
    assert client.get("/profile/").status_code == 200
    client.post("/account/logout/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert thief.get("/profile/").status_code == 302


def test_a_new_password_ends_the_other_sessions(cast):
    one, other = Client(), Client()
    sign_in(one)
    sign_in(other)
    said = {"oldpassword": PASSWORD, "password1": "another-long-password", "password2": "another-long-password"}
    assert one.post("/account/password/change/", said).status_code == 302
    assert one.get("/profile/").status_code == 200
    assert other.get("/profile/").status_code == 302


@pytest.mark.parametrize("who", ["anna", "ira"])
def test_a_new_password_ends_what_the_other_pages_listen_to(cast, monkeypatch, who, django_capture_on_commit_callbacks):
    """Whoever had a session that is over hears not even that something moved."""
    said: list[str] = []
    monkeypatch.setattr(bus, "publish", lambda names, hint: said.extend(names if hint.get("renew") else ()))
    client, new = Client(), "another-long-password"
    sign_in(client, f"{who}@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302
    user = User.objects.select_related("person").get(email=f"{who}@example.org")
    agent = [f"agent:{user.person.agent.pk}"] if who == "ira" else []
    assert said == [f"person:{user.person_id}", *agent]


def test_the_cookies_are_out_of_reach_of_scripts(cast, settings):
    client = Client()
    sign_in(client)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["domain"], cookie["path"]) == (True, "Lax", "", "/")


def test_a_switched_off_login_is_out_at_once(cast):
    client = Client()
    sign_in(client)
    cast.anna.user.is_active = False
    cast.anna.user.save()
    assert client.get("/profile/").status_code == 302
    assert Client().get("/profile/").status_code == 302
    assert "/desk" not in sign_in(Client()).get("Location", "")
    assert client.get("/requests/").status_code == 302


def test_an_agent_who_left_is_out_of_the_desk_at_once(cast):
    client = Client()
    sign_in(client, "ira@example.org")
    assert client.get("/desk/").status_code == 200
    Agent.objects.filter(person=cast.ira).update(active=False)
    assert client.get("/desk/").status_code == 404


# --- telling known from unknown


def test_a_wrong_password_and_an_unknown_name_look_the_same(cast):
    def answer(email: str):
        said = sign_in(Client(), email, WRONG)
        return said.status_code, said.content.decode().replace(email, "WHO")

    known, unknown = answer("anna@example.org"), answer("nobody@example.org")
    assert known[0] == unknown[0]
    assert without_tokens(known[1]) == without_tokens(unknown[1])


def test_an_unknown_name_costs_as_much_hashing_as_a_known_one(cast):
    def work(email: str) -> int:
        with mock.patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as run:
            sign_in(Client(), email, WRONG)
        return run.call_count

    assert work("anna@example.org") == work("nobody@example.org") == 1


def test_a_reset_answers_the_same_for_known_and_unknown(cast):
    def answer(email: str):
        client = Client()
        said = client.post(RESET, {"email": email})
        shown = client.get(said["Location"])
        page = shown.content.decode().replace(email, "WHO")
        return said.status_code, said["Location"], without_tokens(page)

    assert answer("anna@example.org") == answer("nobody@example.org")


def without_tokens(page: str) -> str:
    return re.sub(r"[A-Za-z0-9]{64}", "TOKEN", page)


# --- limits


def test_guessing_from_one_address_is_slowed_whatever_the_names(cast):
    answers = [sign_in(Client(), f"nobody{n}@example.org", WRONG) for n in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert sign_in(Client()).status_code == 429


def test_limits_do_not_believe_a_forged_address(cast):
    """X-Forwarded-For is the server's to read (uvicorn, from trusted proxies); Django never looks at it."""
    for n in range(10):
        sign_in(Client(), f"nobody{n}@example.org", WRONG, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}")
    assert sign_in(Client(), HTTP_X_FORWARDED_FOR="10.0.1.1").status_code == 429


def test_limits_do_not_believe_a_made_up_port(cast):
    for n in range(5):
        sign_in(Client(), password=WRONG, HTTP_HOST=f"testserver:{4000 + n}")
    answer = sign_in(Client(), password=WRONG, HTTP_HOST="testserver:5000")
    assert "Слишком много" in answer.content.decode()


@pytest.mark.parametrize(
    "spellings",
    [
        ["anna@example.org"] * 5,
        ["anna@example.org", "ANNA@example.org", "Anna@Example.ORG", " anna@example.org ", "aNNa@example.org"],
        ["nobody@example.org"] * 5,
    ],
)
def test_three_reset_letters_an_hour_for_one_address(cast, settings, spellings, monkeypatch):
    minutes = itertools.count()
    monkeypatch.setattr(email_backend, "minute_of", lambda _now: next(minutes))
    settings.EMAIL_BACKEND = "camdesk.tickets.email_backend.OutboxBackend"
    for n, email in enumerate(spellings):
        Client(REMOTE_ADDR=f"10.8.0.{n}").post(RESET, {"email": email})
    assert Delivery.objects.filter(kind=Delivery.Kind.ACCOUNT).count() == 3


# --- reset letters


def reset_link(settings, email: str = "anna@example.org", **headers) -> str:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox.clear()
    Client().post(RESET, {"email": email}, **headers)
    return re.search(r"https?://\S+", mail.outbox[0].body).group()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1@evil.example"])
def test_the_link_in_a_reset_letter_is_ours_whatever_host_was_asked(cast, settings, host):
    """With a poisoned Host header the link would bring the token to a stranger's server."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_URL = "https://support.example.org"
    headers = {"HTTP_HOST": host, "HTTP_X_FORWARDED_HOST": host}
    try:
        link = reset_link(settings, **headers)
    except IndexError:  # no letter at all is as good
        return
    assert link.startswith("https://support.example.org/account/password/reset/key/")


def test_a_reset_link_works_once_and_for_an_hour(cast, settings):
    link = reset_link(settings)
    client = Client()
    form = client.get(link[link.index("/account") :], follow=True)
    said = {"password1": "another-long-password", "password2": "another-long-password"}
    assert client.post(form.redirect_chain[-1][0], said).status_code == 302
    assert "больше не действует" in Client().get(link[link.index("/account") :], follow=True).content.decode()
    assert settings.PASSWORD_RESET_TIMEOUT <= 3600


# --- where one lands


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil"]
)
def test_signing_in_leads_nowhere_else(cast, elsewhere):
    answer = sign_in(Client(), data={"next": elsewhere})
    assert answer.status_code == 302
    assert answer["Location"] in ("/", "/desk/")
    switched = Client().post("/i18n/language", {"language": "en", "next": elsewhere})
    assert "evil" not in switched.get("Location", "")
    assert not switched.get("Location", "").startswith("javascript")


# --- invitations


def test_an_invitation_is_kept_as_a_hash_and_works_once(world, now):
    invitation, token = invitations.invite(email="new@example.org", by=world.ada, now=timezone.now())
    assert token not in repr(list(Invitation.objects.values_list()))
    said = {"name": "Новый", "password": PASSWORD}
    assert Client().post(reverse("invitation", args=[token]), said).status_code == 302
    assert Client().get(reverse("invitation", args=[token])).status_code == 404
    assert Client().post(reverse("invitation", args=[token]), said).status_code == 404
    assert invitation.expires_at - invitation.created_at <= invitations.VALID_FOR


@pytest.mark.parametrize("token", ["", " ", "0", "None", "null", "%00", "\x00", "\ufeff", "a" * 5000])
def test_a_blank_or_made_up_token_never_matches(world, token):
    invitations.invite(email="new@example.org", by=world.ada, now=timezone.now())
    with pytest.raises(CannotAccept):
        invitations.find(token, now=timezone.now())


def test_an_odd_case_or_a_part_of_a_token_does_not_match(world):
    _invitation, token = invitations.invite(email="new@example.org", by=world.ada, now=timezone.now())
    for wrong in (token.swapcase(), token[:-1], token + "a", f" {token}"):
        with pytest.raises(CannotAccept):
            invitations.find(wrong, now=timezone.now())


def test_accepting_does_not_let_one_choose_another_address_or_role(world):
    _invitation, token = invitations.invite(email="new@example.org", by=world.ada, now=timezone.now())
    extra = {"email": "ada@example.org", "agent_role": "administrator", "role": "administrator", "is_active": "1"}
    Client().post(reverse("invitation", args=[token]), {"name": "Новый", "password": PASSWORD, **extra})
    person = Person.objects.get(user__email="new@example.org")
    assert not Agent.objects.filter(person=person).exists()


def test_a_name_given_at_the_door_is_one_clean_line(world):
    _invitation, token = invitations.invite(email="new@example.org", by=world.ada, now=timezone.now())
    name = "Ноль\r\nBcc: all@example.org\u202etxt"
    Client().post(reverse("invitation", args=[token]), {"name": name, "password": PASSWORD})
    kept = Person.objects.get(user__email="new@example.org").name
    assert not set(kept) & set("\r\n\u202e")


# --- the second factor


@pytest.fixture
def strict(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def test_an_agent_sets_up_a_second_factor_before_anything_else(cast, strict):
    client = Client()
    sign_in(client, "ira@example.org")
    for address in ("/desk/", "/requests/", "/profile/", "/", "/files/nothing"):
        assert client.get(address)["Location"] == "/account/2fa/totp/activate/", address
    assert client.post("/desk/tickets/1/replies/", {"text": "…"})["Location"] == "/account/2fa/totp/activate/"
    _activate(client)
    assert client.get("/desk/").status_code == 200


def test_afterwards_a_password_alone_opens_nothing(cast, strict):
    client = Client()
    sign_in(client, "ira@example.org")
    secret = _activate(client)
    cache.clear()  # codes are good once; the test is quicker than their half minute
    other = Client()
    sign_in(other, "ira@example.org")
    assert "/account/" in other.get("/desk/")["Location"]
    assert other.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert "/account/" in other.get("/desk/")["Location"]
    assert other.post("/account/2fa/authenticate/", {"code": _code(secret)}).status_code == 302
    assert other.get("/desk/").status_code == 200


def test_taking_the_second_factor_off_closes_the_desk_again(cast, strict):
    client = Client()
    sign_in(client, "ira@example.org")
    _activate(client)
    assert client.get("/desk/").status_code == 200
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/2fa/totp/deactivate/", {})
    assert client.get("/desk/").status_code == 302


def test_guessing_codes_is_slowed(cast, strict):
    client = Client()
    sign_in(client, "ira@example.org")
    secret = _activate(client)
    cache.clear()
    other = Client()
    sign_in(other, "ira@example.org")
    for n in range(12):
        other.post("/account/2fa/authenticate/", {"code": f"{n:06}"})
    other.post("/account/2fa/authenticate/", {"code": _code(secret)})
    assert other.get("/desk/").status_code == 302


def _activate(client: Client) -> str:
    page = client.get("/account/2fa/totp/activate/", follow=True)
    if "activate" not in page.request["PATH_INFO"]:
        client.post(page.request["PATH_INFO"], {"password": PASSWORD})
        page = client.get("/account/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/account/2fa/totp/activate/", {"code": _code(secret)})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return secret


def _code(secret: str) -> str:
    counter = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


# --- the address of the account


def test_an_address_that_is_not_proven_does_not_become_the_login(cast):
    client = Client()
    sign_in(client, "oleg@example.org")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"email": "boss@example.org", "action_add": ""})
    client.post("/account/email/", {"email": "boss@example.org", "action_primary": ""})
    cast.oleg.user.refresh_from_db()
    assert cast.oleg.user.email == "oleg@example.org"
    assert "boss@example.org" not in Person.objects.get(pk=cast.oleg.pk).identities.values_list("value", flat=True)


def test_somebody_elses_address_cannot_be_claimed(cast):
    client = Client()
    sign_in(client, "oleg@example.org")
    client.post("/account/email/", {"email": "anna@example.org", "action_add": ""})
    thief = Client()
    assert sign_in(thief, "anna@example.org", PASSWORD).status_code == 302
    assert Person.objects.get(pk=cast.anna.pk).user.pk == int(thief.session["_auth_user_id"])


def test_a_password_chosen_just_now_is_not_asked_for_again(world, now, settings):
    """A new administrator is sent to their second factor at once: that page wants a recent password."""
    settings.SECOND_FACTOR_REQUIRED = True
    Agent.objects.filter(role=Agent.Role.ADMINISTRATOR).update(active=False)
    token = invitations.invite_first_administrator(now=timezone.now())
    browser = Client()
    said = {"name": "Анна", "email": "first@example.org", "password": PASSWORD}
    answer = browser.post(f"/invitations/{token}/", said)
    assert answer["Location"] == "/"
    page = browser.get("/desk/", follow=True)
    assert [address for address, _status in page.redirect_chain] == ["/account/2fa/totp/activate/"]
    assert page.status_code == 200
