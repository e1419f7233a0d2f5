"""Signing in, the second factor, and pages for when things go wrong, all in our own look."""

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.template.loader import get_template
from django.test import Client

from camdesk.people.models import Person, User

PASSWORD = "a-long-enough-password"


@pytest.fixture
def anna(db: None) -> User:
    person = Person.objects.create(name="Анна Петрова")
    return User.objects.create_user(email="anna@example.org", password=PASSWORD, person=person)


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code, response.headers.get("Location"))
    return ours(response.content.decode())


def ours(html: str) -> str:
    assert 'href="/static/app.css"' in html, "not our page"
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert "=&#34;" not in html
    return html


OPEN = [
    "login",
    "password/reset",
    "password/reset/done",
    "password/reset/key/done",
    "inactive",
    "signup",
    "confirm-email",
]


@pytest.mark.parametrize("path", OPEN)
def test_pages_before_signing_in(client: Client, db: None, path: str) -> None:
    page(client, f"/account/{path}/")


def test_signing_in(client: Client, anna: User) -> None:
    html = page(client, "/account/login/")
    assert 'autocomplete="current-password"' in html
    wrong = client.post("/account/login/", {"login": anna.email, "password": "no"})
    assert "error-summary" in ours(wrong.content.decode())
    right = client.post("/account/login/", {"login": anna.email, "password": PASSWORD})
    assert right.status_code == 302


def test_a_forgotten_password(client: Client, anna: User, settings) -> None:  # type: ignore[no-untyped-def]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.post("/account/password/reset/", {"email": anna.email})
    letter = mail.outbox[0]
    assert letter.subject == "Новый пароль для личного кабинета"
    link = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", letter.body)
    assert link
    html = ours(client.get(link.group(1), follow=True).content.decode())
    assert 'name="password1"' in html
    stale = client.get("/account/password/reset/key/1-abc-def/")
    assert "больше не действует" in ours(stale.content.decode())


@pytest.mark.parametrize("path", ["logout/", "password/change/", "2fa/", "email/", "reauthenticate/"])
def test_pages_of_a_signed_in_person(client: Client, anna: User, path: str) -> None:
    client.force_login(anna)
    page(client, f"/account/{path}")


def confirmed_now(client: Client, user: User) -> None:
    """Signed in, and has just said their password again, as allauth asks before a change of the second factor."""
    client.force_login(user)
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302


def test_setting_up_an_authenticator(client: Client, anna: User) -> None:
    confirmed_now(client, anna)
    html = page(client, "/account/2fa/totp/activate/")
    assert "data:image/svg+xml" in html
    TOTP.activate(anna, "A" * 32)
    RecoveryCodes.activate(anna)
    for path in ("", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "reauthenticate/"):
        page(client, f"/account/2fa/{path}")
    assert client.get("/account/2fa/recovery-codes/download/").headers["Content-Type"].startswith("text/plain")


def test_the_second_step(client: Client, anna: User) -> None:
    TOTP.activate(anna, "A" * 32)
    client.post("/account/login/", {"login": anna.email, "password": PASSWORD})
    html = page(client, "/account/2fa/authenticate/")
    assert 'autocomplete="one-time-code"' in html
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "error-summary" in ours(wrong.content.decode())


def test_security_keys_bring_their_scripts_as_files(client: Client, anna: User) -> None:
    confirmed_now(client, anna)
    html = page(client, "/account/2fa/webauthn/add/")
    assert 'src="/static/mfa/js/webauthn.js"' in html
    assert re.findall(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)[^>]*>", html) == []
    page(client, "/account/2fa/webauthn/")


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_need_neither_request_nor_database(name: str) -> None:
    """No `db` here on purpose: a query would fail the test."""
    html = ours(get_template(f"{name}.html").render())
    assert "/contacts" in html


def test_a_page_that_is_not_there(client: Client) -> None:
    response = client.get("/nothing/here")
    assert response.status_code == 404
    assert "Такой страницы нет" in ours(response.content.decode())
