"""What the outgoing mail server answers, and what that means for the letter, the line and the next letter."""

import smtplib
from types import SimpleNamespace
from typing import Any

import pytest

from camdesk.channels.mail.outgoing import smtp_client
from camdesk.channels.mail.outgoing.smtp_client import (
    Connection,
    LetterRefused,
    NotNow,
    ServerAway,
    SmtpServer,
    read_url,
)

ADDRESSES = {
    "smtp://mx.example": SmtpServer("mx.example", 25),
    "smtp://mx.example:2525": SmtpServer("mx.example", 2525),
    "smtp://mx.example?tls=1": SmtpServer("mx.example", 587, security="starttls"),
    "smtp://mx.example?tls=0": SmtpServer("mx.example", 25),
    "smtp://mx.example?tls=no": SmtpServer("mx.example", 25),
    "smtps://a%40b:p%3A@mx.example": SmtpServer("mx.example", 465, "a@b", "p:", "tls"),
    "smtps://mx.example:1465?tls=1": SmtpServer("mx.example", 1465, security="tls"),
}


@pytest.mark.parametrize("url", ADDRESSES)
def test_where_the_server_is(url: str) -> None:
    assert read_url(url) == ADDRESSES[url]


@pytest.mark.parametrize("url", ["", "mx.example", "http://mx.example", "smtp://", "smtp://user:password@"])
def test_an_address_that_is_none_is_said_so(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://user:password@host:port"):
        read_url(url)


class Server:
    """Answers each command as it is told to, and keeps what was said."""

    def __init__(self, **answers: Any) -> None:
        self.answers, self.said = answers, []
        self.sock = SimpleNamespace(settimeout=lambda seconds: self.said.append(f"wait {seconds:g}"))

    def has_extn(self, name: str) -> bool:
        return name in self.answers.get("extensions", ())

    def __getattr__(self, name: str) -> Any:
        def command(*words: Any, **_more: Any) -> Any:
            self.said.append(" ".join([name, *map(str, words)]))
            answer = self.answers.get(name, (250, b"ok"))
            if isinstance(answer, Exception):
                raise answer
            return answer

        return command


@pytest.fixture
def met(monkeypatch: pytest.MonkeyPatch) -> Any:
    def meet(address: SmtpServer = ADDRESSES["smtp://mx.example"], **answers: Any) -> tuple[Connection, Server]:
        server = Server(**answers)
        for name in ("SMTP", "SMTP_SSL"):
            greeted = lambda host, port, name=name, **_more: server.said.append(f"{name} {host} {port}") or server  # noqa: E731
            monkeypatch.setattr(smtplib, name, greeted)
        return Connection(address), server

    return meet


GREETINGS = {
    "smtp://mx.example": ["SMTP mx.example 25", "ehlo_or_helo_if_needed"],
    "smtps://u:p@mx.example": ["SMTP_SSL mx.example 465", "ehlo_or_helo_if_needed", "login u p"],
    "smtp://u:p@mx.example?tls=1": ["SMTP mx.example 587", "ehlo_or_helo_if_needed", "starttls", "ehlo", "login u p"],
}


@pytest.mark.parametrize("url", GREETINGS)
def test_how_a_server_is_met(met: Any, url: str) -> None:
    line, server = met(read_url(url))
    with line:
        assert server.said == GREETINGS[url]
        line.ready()
    assert server.said[len(GREETINGS[url]) :] == ["wait 2", "quit"], "one greeting, and a short good-bye"


WRONG = smtplib.SMTPAuthenticationError(535, b"5.7.8  bad\r\npassword")
AWAY = {
    "refuses the password": ({"login": WRONG}, "535 5.7.8 bad password"),
    "does not greet": ({"ehlo_or_helo_if_needed": OSError("no route")}, "OSError: no route"),
    "offers no TLS": ({"starttls": smtplib.SMTPNotSupportedError("no")}, "SMTPNotSupportedError: no"),
}  # fmt: skip


@pytest.mark.parametrize("name", AWAY)
def test_a_server_that_does_not_let_us_in_is_away(met: Any, name: str) -> None:
    answers, why = AWAY[name]
    line, server = met(read_url("smtp://u:p@mx.example?tls=1"), **answers)
    with pytest.raises(ServerAway) as away:
        line.ready()
    assert str(away.value) == why
    assert ("close" in server.said) is (name != "does not greet")


# name: (answers, what is raised (None: taken), its words, whether the line is kept)
LETTERS: dict[str, tuple[dict[str, Any], type[Exception] | None, str, bool]] = {
    "taken": ({}, None, "", True),
    "a mailbox that is not there": ({"rcpt": (550, b"no such\r\n user")}, LetterRefused, "550 no such user", True),
    "a mailbox that is full": ({"rcpt": (452, "full")}, NotNow, "452 full", True),
    "a sender that is refused": ({"mail": (553, b"not you")}, LetterRefused, "553 not you", True),
    "words that are refused": ({"data": (554, b"spam")}, LetterRefused, "554 spam", True),
    "words nobody may begin": ({"data": smtplib.SMTPDataError(451, b"later")}, NotNow, "451 later", True),
    "a server that goes": ({"mail": (421, b"bye")}, NotNow, "421 bye", False),
    "an answer that is none": ({"mail": (-1, b"")}, NotNow, "-1 ", False),
    "a question": ({"mail": (354, b"go on")}, NotNow, "354 go on", True),
    "no answer to the reset": (
        {"rcpt": (550, b"no"), "rset": smtplib.SMTPServerDisconnected("gone")}, LetterRefused, "550 no", False
    ),
    "a line that breaks": (
        {"data": smtplib.SMTPServerDisconnected("gone")}, NotNow,
        "the connection was lost: SMTPServerDisconnected: gone", False,
    ),
    "a server that is silent": (
        {"data": TimeoutError("late")}, NotNow, "the connection was lost: TimeoutError: late", False
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LETTERS)
def test_what_becomes_of_a_letter(met: Any, name: str) -> None:
    answers, raised, words, kept = LETTERS[name]
    line, server = met(**answers)
    line.ready()
    if raised is None:
        line.send(sender="a@x", to="b@y", letter=b"words")
    else:
        with pytest.raises(raised) as why:
            line.send(sender="a@x", to="b@y", letter=b"words")
        assert type(why.value) is raised
        assert str(why.value) == words
    assert ("close" not in server.said) is kept
    before = len(server.said)
    line.ready()
    assert (server.said[before:] == []) is kept, "a line that was dropped is met anew"


def test_what_is_said_of_a_letter(met: Any) -> None:
    line, server = met(extensions=("size",))
    line.send(sender="a@x", to="b@y", letter=b"x" * 2**20)
    assert server.said[2:] == ["wait 10", "mail a@x ['size=1048576']", "rcpt b@y", "wait 30", f"data {b'x' * 2**20}"]
    line, server = met(rcpt=(550, b"no"))
    with pytest.raises(LetterRefused):
        line.send(sender="a@x", to="b@y", letter=b"x")
    assert server.said[2:] == ["wait 10", "mail a@x []", "rcpt b@y", "wait 10", "rset"]


def test_a_good_bye_that_is_not_answered(met: Any) -> None:
    line, server = met(quit=OSError("gone"))
    with line:
        pass
    assert server.said[-2:] == ["quit", "close"]
    assert line.certificate() is None


def test_the_words_of_a_server_are_kept_short() -> None:
    assert smtp_client._decoded(b"x" * 400) == "x" * 300
    assert smtp_client._in_short(OSError("x" * 400)) == "OSError: " + "x" * 291
