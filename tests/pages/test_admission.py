"""Whose body may be long: asked before Django looks at the request, of what a client cannot make up."""

import pytest

from camdesk.channels.mail.incoming.hooks import LARGEST_BODY
from camdesk.people import api_keys
from camdesk.people.models import Agent
from camdesk.server.admission import ANYBODY, most_for

SECRET = "a-long-secret-of-the-hook"


@pytest.fixture
def most(world, client_of, settings, now):
    """Bytes for a path with these headers."""
    settings.MAIL_HOOK_SECRET = SECRET
    key, secret = api_keys.create(name="CRM", role=Agent.Role.AGENT, by=None, now=now)
    signed_in = client_of(world.anna).cookies[settings.SESSION_COOKIE_NAME].value
    known = {"session": f"x=1; {settings.SESSION_COOKIE_NAME}={signed_in}", "key": f"Bearer {secret}"}

    def ask(path: str, *, cookie: str = "", authorization: str = "") -> int:
        return most_for(
            {
                "PATH_INFO": path,
                "HTTP_COOKIE": known.get(cookie, cookie),
                "HTTP_AUTHORIZATION": known.get(authorization, authorization),
            }
        )

    ask.revoke = lambda: api_keys.revoke(key, by=None, now=now)
    return ask


def test_those_signed_in_and_integrations_send_files(most, settings):
    assert most("/files/", cookie="session") == settings.MAX_BODY_BYTES
    assert most("/api/v1/tickets", authorization="key") == settings.MAX_BODY_BYTES
    most.revoke()
    assert most("/api/v1/tickets", authorization="key") == ANYBODY


def test_what_anybody_can_make_up_is_worth_little(most, settings):
    name = settings.SESSION_COOKIE_NAME
    for cookie in ("", f"{name}=", f"{name}=made-up", f"{name}={'x' * 5000}", f"{name}=\x00'aaaaaaaaaa", "=;;="):
        assert most("/support/write/", cookie=cookie) == ANYBODY, cookie
    for authorization in ("Bearer", "Bearer cdk_guessed", "Basic eDp4", "Bearer \x00"):
        assert most("/api/v1/tickets", authorization=authorization) == ANYBODY


def test_a_mail_provider_brings_letters(most, settings):
    assert most(f"/hooks/mail/raw/{SECRET}/") == most(f"/hooks/mail/mailgun/{SECRET}/mime") == LARGEST_BODY
    assert most("/hooks/mail/raw/guessed/") == most("/hooks/mail/raw//") == ANYBODY
    assert most(f"/hooks/phone/mango/{SECRET}/") == ANYBODY
    settings.MAIL_HOOK_SECRET = ""
    assert most("/hooks/mail/raw/x/") == ANYBODY
