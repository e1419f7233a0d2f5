"""A page speaks what its visitor chose, else the first language of their browser's that we speak, else Russian."""

import pytest
from django.conf import settings
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.looks]

SIGN_IN = {"ru": "Войти", "en": "Sign in"}


@pytest.mark.parametrize(
    ("browser", "chosen", "language"),
    [
        ("ru,en;q=0.8", "", "ru"),
        ("en-GB,en;q=0.9,ru;q=0.5", "", "en"),
        ("en", "ru", "ru"),
        ("ru", "en", "en"),
        ("tlh, de;q=0.9", "", "ru"),
        ("de, en;q=0.3", "", "en"),
        ("", "", "ru"),
        ("en", "tlh", "en"),
        ("*", "", "ru"),
        ("\x00;q=,,", "", "ru"),
    ],
)
def test_what_the_page_speaks_and_says_so(browser, chosen, language):
    client = Client()
    if chosen:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = chosen
    answer = client.get("/account/login/", headers={"Accept-Language": browser} if browser else {})
    text = answer.content.decode()
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in text
    assert SIGN_IN[language] in text
    assert "Accept-Language" in answer.headers["Vary"]


def test_each_page_looks_anew():
    client = Client()
    spoken = [
        client.get("/account/login/", headers={"Accept-Language": one}).headers["Content-Language"]
        for one in ("en", "ru", "en")
    ]
    assert spoken == ["en", "ru", "en"]


def test_an_address_says_nothing_about_the_language():
    answer = Client().get("/en/account/login/", headers={"Accept-Language": "ru"})
    assert (answer.status_code, answer.headers["Content-Language"]) == (404, "ru")


def test_a_fault_speaks_it_too(monkeypatch):
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("camdesk.people.identity_middleware._signed_in", lambda request: 1 / 0)
    answer = client.get("/account/login/", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.headers["Content-Language"]) == (500, "en")
