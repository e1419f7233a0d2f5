"""What doctor says of settings: each finding alone, and nothing where there is nothing to say."""

import argparse

import pytest
from django.conf import settings as kept

from camdesk.config import doctor, doctor_mail
from camdesk.config.findings import FAIL, OK, WARN, Finding

SOUND = {
    "PUBLIC_URL": "https://desk.example.net",
    "DEMO": False,
    "DEBUG": False,
    "LIMITS": "memory",
    "BUS": "memory",
    "SECOND_FACTOR_REQUIRED": True,
    "EMAIL_URL": "",
    "SUPPORT_EMAIL": "help@example.net",
    "IMAP_URL": "",
    "MAIL_LISTEN": "",
    "MAIL_FOLDER": "",
    "MAIL_HOOK_SECRET": "",
    "MAIL_AUTHSERV": "",
}


def said(check, monkeypatch, **changes) -> list[tuple[str, str]]:
    for name, value in (SOUND | changes).items():
        monkeypatch.setattr(kept, name, value)
    return [(one.level, one.text) for one in check()]


@pytest.mark.parametrize(
    "changes, level, begins",
    [
        ({"PUBLIC_URL": "http://desk.example.net"}, FAIL, "address:"),
        ({"DEMO": True}, FAIL, "demo:"),
        ({"DEBUG": True}, FAIL, "debug:"),
        ({"BUS": "postgres"}, WARN, "sign-in:"),
        ({"SECOND_FACTOR_REQUIRED": False}, WARN, "second factor:"),
    ],
)
def test_a_bad_setting_is_named(monkeypatch, changes, level, begins):
    found = [one for one in said(doctor._settings, monkeypatch, **changes) if one[0] != OK]
    assert [(one[0], one[1].startswith(begins)) for one in found] == [(level, True)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"PUBLIC_URL": "http://127.0.0.1:8000"},
        {"PUBLIC_URL": "http://localhost:8000", "DEMO": True},
        {"PUBLIC_URL": "http://localhost:8000", "DEMO": True, "SECOND_FACTOR_REQUIRED": False},
        {"LIMITS": "database", "BUS": "postgres"},
    ],
)
def test_sound_settings_are_not_blamed(monkeypatch, changes):
    assert [level for level, _text in said(doctor._settings, monkeypatch, **changes)] == [OK]


@pytest.mark.parametrize(
    "changes, begin",
    [
        ({}, ["letters are kept and not sent"]),
        ({"SUPPORT_EMAIL": "help@example.org"}, ["letters are kept and not sent", "letters come from an example"]),
        ({"IMAP_URL": "imaps://x"}, ["letters are kept and not sent", "whoever writes by imap is"]),
        ({"MAIL_FOLDER": "/x"}, ["letters are kept and not sent", "whoever writes by folder is"]),
        ({"MAIL_HOOK_SECRET": "s"}, ["letters are kept and not sent", "whoever writes by hooks is"]),
        ({"MAIL_LISTEN": "0.0.0.0:25"}, ["letters are kept and not sent", "whoever writes by smtp is"]),
        (
            {"MAIL_LISTEN": "0.0.0.0:25", "MAIL_AUTHSERV": "smtp=mx.example.net"},
            ["letters are kept and not sent", "whoever reaches 0.0.0.0:25 can"],
        ),
        ({"MAIL_LISTEN": "127.0.0.1:25", "MAIL_AUTHSERV": "smtp=mx.example.net"}, ["letters are kept and not sent"]),
    ],
)
def test_of_mail_what_is_open_is_named(monkeypatch, changes, begin):
    monkeypatch.setattr(doctor_mail, "_in", lambda: iter(()))
    found = said(doctor.mail, monkeypatch, **changes)
    assert [
        (level, text.removeprefix("mail: ")[: len(words)]) for (level, text), words in zip(found, begin, strict=True)
    ] == [(WARN, words) for words in begin]
    demo = said(doctor.mail, monkeypatch, **changes, DEMO=True)
    assert demo[0][0] == OK
    assert not [text for _level, text in demo if "example address" in text]


@pytest.mark.parametrize(
    ("levels", "code", "lines"),
    [([], 0, 0), ([OK, OK], 0, 0), ([OK, WARN], 0, 1), ([FAIL, OK, WARN], 1, 2), ([WARN, FAIL, OK], 1, 2)],
)
def test_the_exit_code_is_1_where_something_fails_and_quiet_is_what_is_well(levels, code, lines, monkeypatch, capsys):
    monkeypatch.setattr(doctor, "findings", lambda: (Finding(level, "said") for level in levels))
    assert doctor.run(argparse.Namespace(mend=False, quiet=True)) == code
    assert capsys.readouterr().out.count("said") == lines
    assert doctor.run(argparse.Namespace(mend=False, quiet=False)) == code
    assert capsys.readouterr().out.count("said") == len(levels)
