"""The mail part of setup: which servers are tried, and what is asked again when they refuse; and the letter itself."""

import contextlib
from argparse import Namespace
from types import SimpleNamespace
from typing import Any

import pytest

from camdesk.channels.mail.incoming import imap_account
from camdesk.channels.mail.outgoing import smtp_client
from camdesk.channels.mail.outgoing.smtp_client import LetterRefused, NotNow, ServerAway
from camdesk.config.setup import mail_questions, mail_trial
from camdesk.config.setup.dialogue import Asker, Stopped
from camdesk.config.setup.mail_questions import Mail
from camdesk.config.setup.mail_trial import Arrived, MailFault

SMTP, IMAP = "smtp://mail:25", "imap://mail:143/INBOX"
MY_SMTP, MY_IMAP = "smtp://anna:horse@mail:25", "imap://anna:horse@mail:143/INBOX"
NOTHING = Mail("", "", "")


class Sure(Asker):
    """Says yes, or no, and what else is asked is answered by the lines in their order."""

    yes = True
    lines: tuple[str, ...] = ()

    def agreed(self, ask: str) -> bool:
        return self.talks and self.yes

    def _line(self, ask: str) -> str:
        said, *rest = self.lines
        self.lines = tuple(rest)
        return said

    _unseen = _line


def asking(*lines: str, talks: bool = True, yes: bool = True, **flags: str) -> Sure:
    names = ("smtp", "smtp_user", "smtp_password_file", "imap", "imap_user", "imap_password_file")
    asker = Sure(Namespace(**dict.fromkeys(names) | flags), talks=talks)
    asker.lines, asker.yes = lines, yes
    return asker


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was tried, of servers that do what they are asked; the receiving one signs as mx.lens.ru."""
    steps: list[str] = []
    monkeypatch.setattr(mail_trial, "sign_in", lambda account: steps.append(f"in {account.user}"))
    monkeypatch.setattr(mail_trial, "send", lambda server, **letter: steps.append(f"out {letter['to']}") or "word")
    monkeypatch.setattr(
        mail_trial, "await_arrival", lambda account, word: steps.append(f"came {word}") or Arrived(2.0, "mx.lens.ru")
    )
    return steps


def test_each_step_is_said_and_nobody_is_asked_to_believe_no_name(
    monkeypatch: pytest.MonkeyPatch, tried: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mail_trial, "await_arrival", lambda account, word: Arrived(2.0, ""))
    assert ask(asking("", "", "", "", ""), Mail(SMTP, MY_IMAP, ""), trial=False).authserv == ""
    assert ask(asking("", "", "", "", ""), Mail(SMTP, MY_IMAP, "")) == Mail(SMTP, MY_IMAP, "")
    into, out, came = capsys.readouterr().out.splitlines()
    assert (into, came) == ("  mail in: mail lets us in", "  mail in: it came after 2 s")
    assert out == "  mail out: mail took a test letter to help@lens.ru; waiting for it …"


def ask(asker: Asker, known: Mail = NOTHING, *, new: bool = True, trial: bool = True) -> Mail:
    found = mail_questions.ask(asker, known, new=new, support="help@lens.ru", brand="Линза", trial=trial)
    assert getattr(asker, "lines", ()) == (), "not asked for"
    return found


@pytest.mark.parametrize(
    ("asker", "known", "found", "steps"),
    [
        (asking("none", "none"), NOTHING, NOTHING, []),
        (asking("mail:25", "", "none"), NOTHING, Mail(SMTP, "", ""), ["out help@lens.ru"]),
        (asking("mail:25", "anna", "horse", "none"), NOTHING, Mail(MY_SMTP, "", ""), ["out help@lens.ru"]),
        (asking("none", "mail:143", "anna", "horse"), NOTHING, Mail("", MY_IMAP, ""), ["in anna"]),
        (
            asking("mail:25", "", "mail:143", "anna", "horse"),
            NOTHING,
            Mail(SMTP, MY_IMAP, "mx.lens.ru"),
            ["in anna", "out help@lens.ru", "came word"],
        ),
        (
            asking("", "", "", "", "", "", yes=False),
            Mail(MY_SMTP, MY_IMAP, ""),
            Mail(MY_SMTP, MY_IMAP, ""),
            ["in anna", "out help@lens.ru", "came word"],
        ),
        (
            asking("", "", "", "", "", ""),
            Mail(MY_SMTP, MY_IMAP, "mx.other.ru"),
            Mail(MY_SMTP, MY_IMAP, "mx.other.ru"),
            ["in anna", "out help@lens.ru", "came word"],
        ),
        (asking("", "olga", "", "none"), Mail(MY_SMTP, "", ""), Mail("smtp://olga:@mail:25", "", ""), None),
        (asking("post:25", "", "", "none"), Mail(MY_SMTP, "", ""), Mail("smtp://anna:@post:25", "", ""), None),
        (asking(talks=False), Mail(MY_SMTP, MY_IMAP, ""), Mail(MY_SMTP, MY_IMAP, ""), None),
    ],
)
def test_what_is_asked_and_tried(
    tried: list[str], asker: Sure, known: Mail, found: Mail, steps: list[str] | None
) -> None:
    assert ask(asker, known) == found
    assert steps is None or tried == steps


def test_what_is_not_to_be_tried_is_not(tried: list[str]) -> None:
    assert ask(asking("mail:25", "", "none"), trial=False) == Mail(SMTP, "", "")
    assert tried == []


def test_none_is_a_present_answer_where_setup_ran_before(tried: list[str]) -> None:
    assert ask(asking("", ""), new=False) == NOTHING
    with pytest.raises(Stopped, match="--smtp is missing"):
        ask(asking(talks=False), new=True)


def test_without_a_person_a_password_is_a_file_or_missing(tried: list[str]) -> None:
    with pytest.raises(Stopped, match="--smtp-password-file is missing: the password of anna"):
        ask(asking(talks=False, smtp="mail:25", smtp_user="anna", imap="none"))
    assert tried == []


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch, tried: list[str]) -> list[str]:
    """A server that refuses the first letter alone."""

    def send(server: Any, **letter: str) -> str:
        tried.append("out")
        if tried == ["out"]:
            raise MailFault("mail out: nothing answers there")
        return "word"

    monkeypatch.setattr(mail_trial, "send", send)
    return tried


def test_what_refuses_is_kept_only_where_a_person_wants_it(away: list[str]) -> None:
    with pytest.raises(Stopped, match=r"(?s)nothing answers there.*--no-test-letter goes on"):
        ask(asking(talks=False, smtp="mail:25", imap="none"))
    away.clear()
    assert ask(asking(smtp="mail:25", smtp_user="", imap="none", yes=True)) == Mail(SMTP, "", "")
    assert away == ["out"]


def test_what_refuses_is_asked_again_and_shown(away: list[str]) -> None:
    again = asking("", "", "", smtp="mail:25", smtp_user="", imap="none", yes=False)
    assert ask(again) == Mail(SMTP, "", ""), "what was said first stands in brackets"
    assert away == ["out", "out"]


# --- the letter


class Line:
    """Of a mail server that may be away, or refuse."""

    fault: Exception | None = None
    sent: list[dict[str, Any]]

    def __init__(self, server: smtp_client.SmtpServer) -> None:
        Line.sent = []

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_why: object) -> None:
        pass

    def send(self, **letter: Any) -> None:
        if self.fault is not None:
            raise self.fault
        Line.sent.append(letter)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (ServerAway("ConnectionRefusedError: refused"), "nothing answers there"),
        (LetterRefused("550 no"), "does not take a letter of help@lens.ru: 550 no"),
        (NotNow("450 later"), "does not take a letter of help@lens.ru: 450 later"),
        (None, ""),
    ],
)
def test_the_letter_leaves_or_a_sentence_says_why_not(
    monkeypatch: pytest.MonkeyPatch, fault: Exception | None, said: str
) -> None:
    monkeypatch.setattr(mail_trial, "Connection", Line)
    monkeypatch.setattr(Line, "fault", fault)
    server = smtp_client.read_url(SMTP)
    letter = {"sender": "help@lens.ru", "to": "help@lens.ru", "brand": "Линза"}
    if said:
        with pytest.raises(MailFault, match=f"mail out, mail:25.*{said}"):
            mail_trial.send(server, **letter)
    else:
        word = mail_trial.send(server, **letter)
        assert word.encode() in Line.sent[0]["letter"]
        assert b"camdesk setup sent this" in Line.sent[0]["letter"]


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A mailbox that has the letter at the second look; `done`: what was asked of it. Time goes on as one waits."""
    signed = b"Subject: x\r\nauthentication-results: mx.lens.ru;\r\n dmarc=pass\r\n"
    state = SimpleNamespace(done=[], looks=0, comes_at=2, clock=0.0, head=signed)

    def uid(command: str, *words: Any) -> tuple[str, list[Any]]:
        state.done.append((command, *words))
        if command == "SEARCH":
            state.looks += 1
            return "OK", [b"7 8"] if state.looks >= state.comes_at else [None]
        return "OK", [(b"8 (BODY[HEADER] {9}", state.head), b")"]

    client = SimpleNamespace(
        uid=uid, noop=lambda: state.done.append("noop"), expunge=lambda: state.done.append("expunge"), sock=None
    )

    def sleep(seconds: float) -> None:
        state.clock += seconds

    monkeypatch.setattr(mail_trial, "time", SimpleNamespace(monotonic=lambda: state.clock, sleep=sleep))
    monkeypatch.setattr(mail_trial, "mailbox", lambda account: contextlib.nullcontext(SimpleNamespace(client=client)))
    return state


def test_the_letter_is_awaited_and_taken_out_again(box: SimpleNamespace) -> None:
    arrived = mail_trial.await_arrival(imap_account.read_url(MY_IMAP), "word")
    assert arrived == Arrived(1.0, "mx.lens.ru")
    assert mail_trial.sign_in(imap_account.read_url(MY_IMAP)) is None, "no TLS, no certificate"
    search = ("SEARCH", "HEADER", "SUBJECT", "word")
    taken_out = [("STORE", "8", "+FLAGS.SILENT", "(\\Seen \\Deleted)"), "expunge"]
    assert box.done == ["noop", search, "noop", search, ("FETCH", "8", "(BODY.PEEK[HEADER])"), *taken_out]


def test_a_server_that_signs_nothing_has_no_name(box: SimpleNamespace) -> None:
    box.head = b"Subject: x\r\n"
    assert mail_trial.await_arrival(imap_account.read_url(MY_IMAP), "word").authserv == ""


def test_a_letter_that_does_not_come_is_not_awaited_for_ever(box: SimpleNamespace) -> None:
    box.comes_at = 10_000
    with pytest.raises(MailFault, match=r"did not come into anna@mail/INBOX within 60 s"):
        mail_trial.await_arrival(imap_account.read_url(MY_IMAP), "word")
    assert box.clock == pytest.approx(61)


def test_a_mailbox_that_does_not_let_us_in_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(account: Any) -> Any:
        raise OSError("LOGIN failed")

    monkeypatch.setattr(mail_trial, "mailbox", refused)
    account = imap_account.read_url(MY_IMAP)
    for trial in (mail_trial.sign_in, lambda account: mail_trial.await_arrival(account, "word")):
        with pytest.raises(MailFault, match=r"mail in, mail:143: it refuses this user and password"):
            trial(account)
