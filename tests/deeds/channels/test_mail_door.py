"""The door for mail servers: what is said to whom, and when; and what strangers try there."""

import smtplib
import socket
import threading

import pytest

from camdesk.channels.mail.incoming import raw_store, smtp_protocol, smtp_server
from camdesk.channels.mail.incoming.smtp_server import Receiver
from camdesk.channels.models import RawLetter
from camdesk.tickets.letter_tokens import reply_token
from tests.deeds.channels.letters import letter
from tests.engines import free_port


@pytest.fixture(autouse=True)
def _folder(data_folder):
    """Letters are files: each test has a folder of its own."""


@pytest.fixture
def door(transactional_db):
    """A running door for mail servers: its port, and how to speak with it."""
    opened = []

    def open_(scheme: str = "smtp"):
        receiver = Receiver(f"{scheme}://127.0.0.1:{free_port()}")
        receiver.start()
        opened.append(receiver)
        kind = smtplib.LMTP if scheme == "lmtp" else smtplib.SMTP
        client = kind("127.0.0.1", receiver.port)
        opened.insert(0, client)
        return client

    yield open_
    for one in opened:
        one.close() if hasattr(one, "close") else one.stop()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["smtp", "lmtp"])
def test_a_mail_server_brings_letters_for_our_address_only(door, scheme):
    client = door(scheme)
    ours = ["support@example.org", f"support+{reply_token(7)}@example.org"]
    refused = client.sendmail("anna@example.org", [*ours, "somebody@example.net"], letter())
    assert list(refused) == ["somebody@example.net"]
    row = RawLetter.objects.get()
    assert (row.mailbox, row.recipients) == ("smtp", ours)
    assert raw_store.raw_of(row) == b"Return-Path: <anna@example.org>\r\n" + letter()
    if scheme == "lmtp":
        code, words = client.getreply()
        assert (code, words.split()[1]) == (250, f"<{ours[1]}>".encode()), "LMTP answers for each recipient"
    client.sendmail("anna@example.org", ours[:1], letter())
    assert RawLetter.objects.count() == 1, "the server asked again"


@pytest.mark.django_db(transaction=True)
def test_a_letter_of_60_mb_is_refused_before_it_is_sent(door):
    client = door()
    client.ehlo()
    code, words = client.mail("anna@example.org", [f"size={60 * 1024 * 1024}"])
    assert code == 552
    assert b"size" in words.lower()


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_stored_stays_with_its_bearer(door, monkeypatch):
    def fail(*_args, **_how):
        raise RuntimeError("the database is away")

    client = door()
    monkeypatch.setattr(smtp_server, "store", fail)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail("anna@example.org", ["support@example.org"], letter())
    assert refused.value.smtp_code == 451
    monkeypatch.setattr(
        smtp_server, "store", lambda *_args, **_how: (_ for _ in ()).throw(raw_store.NoRoomForLetters())
    )
    with pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail("anna@example.org", ["support@example.org"], letter())
    assert refused.value.smtp_code == 452


def test_the_door_leaves_no_thread_behind(transactional_db):
    before = set(threading.enumerate())
    receiver = Receiver(f"127.0.0.1:{free_port()}")
    receiver.start()
    receiver.stop()
    assert set(threading.enumerate()) <= before


OURS = "support@example.org"


class Line:
    """A conversation by hand: what smtplib would never send."""

    def __init__(self, port: int, hello: str = "EHLO") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.file = self.socket.makefile("rb")
        self.answer()
        self.say(f"{hello} mx.example.net")

    def answer(self) -> str:
        lines = []
        while True:
            lines.append(self.file.readline().decode().rstrip())
            if lines[-1][3:4] != "-":
                return lines[-1]

    def say(self, words: str) -> str:
        self.socket.sendall(words.encode() + b"\r\n")
        return self.answer()

    def begin(self, *recipients: str, sender: str = "<anna@example.org>") -> list[str]:
        said = [self.say(f"MAIL FROM:{sender}"), *(self.say(f"RCPT TO:<{one}>") for one in recipients)]
        return [one[:3] for one in [*said, self.say("DATA")]]

    def end(self, raw: bytes) -> str:
        self.socket.sendall(raw + b"\r\n.\r\n")
        return self.answer()


@pytest.fixture
def line(door):
    opened = []

    def open_(scheme: str = "smtp") -> Line:
        client = door(scheme)
        opened.append(Line(client.sock.getpeername()[1], "LHLO" if scheme == "lmtp" else "EHLO"))
        return opened[-1]

    yield open_
    for one in opened:
        one.file.close()
        one.socket.close()


@pytest.mark.django_db(transaction=True)
def test_each_recipient_of_lmtp_has_an_answer_of_their_own(line):
    ours = line("lmtp")
    second = f"support+{reply_token(7)}@example.org"
    assert ours.begin(OURS, "nobody@example.org", second) == ["250", "250", "550", "250", "354"]
    assert ours.end(letter()).startswith(f"250 2.0.0 <{OURS}>")
    assert ours.answer().startswith(f"250 2.0.0 <{second}>")
    assert ours.say("NOOP").startswith("250")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme, answers", [("smtp", 1), ("lmtp", 2)])
def test_a_letter_that_grows_too_large_is_read_to_its_end_and_refused(line, monkeypatch, scheme, answers):
    monkeypatch.setattr(smtp_server, "LARGEST", 200_000)
    ours = line(scheme)
    ours.begin(OURS, "support+x@example.org")
    said = [ours.end(letter() + b"x" * 900_000), *(ours.answer() for _ in range(answers - 1))]
    assert all(one.startswith("552 5.3.4") for one in said), said
    assert not RawLetter.objects.exists()
    ours.begin(OURS)
    assert ours.end(letter()).startswith("250"), "the line goes on"


@pytest.mark.django_db(transaction=True)
def test_many_large_letters_at_once_are_asked_to_come_again(line, monkeypatch):
    monkeypatch.setattr(smtp_protocol, "MOST_BYTES", 50_000)
    ours = line()
    ours.begin(OURS)
    assert ours.end(letter("x" * 300_000)).startswith("452")
    ours.begin(OURS)
    assert ours.end(letter()).startswith("250"), "what was dropped is counted no more"


@pytest.mark.django_db(transaction=True)
def test_a_line_of_a_megabyte_is_no_reason_to_lose_a_letter(line):
    ours = line()
    ours.begin(OURS)
    long = letter(top="Subject: " + "x" * 1_100_000 + "\r\n")
    assert ours.end(long).startswith("250")
    assert long in raw_store.raw_of(RawLetter.objects.get())


SMUGGLED = b"MAIL FROM:<ceo@example.org>\r\nRCPT TO:<support@example.org>\r\nDATA\r\nFrom: ceo@example.org\r\n\r\nPay"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\n\n.\r\n", b"\r\n\x00.\r\n"]
)
def test_no_letter_is_smuggled_into_another(line, end):
    ours = line()
    ours.begin(OURS)
    assert ours.end(letter() + end + SMUGGLED).startswith("250")
    assert ours.say("NOOP").startswith("250"), "nothing of the letter was taken for commands"
    row = RawLetter.objects.get()
    assert row.sender == "anna@example.org"
    assert b"Pay" in raw_store.raw_of(row)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "sent, kept",
    [
        (b"", b"\r\n"),
        (b"..", b".\r\n"),
        (b"a\r\n..b\r\nc.\r\n...", b"a\r\n.b\r\nc.\r\n..\r\n"),
        (b"\r\n", b"\r\n\r\n"),
    ],
)
def test_a_letter_is_kept_as_it_was_written(line, sent, kept):
    ours = line()
    ours.begin(OURS)
    ours.socket.sendall((sent + b"\r\n" if sent else b"") + b".\r\n")
    assert ours.answer().startswith("250")
    assert raw_store.raw_of(RawLetter.objects.get()) == b"Return-Path: <anna@example.org>\r\n" + kept


@pytest.mark.django_db(transaction=True)
def test_a_bounce_without_a_sender_is_taken_and_known(line):
    ours = line()
    assert ours.begin(OURS, sender="<>") == ["250", "250", "354"]
    assert ours.end(letter()).startswith("250")
    assert raw_store.raw_of(RawLetter.objects.get()).startswith(b"Return-Path: <>\r\n")


@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_recipients_are_not_remembered(line):
    ours = line()
    ours.say("MAIL FROM:<eve@evil.example>")
    said = [ours.say(f"RCPT TO:<support+{number}@example.org>")[:3] for number in range(60)]
    assert (said[49], said[50]) == ("250", "452")
    ours.say("DATA")
    everybody = b",\r\n ".join(b"a%d@x.example" % number for number in range(100_000))
    assert ours.end(b"Cc: " + everybody + b"\r\n" + letter()).startswith("250")
    assert len(RawLetter.objects.get().recipients) == 50


@pytest.mark.django_db(transaction=True)
def test_too_many_lines_are_asked_to_come_again(line, monkeypatch):
    first = line()
    monkeypatch.setattr(smtp_protocol, "MOST_LINES", 2)
    port = first.socket.getpeername()[1]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as late:
        assert late.makefile("rb").read().startswith(b"421")
    assert first.say("NOOP").startswith("250")


@pytest.mark.django_db(transaction=True)
def test_a_line_that_breaks_within_a_letter_leaves_nothing(line):
    ours = line()
    ours.begin(OURS)
    ours.socket.sendall(letter() * 100)
    ours.socket.shutdown(socket.SHUT_WR)
    assert ours.file.read() == b""
    assert not RawLetter.objects.exists()
