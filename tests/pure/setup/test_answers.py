"""What counts as an answer of setup, and what the person hears otherwise."""

import pytest

from camdesk.config.setup import answers
from camdesk.config.setup.answers import UnfitAnswer
from camdesk.config.setup.mail_trial import in_words


@pytest.mark.parametrize(
    ("check", "said", "kept"),
    [
        (answers.address, "support.lens.ru", "https://support.lens.ru"),
        (answers.address, "https://Support.Lens.ru:8443/", "https://support.lens.ru:8443"),
        (answers.address, "поддержка.рф", "https://" + "поддержка.рф".encode("idna").decode()),
        (answers.address, "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        (answers.zone, "asia/yekaterinburg", "Asia/Yekaterinburg"),
        (answers.zone, "МСК+2", "Etc/GMT-5"),
        (answers.phone, "+7 495 123-45-67", "+7 495 123-45-67"),
        (answers.phone, "0890", "0890"),
        (answers.phone, "none", ""),
        (answers.phone, "112", "112"),
        (answers.phone, "123456789012345", "123456789012345"),
        (answers.address, "[::1]:8000", "https://[::1]:8000"),
        (answers.email, " Help@Lens.RU", "Help@lens.ru"),
        (answers.smtp, "none", ""),
        (answers.smtp, "smtp.lens.ru", "smtps://smtp.lens.ru:465"),
        (answers.smtp, "smtp.lens.ru:587", "smtp://smtp.lens.ru:587?tls=1"),
        (answers.smtp, "mail:25", "smtp://mail:25"),
        (answers.smtp, "mail:465", "smtps://mail:465"),
        (answers.smtp, "[::1]:25", "smtp://[::1]:25"),
        (answers.smtp, "smtps://mail:465?tls=1", "smtps://mail:465"),
        (answers.smtp, "smtp://mail?tls=1", "smtp://mail:587?tls=1"),
        (answers.smtp, "smtps://smtp.lens.ru:465", "smtps://smtp.lens.ru:465"),
        (answers.imap, "imap.lens.ru", "imaps://imap.lens.ru:993/INBOX"),
        (answers.imap, "imap.lens.ru/Support", "imaps://imap.lens.ru:993/Support"),
        (answers.imap, "imap://127.0.0.1:1143/INBOX", "imap://127.0.0.1:1143/INBOX"),
        (answers.imap, "imap://mail?tls=1", "imap://mail:143/INBOX?tls=1"),
        (answers.brand, "  Линза \t Ясно ", "Линза Ясно"),
    ],
)
def test_a_good_answer_is_kept_in_one_spelling(check, said: str, kept: str) -> None:
    assert check(said) == kept
    assert check(kept or "none") == kept, "an answer that was kept is a good answer again"


@pytest.mark.parametrize(
    ("check", "said", "why"),
    [
        (answers.address, "http://support.lens.ru", "https is needed"),
        (answers.address, "https://support.lens.ru/desk", "without anything behind"),
        (answers.address, "https://user@support.lens.ru", "only scheme and host"),
        (answers.address, "https://support.lens.ru?from=here", "only scheme and host"),
        (answers.address, "https://support.lens.ru#here", "only scheme and host"),
        (answers.address, "https://", "https://support.company.ru is needed"),
        (answers.address, "ftp://support.lens.ru", "https://support.company.ru is needed"),
        (answers.address, "support lens", "https://support.company.ru is needed"),
        (answers.address, "https://support.lens.ru:99999", "no number of a port"),
        (answers.zone, "Asia/Yekaterinbug", "did you mean Asia/Yekaterinburg?"),
        (answers.phone, "02", "a telephone number"),
        (answers.phone, "1234567890123456", "a telephone number"),
        (answers.phone, "495 call us", "a telephone number"),
        (answers.phone, "call us", "a telephone number"),
        (answers.phone, "+7 800 000-00-00", "the sample's number"),
        (answers.phone, "8 (800) 000 00 00", "the sample's number"),
        (answers.email, "help at lens.ru", "an address such as"),
        (answers.email, "support@example.org", "of the sample"),
        (answers.email, "a@b.ru\nBcc: c@d.ru", "an address such as"),
        (answers.smtp, "smtps://help:secret@smtp.lens.ru", "no password here"),
        (answers.smtp, "smtps://help@smtp.lens.ru", "asked for by itself"),
        (answers.smtp, "imaps://smtp.lens.ru", "or none"),
        (answers.smtp, "smtp://my mail", "or none"),
        (answers.imap, "smtps://smtp.lens.ru", "or none"),
        (answers.imap, "imaps://imap.lens.ru:x", "no number of a port"),
        (answers.brand, "x" * 61, "at most 60"),
    ],
)
def test_a_bad_answer_is_told_in_words(check, said: str, why: str) -> None:
    with pytest.raises(UnfitAnswer) as told:
        check(said)
    assert why in str(told.value)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("password", ["p@ss:w/o?r#d %41", "пароль", "&=+"])
def test_a_user_and_a_password_survive_their_setting(password: str) -> None:
    setting = answers.with_user("smtp://mail:587?tls=1", "help@lens.ru", password)
    assert answers.without_user(setting) == ("smtp://mail:587?tls=1", "help@lens.ru", password)
    assert answers.without_user("smtp://mail:25") == ("smtp://mail:25", "", "")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("SSLCertVerificationError: certificate verify failed: certificate has expired (_ssl.c:992)", "has expired"),
        ("SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate", "machine trusts"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] Hostname mismatch, not valid for 'mail'", "another host's"),
        ("535 5.7.8 Error: authentication failed", "refuses this user"),
        ("ConnectionRefusedError: [Errno 111] Connection refused", "nothing answers there"),
        ("[Errno 111] Connection refused", "nothing answers there"),
        ("gaierror: [Errno -2] Name or service not known", "no host of this name"),
        ("TimeoutError: timed out", "in time"),
        ("SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number", "no TLS there"),
        ("SMTPNotSupportedError: STARTTLS extension not supported by server.", "no STARTTLS"),
    ],
)
def test_what_a_server_says_is_put_in_words(said: str, words: str) -> None:
    assert words in in_words(said)
