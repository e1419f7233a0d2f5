"""Mailgun and SendGrid bring raw letters in a form: believed when signed, kept byte for byte, once."""

import hashlib
import hmac
import json
import logging
import time
from urllib.parse import quote, urlencode

import pytest
from django.core.cache import cache

from camdesk.channels.mail.incoming import hook_forms, hooks, raw_store
from camdesk.channels.models import RawLetter
from tests.deeds.channels.letters import PNG, letter

SECRET = "a-long-secret-of-the-hook"
KEY = "key-of-mailgun"
# Not UTF-8, every byte there is, and what a form or a multipart would take for its own.
RAW = (
    letter(files={"a.png": PNG}).replace(b"edge", b"--edge")
    + b"koi8: \xeb\xc1\xcd\xc5\xd2\xc1 &a=1%41+%2"
    + bytes(range(256))
)


@pytest.fixture(autouse=True)
def _folder(data_folder):
    cache.clear()


@pytest.fixture
def call(db, client, settings):
    settings.MAIL_HOOK_SECRET, settings.MAILGUN_KEY = SECRET, KEY

    def post(provider: str, body: bytes, kind: str, *, secret: str = SECRET, end: str = "") -> int:
        return client.post(f"/hooks/mail/{provider}/{secret}/{end}", body, content_type=kind).status_code

    return post


def signed(*, key: str = KEY, age: float = 0, token: str = "t" * 50, **more: bytes) -> dict[str, bytes]:
    at = str(int(time.time() - age))
    signature = hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    said = {"timestamp": at.encode(), "token": token.encode(), "signature": signature.encode()}
    return said | {"recipient": b"support@example.org", "body-mime": RAW} | more


def multipart(fields: dict[str, bytes]) -> tuple[bytes, str]:
    parts = [
        b'--form-edge\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in fields.items()
    ]
    return b"".join(parts) + b"--form-edge--\r\n", "multipart/form-data; boundary=form-edge"


def urlencoded(fields: dict[str, bytes]) -> tuple[bytes, str]:
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


@pytest.mark.parametrize("form", [multipart, urlencoded])
def test_mailgun_brings_a_letter_byte_for_byte_once(call, form):
    assert [call("mailgun", *form(signed()), end="mime") for _again in range(3)] == [200, 200, 200]
    row = RawLetter.objects.get()
    assert (row.mailbox, row.recipients, row.sender) == ("mailgun", ["support@example.org"], "anna@example.org")
    assert raw_store.raw_of(row) == RAW


@pytest.mark.parametrize(
    "said",
    [
        signed(key="another"),
        signed(age=13 * 3600),
        signed(age=-3600),
        signed() | {"signature": b""},
        signed() | {"signature": "не подпись".encode()},
        signed() | {"timestamp": str(int(time.time()) + 1).encode()},
        signed() | {"timestamp": "٣".encode()},
        {name: value for name, value in signed().items() if name != "token"},
    ],
    ids=["another key", "of yesterday", "of tomorrow", "none", "no hex", "another time", "odd digits", "no token"],
)
def test_what_mailgun_did_not_sign_now_leaves_a_line_in_the_log_only(call, log_as_written, said):
    with log_as_written.at_level(logging.WARNING, "camdesk.mail"):
        assert call("mailgun", *multipart(said)) == 403
    assert not RawLetter.objects.exists()
    assert "wrong" in log_as_written.text
    assert SECRET not in log_as_written.text


def test_a_token_of_mailgun_carries_one_letter(call):
    assert call("mailgun", *multipart(signed())) == 200
    assert call("mailgun", *multipart(signed(**{"body-mime": letter("Другое")}))) == 403
    assert call("mailgun", *multipart(signed(token="u" * 50, **{"body-mime": letter("Другое")}))) == 200
    assert RawLetter.objects.count() == 2


def test_without_a_key_mailgun_is_not_believed(call, settings):
    settings.MAILGUN_KEY = ""
    assert call("mailgun", *multipart(signed(key=""))) == 403


def test_sendgrid_brings_a_letter_byte_for_byte_once(call):
    said = {"email": RAW, "envelope": json.dumps({"to": ["support@example.org"], "from": "anna@example.org"}).encode()}
    assert [call("sendgrid", *multipart(said)) for _again in range(2)] == [200, 200]
    row = RawLetter.objects.get()
    assert (row.mailbox, row.recipients) == ("sendgrid", ["support@example.org"])
    assert raw_store.raw_of(row) == RAW
    assert call("sendgrid", *multipart(said), secret="guessed") == 403
    assert call("sendgrid", *multipart({"email": letter("x"), "envelope": b"[" * 100_000})) == 200


def test_a_provider_that_takes_letters_apart_keeps_them_until_it_is_set_right(call):
    parsed = {name: value for name, value in signed().items() if name != "body-mime"} | {"body-plain": b"text"}
    assert call("mailgun", *multipart(parsed)) == 503
    assert call("sendgrid", *multipart({"text": b"x", "headers": b"From: a@b.c"})) == 503
    assert not RawLetter.objects.exists()


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "multipart/form-data; boundary=x", ""])
def test_what_is_no_form_is_refused(call, kind):
    assert call("sendgrid", b"hello" * 100, kind) == 400


def test_a_letter_too_large_is_refused_so_that_nobody_asks_again(call, monkeypatch):
    monkeypatch.setattr(raw_store, "LARGEST", 1000)
    assert call("mailgun", *multipart(signed())) == 406
    assert call("sendgrid", *multipart({"email": RAW})) == 413
    monkeypatch.setattr(hooks, "LARGEST_BODY", 500)
    assert call("raw", RAW, "message/rfc822") == 413
    assert not RawLetter.objects.exists()


def test_a_form_written_to_cost_much_is_taken_apart_in_pieces(monkeypatch):
    monkeypatch.setattr(hook_forms, "_PIECE", 7)
    value = bytes(range(256)) * 3
    for written in ("".join(f"%{byte:02x}" for byte in value), quote(value)):
        assert hook_forms.read_form("application/x-www-form-urlencoded", b"a=" + written.encode()) == {"a": value}
