"""What docs/installing.md says, done as it stands there on a machine of its own: one desk with TLS of an authority of
its own, with mail, and with fifty customers who sign in."""

import contextlib
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.engines import Missing, wait_until
from tests.faults.documented_commands import commands
from tests.faults.doors import ROOT
from tests.faults.mail_peers import ImapServer
from tests.faults.own_machine import Machine

pytestmark = [
    pytest.mark.long,
    pytest.mark.fault,
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),  # all of it is TLS
]
DESK, SUPPORT = "support.company.ru", "help@company.ru"
MAIL_PASSWORD = "of-the-mailbox-7"
PEOPLE = {f"customer{number}@clients.example": f"Клиент {number}" for number in range(1, 51)}
TOLD = commands(ROOT / "docs" / "installing.md", "One machine, from nothing")
SETUP = next(place for place, command in enumerate(TOLD) if "camdesk setup" in command)
FETCHES = re.compile(r"^(apt-get|\S+/pip) ")  # what asks the registries, which are not on the machine
AUTHORITY = "var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"


class Post:
    """The company's mail server, with TLS: who sends must sign in; letters to the support go into its mailbox."""

    def __init__(self, mailbox: ImapServer, tls: ssl.SSLContext) -> None:
        self.mailbox = mailbox
        self.sent: dict[str, list[EmailMessage]] = {}
        self.controller = Controller(
            self,
            hostname="127.0.0.1",
            port=465,
            ssl_context=tls,
            authenticator=self._knows,
            auth_required=True,
            auth_require_tls=False,  # all of it is TLS
        )

    def _knows(self, _server: object, _session: object, _envelope: object, _how: str, said: object) -> AuthResult:
        known = isinstance(said, LoginPassword) and said.password == MAIL_PASSWORD.encode()
        return AuthResult(success=known and said == LoginPassword(SUPPORT.encode(), MAIL_PASSWORD.encode()))

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        raw, to = bytes(envelope.content), list(envelope.rcpt_tos)  # type: ignore[attr-defined]
        for address in to:
            if address.startswith(SUPPORT.partition("@")[0]):
                self.mailbox.append(raw)
            else:
                self.sent.setdefault(address, []).append(message_from_bytes(raw, policy=default))  # type: ignore[arg-type]
        return "250 2.0.0 taken"

    def of(self, address: str) -> str:
        """The text of the letters to this address."""
        return "\n".join(one.get_body(("plain",)).get_content() for one in self.sent.get(address, []))  # type: ignore[union-attr]


@contextlib.contextmanager
def with_tls(port: int, behind: int, tls: ssl.SSLContext) -> Iterator[None]:
    """A port with TLS before one without."""
    listener = socket.create_server(("127.0.0.1", port))

    def carry(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                plain, _address = listener.accept()
                threading.Thread(target=lead, args=(plain,), daemon=True).start()

    def lead(plain: socket.socket) -> None:
        with contextlib.suppress(OSError):
            near = tls.wrap_socket(plain, server_side=True)
            far = socket.create_connection(("127.0.0.1", behind))
            threading.Thread(target=carry, args=(far, near), daemon=True).start()
            carry(near, far)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield
    finally:
        listener.close()


def certified(place: Path, *names: str) -> ssl.SSLContext:
    """Of an authority of the company's own, `authority.crt` there."""
    line = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={names[0]}"]
    line += ["-addext", "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)]
    line += ["-keyout", str(place / "key.pem"), "-out", str(place / "authority.crt")]
    subprocess.run(line, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(place / "authority.crt", place / "key.pem")
    return tls


def visitor(machine: Machine, address: str) -> httpx.Client:
    """A browser at an address of its own, which trusts the authority of the proxy and no other."""
    return browser(machine.root / AUTHORITY, address=address)


def browser(authority: Path, *, address: str = "127.0.0.1", cookies: dict[str, str] | None = None) -> httpx.Client:
    trusted = ssl.create_default_context(cafile=authority)
    transport = httpx.HTTPTransport(verify=trusted, local_address=address)
    known = {"Host": DESK, "Origin": f"https://{DESK}", "Referer": f"https://{DESK}/"}
    there = "https://127.0.0.1"
    return httpx.Client(
        transport=transport, base_url=there, headers=known, cookies=cookies, timeout=60, trust_env=False
    )


def asked(client: httpx.Client, method: str, path: str, **fields: str) -> httpx.Response:
    return client.request(method, path, data=fields or None, extensions={"sni_hostname": DESK})


def lets_in(client: httpx.Client, machine: Machine, path: str, **fields: str) -> None:
    answer = posted(client, path, **fields)
    log = machine.root / "run/camdesk.log"
    assert answer.status_code == 302, f"{answer.status_code}: {answer.text[-500:]}\n{log.read_text()[-6000:]}"


def posted(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """The form of this page, filled and sent."""
    page = asked(client, "GET", path)
    assert page.status_code == 200, f"{path}: {page.status_code}"
    [token, *_] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    return asked(client, "POST", path, csrfmiddlewaretoken=token, **fields)


@pytest.fixture(scope="module")
def machine(tmp_path_factory) -> Iterator[Machine]:
    for program in ("unshare", "nsenter", "setpriv", "openssl", "caddy"):
        if not shutil.which(program):
            pytest.skip(f"there is no {program} here")
    try:
        with Machine(tmp_path_factory.mktemp("one") / "machine") as machine:
            yield machine
    except Missing as missing:
        pytest.skip(f"no machine of its own: {missing}")


@pytest.fixture(scope="module")
def post(machine: Machine, tmp_path_factory) -> Iterator[Post]:
    """The company around the machine: its mail servers, their authority, and what the operator has at hand."""
    place = tmp_path_factory.mktemp("company")
    tls = certified(place, "smtp.company.ru", "imap.company.ru")
    write(machine, "root/passwords", f"{MAIL_PASSWORD}\n{MAIL_PASSWORD}\ncorrect-horse-42-staple\n", mode=0o600)
    table = "".join(f"{address};{name};crm-{row}\n" for row, (address, name) in enumerate(PEOPLE.items()))
    write(machine, "srv/customers.csv", f"email;name;external_id\n{table}", mode=0o644)
    with (machine.root / "etc/hosts").open("a") as hosts:
        hosts.write(f"\n127.0.0.1 {DESK} smtp.company.ru imap.company.ru\n")
    shutil.copy(place / "authority.crt", machine.root / "usr/local/share/ca-certificates/company.crt")
    machine.does("update-ca-certificates", cwd=ROOT)
    with contextlib.ExitStack() as running:
        with machine.network():
            mailbox = running.enter_context(ImapServer(place / "imap.log", user=SUPPORT, password=MAIL_PASSWORD))
            running.enter_context(with_tls(993, mailbox.port, tls))
            post = Post(mailbox, tls)
            post.controller.start()
            running.callback(post.controller.stop)
        yield post


def follow(machine: Machine, told: list[str]) -> str:
    """Does the commands, and gives what the last one said."""
    said = ""
    for command in told:
        said = machine.does(command, cwd=ROOT, online=bool(FETCHES.match(command)))
        if command.endswith("/etc/caddy/Caddyfile"):  # no public authority knows this machine
            caddy = machine.root / "etc/caddy/Caddyfile"
            caddy.write_text(caddy.read_text().replace(" {\n", " {\n\ttls internal\n", 1))
    return said


@pytest.fixture(scope="module")
def installed(machine: Machine) -> Machine:
    follow(machine, TOLD[:SETUP])
    return machine


@pytest.fixture(scope="module")
def set_up(installed: Machine, post: Post) -> str:
    """What setup said; afterwards the desk answers behind its proxy."""
    said = follow(installed, TOLD[SETUP : SETUP + 1])
    follow(installed, TOLD[SETUP + 1 : -1])
    wait_until((installed.root / AUTHORITY).exists, seconds=60, what="the proxy has its certificate")
    with installed.network(), visitor(installed, "127.0.0.1") as anybody:
        wait_until(lambda: _answers(anybody), seconds=120, what="the desk answers")
    return said


@pytest.fixture(scope="module")
def invited(installed: Machine, set_up: str, post: Post) -> str:
    """What the command said that invites the fifty; afterwards each has a letter."""
    said = follow(installed, TOLD[-1:])
    wait_until(lambda: all("/invitations/" in post.of(who) for who in PEOPLE), seconds=300, what="their letters")
    return said


def test_the_program_is_installed_in_the_first_of_twelve_commands(installed: Machine) -> None:
    assert len(TOLD) <= 12
    assert "camdesk" in installed.does("/opt/camdesk/bin/pip list --disable-pip-version-check", cwd=ROOT)


def test_setup_tries_the_mail_and_the_desk_is_there_behind_tls(installed: Machine, set_up: str) -> None:
    assert "mail in: it came after" in set_up
    assert "\n  fail" not in set_up
    with installed.network(), visitor(installed, "127.0.0.1") as anybody:
        assert [asked(anybody, "GET", path).status_code for path in ("/metrics", "/readyz")] == [404, 404]


def _answers(anybody: httpx.Client) -> bool:
    try:
        return asked(anybody, "GET", "/contacts/").status_code == 200
    except httpx.HTTPError:
        return False


def test_fifty_invited_customers_sign_in(machine: Machine, invited: str, post: Post) -> None:
    assert f"{len(PEOPLE)} invited, 0 were invited before, 0 refused" in invited
    with machine.network(), ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda row: gets_in(machine, post, *row), enumerate(PEOPLE.items())))


def test_a_letter_is_answered_and_the_doctor_is_content(machine: Machine, invited: str, post: Post) -> None:
    [who, *_] = PEOPLE
    before = len(post.sent[who])
    head = f"From: {who}\r\nTo: {SUPPORT}\r\nSubject: camera\r\nMessage-ID: <1@clients.example>"
    with machine.network():
        post.mailbox.append(f"{head}\r\n\r\nMy camera is dark.\r\n".encode())
    wait_until(lambda: len(post.sent[who]) > before, seconds=240, what="an answer to a letter")
    machine.does("runuser -u camdesk -- /opt/camdesk/bin/camdesk doctor --data /var/lib/camdesk", cwd=ROOT)


def gets_in(machine: Machine, post: Post, row: int, who: tuple[str, str]) -> None:
    """By the link of the letter, then once more with the password, as on the next day."""
    (address, name), password = who, f"chosen-by-number-{row}"
    [link] = re.findall(rf"https://{DESK}(/invitations/\S+/)", post.of(address))
    near = f"127.0.1.{row + 1}"
    with visitor(machine, near) as first:
        lets_in(first, machine, link, password=password)
        assert name in asked(first, "GET", "/profile/").text
    with visitor(machine, near) as again:
        assert asked(again, "GET", "/profile/").status_code == 302
        lets_in(again, machine, "/account/login/", login=address, password=password)
        assert name in asked(again, "GET", "/profile/").text


def write(machine: Machine, path: str, text: str, *, mode: int) -> None:
    file = machine.root / path
    file.write_text(text)
    file.chmod(mode)
