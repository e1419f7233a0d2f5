"""The ways letters come: a folder, a provider's call. A mail server's is in test_mail_door.py."""

import json

import pytest

from camdesk.channels.mail.incoming import raw_store
from camdesk.channels.mail.incoming.folder import empty_folder
from camdesk.channels.models import RawLetter
from tests.deeds.channels.letters import letter


@pytest.fixture(autouse=True)
def _folder(data_folder):
    """Letters are files: each test has a folder of its own."""


def test_a_folder_is_emptied_into_the_desk(db, settings, tmp_path, now):
    settings.MAIL_FOLDER = str(tmp_path / "letters")
    place = tmp_path / "letters"
    place.mkdir()
    (place / "1.eml").write_bytes(letter())
    (place / "2.eml").write_bytes(letter())
    (place / "3.eml.part").write_bytes(letter("half"))
    assert empty_folder(now) == 2
    assert [path.name for path in place.iterdir()] == ["3.eml.part"]
    assert RawLetter.objects.count() == 1, "the same letter twice"
    assert empty_folder(now) == 0


def test_a_letter_too_large_for_the_folder_stays_to_be_seen(db, settings, tmp_path, now, monkeypatch):
    monkeypatch.setattr("camdesk.channels.mail.incoming.folder.LARGEST", 100)
    monkeypatch.setattr(raw_store, "LARGEST", 100)
    settings.MAIL_FOLDER = str(tmp_path)
    (tmp_path / "1.eml").write_bytes(letter("x" * 500))
    assert empty_folder(now) == 0
    assert (tmp_path / "1.too-large").exists()
    assert not RawLetter.objects.exists()


SECRET = "a-long-secret-of-the-hook"
POSTMARK = {
    "From": "anna@example.org",
    "FromFull": {"Email": "anna@example.org", "Name": "Анна"},
    "To": "support@example.org",
    "ToFull": [{"Email": "support@example.org", "Name": ""}],
    "OriginalRecipient": "support@example.org",
    "Subject": "Нет картинки",
    "TextBody": "Камера молчит",
    "Headers": [{"Name": "Message-ID", "Value": "<p@x>"}],
    "Attachments": [{"Name": "a.png", "Content": "iVBORw0K", "ContentType": "image/png", "ContentLength": 6}],
}


@pytest.fixture
def call(db, client, settings):
    settings.MAIL_HOOK_SECRET = SECRET

    def post(provider: str, body: bytes | dict, secret: str = SECRET) -> int:
        data = json.dumps(body) if isinstance(body, dict) else body
        return client.post(f"/hooks/mail/{provider}/{secret}/", data, content_type="application/json").status_code

    return post


def test_a_provider_brings_a_letter_once(call):
    assert [call("postmark", POSTMARK), call("postmark", POSTMARK)] == [200, 200]
    row = RawLetter.objects.get()
    assert (row.sender, row.mailbox, row.recipients) == ("anna@example.org", "postmark", ["support@example.org"])
    raw = raw_store.raw_of(row)
    assert b"a.png" in raw
    assert row.letter_id == "p@x"


def test_the_letter_itself_is_taken_where_the_provider_gives_it(call):
    assert call("postmark", POSTMARK | {"RawEmail": letter().decode()}) == 200
    assert raw_store.raw_of(RawLetter.objects.get()) == letter()
    assert call("raw", letter("Другое")) == 200
    assert RawLetter.objects.count() == 2


def test_a_letter_nobody_can_put_together_is_kept_as_given(call):
    assert call("postmark", {"Subject": "(", "Headers": 5}) == 200
    assert b'"Subject"' in raw_store.raw_of(RawLetter.objects.get())


def test_a_hostile_subject_costs_nothing(call):
    assert call("postmark", POSTMARK | {"Subject": "=?utf-8?q?" * 100_000}) == 200


@pytest.mark.parametrize(
    "provider, body, secret, status",
    [
        ("postmark", POSTMARK, "wrong", 403),
        ("unknown", POSTMARK, SECRET, 404),
        ("postmark", b"[", SECRET, 400),
        ("postmark", b"[]", SECRET, 400),
    ],
)
def test_what_is_no_provider_of_ours_leaves_no_trace(call, provider, body, secret, status):
    assert call(provider, body, secret) == status
    assert not RawLetter.objects.exists()


def test_without_a_secret_the_hook_is_closed(call, settings):
    settings.MAIL_HOOK_SECRET = ""
    assert call("raw", letter(), "anything") == 403
