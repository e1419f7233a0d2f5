"""camdesk setup: by flags and at a terminal, with a real letter through mail servers of the tests; run again, with bad
answers, and stopped half-way."""

import contextlib
import imaplib
import os
import pty
import select
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from camdesk.config import settings_file
from tests import trained
from tests.engines import free_port
from tests.faults.doors import camdesk, environment
from tests.faults.mail_peers import ImapServer, Taker

pytestmark = [pytest.mark.fault, pytest.mark.long]
PASSWORD = "correct-horse-42-staple"


class Post(Taker):
    """Takes letters and puts them into the mailbox, with its word on the sender on top, as a mail server does."""

    def __init__(self, mailbox: ImapServer) -> None:
        super().__init__()
        self.mailbox = mailbox

    async def handle_DATA(self, server, session, envelope) -> str:  # type: ignore[no-untyped-def]
        said = await super().handle_DATA(server, session, envelope)
        self.mailbox.append(b"Authentication-Results: mx.lens.example;\r\n dmarc=pass\r\n" + bytes(envelope.content))
        return said


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[tuple[Path, Post, ImapServer]]:
    data = trained.give(tmp_path_factory.mktemp("setup"))
    with ImapServer(data / "imap.log") as mailbox, Post(mailbox) as post:
        (data / "imap-password").write_text("demopass\n")
        (data / "admin-password").write_text(PASSWORD + "\n")
        yield data, post, mailbox


def flags(place: tuple[Path, Post, ImapServer], **more: str) -> list[str]:
    data, post, mailbox = place
    said = {
        "url": "support.lens.example",
        "brand": "Линза",
        "time-zone": "Asia/Yekaterinburg",
        "phone": "+7 495 123-45-67",
        "email": "help@lens.example",
        "smtp": f"smtp://127.0.0.1:{post.port}",
        "imap": f"imap://127.0.0.1:{mailbox.port}/INBOX",
        "imap-user": "demouser",
        "imap-password-file": str(data / "imap-password"),
        **more,
    }
    return [word for name, value in said.items() for word in (f"--{name}", value)]


def in_the_mailbox(mailbox: ImapServer) -> int:
    with imaplib.IMAP4("127.0.0.1", mailbox.port) as client:
        client.login("demouser", "demopass")
        client.select("INBOX")
        return len(client.search(None, "SUBJECT", "camdesk-setup")[1][0].split())


def test_flags_alone_make_an_installation_whose_doctor_is_content(place) -> None:
    data, post, mailbox = place
    more = {"admin": "anna@lens.example", "admin-name": "Анна", "admin-password-file": str(data / "admin-password")}
    done = camdesk(data, "setup", "--no-input", *flags(place, **more))
    assert "it came after" in done.stdout
    assert len(post.taken) == 1
    assert in_the_mailbox(mailbox) == 0, "it is nobody's request"
    assert "anna@lens.example administers the desk: https://support.lens.example/desk/" in done.stdout
    assert "\n  fail" not in done.stdout
    for secret in ("demopass", PASSWORD):
        assert secret not in done.stdout + done.stderr
    file = data / "settings.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = settings_file.read(file.read_text())
    assert kept["CAMDESK_IMAP_URL"] == f"imap://demouser:demopass@127.0.0.1:{mailbox.port}/INBOX"
    assert kept["CAMDESK_TIME_ZONE"] == "Asia/Yekaterinburg"
    doctor = camdesk(data, "doctor", check=False)
    assert (doctor.returncode, "contacts: your own" in doctor.stdout) == (0, True), doctor.stdout
    assert "people: there is an administrator" in doctor.stdout


def test_passwords_of_the_input_are_told_by_their_line(place, tmp_path) -> None:
    """The administrator's is needed last, and the flags may stand in any order."""
    said = {"admin": "oleg@lens.example", "admin-password-file": "-", "smtp-user": "help", "smtp-password-file": "-"}
    words = [*flags(place, **said, **{"imap-password-file": "-"}), "--no-test-letter"]
    done = subprocess.run(
        [sys.executable, "-m", "camdesk", "setup", "--no-input", *words],
        env=environment(tmp_path),
        cwd=tmp_path,
        input=f"of-smtp\ndemopass\n{PASSWORD}\n",
        capture_output=True,
        text=True,
        timeout=300,
    )
    kept = settings_file.read((tmp_path / "settings.env").read_text())
    assert "//help:of-smtp@" in kept["CAMDESK_EMAIL_URL"]
    assert "//demouser:demopass@" in kept["CAMDESK_IMAP_URL"]
    assert "oleg@lens.example administers the desk" in done.stdout, done.stdout + done.stderr


def test_run_again_without_answers_it_changes_nothing(place) -> None:
    data, _post, _mailbox = place
    file = data / "settings.env"
    file.write_text(file.read_text() + "# by hand\nCAMDESK_MAX_FILES=7\nOUR_OWN=1\n")
    before, contacts = file.read_text(), (data / "playbook" / "contacts.yaml").read_text()
    camdesk(data, "setup", "--no-input", "--no-test-letter")
    assert file.read_text() == before
    assert (data / "playbook" / "contacts.yaml").read_text() == contacts


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"url": "http://support.lens.example"}, "--url: https is needed"),
        ({"time-zone": "Asia/Yekaterinbug"}, "--time-zone: there is no time zone 'Asia/Yekaterinbug'; did you mean"),
        ({"imap-password-file": "/nowhere/at/all"}, "--imap-password-file: /nowhere/at/all cannot be read"),
        ({"smtp": f"smtp://127.0.0.1:{free_port()}"}, "nothing answers there: is the port right?"),
        ({"imap-user": "somebody"}, "it refuses this user and password"),
        ({"smtp": "smtps://help:demopass@127.0.0.1"}, "--smtp: no password here"),
    ],
)
def test_a_bad_answer_is_said_and_changes_nothing(place, more: dict[str, str], said: str) -> None:
    data = place[0]
    before = (data / "settings.env").read_text()
    done = camdesk(data, "setup", "--no-input", *flags(place, brand="Другая", **more), check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert "nothing was changed" in done.stderr
    assert "Traceback" not in done.stderr
    assert "demopass" not in done.stdout + done.stderr
    assert (data / "settings.env").read_text() == before


def test_without_a_terminal_it_does_not_wait_for_answers(place) -> None:
    done = camdesk(place[0], "setup", check=False)
    assert (done.returncode, "--no-input" in done.stderr) == (1, True)


class Terminal:
    """Somebody at a terminal: waits for a question, types an answer."""

    def __init__(self, data: Path, *words: str) -> None:
        self.screen = ""
        self._read_to = 0
        master, slave = pty.openpty()
        self.master = master
        self.process = subprocess.Popen(
            [sys.executable, "-m", "camdesk", "setup", *words],
            env=environment(data),
            cwd=data,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def answers(self, question: str, typed: str) -> None:
        self.sees(question)
        os.write(self.master, f"{typed}\n".encode())

    def sees(self, words: str, *, within: float = 120) -> None:
        until = time.monotonic() + within
        while words not in self.screen[self._read_to :]:
            assert time.monotonic() < until, f"waited for {words!r}; the screen: {self.screen[-2000:]}"
            self._more()
        self._read_to = self.screen.index(words, self._read_to) + len(words)

    def ends(self) -> int:
        with contextlib.suppress(OSError):  # the other end is closed
            while self.process.poll() is None:
                self._more()
        code = self.process.wait(120)
        os.close(self.master)
        return code

    def _more(self) -> None:
        if select.select([self.master], [], [], 0.2)[0]:
            self.screen += os.read(self.master, 65536).decode(errors="replace")


def test_at_a_terminal_it_asks_shows_what_is_set_and_asks_again_what_is_wrong(place) -> None:
    data, post, mailbox = place
    before = settings_file.read((data / "settings.env").read_text())
    sent = len(post.taken)
    person = Terminal(data)
    person.answers("Address people open [https://support.lens.example]: ", "")
    person.answers("every page [Линза]: ", "Линза и Ко")
    person.answers("Time zone [Asia/Yekaterinburg]: ", "Asia/Omks")
    person.sees("did you mean Asia/Omsk?")
    person.answers("Time zone [Asia/Yekaterinburg]: ", "Asia/Omsk")
    person.answers("[+7 495 123-45-67]: ", "")
    person.answers("in words: ", "по будням с 9 до 18")
    person.answers("Postal address: ", "")
    person.answers("E-mail address of the support [help@lens.example]: ", "")
    person.answers(f"[smtp://127.0.0.1:{post.port}]: ", "")
    person.answers("user there (empty: it wants none): ", "")
    person.answers(f"[imap://127.0.0.1:{mailbox.port}/INBOX]: ", "")
    person.answers("user there [demouser]: ", "")
    person.answers("password there (not shown) [as it is]: ", "wrong-password")
    person.sees("it refuses this user and password")
    person.answers("all the same? [y/N]: ", "n")
    person.answers(f"[smtp://127.0.0.1:{post.port}]: ", "")
    person.answers("user there (empty: it wants none): ", "")
    person.answers(f"[imap://127.0.0.1:{mailbox.port}/INBOX]: ", "")
    person.answers("user there [demouser]: ", "")
    person.answers("password there (not shown) [as it is]: ", "demopass")
    person.answers("as mx.lens.example. Believe it? [y/N]: ", "y")
    person.sees("Written: ")
    assert person.ends() == 0, person.screen
    assert "demopass" not in person.screen
    assert "wrong-password" not in person.screen
    assert len(post.taken) == sent + 1
    after = settings_file.read((data / "settings.env").read_text())
    assert after == {
        **before,
        "CAMDESK_BRAND": "Линза и Ко",
        "CAMDESK_TIME_ZONE": "Asia/Omsk",
        "CAMDESK_MAIL_AUTHSERV": "mx.lens.example",
    }
    assert 'phone_hours: "по будням с 9 до 18"' in (data / "playbook" / "contacts.yaml").read_text()
    assert "time_zone: Asia/Omsk" in (data / "playbook" / "hours.yaml").read_text()


def test_who_leaves_in_the_middle_has_changed_nothing(place) -> None:
    data = place[0]
    before = (data / "settings.env").read_text()
    person = Terminal(data)
    person.answers("Address people open", "https://other.example")
    person.sees("every page")
    os.write(person.master, b"\x04")
    person.sees("stopped before the end")
    assert person.ends() == 1
    assert (data / "settings.env").read_text() == before


def test_the_demo_does_not_start_on_what_setup_made(place) -> None:
    done = camdesk(place[0], "doctor", check=False, CAMDESK_DEMO="1")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "is a real installation's: give the demo other data by --data DIR" in done.stderr
