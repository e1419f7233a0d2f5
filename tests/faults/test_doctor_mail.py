"""The doctor signs in to real servers of mail, with certificates made here: good ones, and every kind of bad one."""

import contextlib
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from camdesk.config import doctor_mail
from camdesk.config.findings import FAIL, OK, WARN
from tests.engines import free_port

pytestmark = pytest.mark.fault
IMAP = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1", b"SELECT": b"* 0 EXISTS", b"LOGOUT": b"* BYE"}
SMTP = {b"EHLO": b"250-here\r\n250 AUTH PLAIN LOGIN", b"AUTH": b"235 welcome", b"QUIT": b"221 bye"}


def certificate(folder: Path, *, days: float, host: str = "localhost") -> Path:
    """Certificate and key in one file, its own authority; it ends so many days from now."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}{days}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@contextlib.contextmanager
def server(
    kind: str, pem: Path | None, *, lets_in: str = "right", drips: bool = False
) -> Iterator[tuple[int, list[bytes]]]:
    """(port, what it was told) of a server of IMAP or SMTP that lets one user in."""
    told: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def answers(line: socket.socket) -> None:
        if pem is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
            line = context.wrap_socket(line, server_side=True)
        if drips:  # a byte now and then, so that no single wait is long
            while True:
                line.sendall(b"*")
                time.sleep(0.1)
        line.sendall(b"* OK here\r\n" if kind == "imap" else b"220 here\r\n")
        for said in line.makefile("rb"):
            told.append(said.strip())
            line.sendall(_imap(said, lets_in) if kind == "imap" else _smtp(said, lets_in))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _address = listener.accept()
                threading.Thread(target=_quietly, args=(answers, line), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1], told
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _quietly(answers, line: socket.socket) -> None:  # type: ignore[no-untyped-def]
    with contextlib.suppress(OSError), line:
        answers(line)


def _imap(said: bytes, password: str) -> bytes:
    tag, _blank, rest = said.strip().partition(b" ")
    word = rest.split(b" ")[0].upper()
    if word == b"LOGIN" and password.encode() not in rest:
        return tag + b" NO [AUTHENTICATIONFAILED] login failed\r\n"
    return (IMAP[word] + b"\r\n" if word in IMAP else b"") + tag + b" OK done\r\n"


def _smtp(said: bytes, password: str) -> bytes:
    import base64

    word = said.split(b" ")[0].strip().upper()
    if word == b"AUTH" and password.encode() not in base64.b64decode(said.split(b" ")[2]):
        return b"535 5.7.8 authentication failed\r\n"
    return SMTP.get(word, b"250 ok") + b"\r\n"


@pytest.fixture
def found(settings, monkeypatch):  # type: ignore[no-untyped-def]
    """What is found of one server at an address; `trusted`: whose certificates this machine believes."""
    settings.EMAIL_URL = settings.IMAP_URL = settings.MAIL_LISTEN = settings.MAIL_FOLDER = ""
    settings.MAIL_HOOK_SECRET, settings.DEMO, settings.SUPPORT_EMAIL = "", True, "help@example.net"
    settings.MAIL_AUTHSERV = "mx.example.net"

    def look(kind: str, port: int, *, trusted: Path | None = None, secure: bool = True) -> tuple[str, str]:
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted or os.devnull))
        scheme = kind + "s" * secure
        setting = "IMAP_URL" if kind == "imap" else "EMAIL_URL"
        setattr(settings, setting, f"{scheme}://help:right@localhost:{port}/{'INBOX' if kind == 'imap' else ''}")
        [one] = list(doctor_mail._in() if kind == "imap" else doctor_mail._out())
        return one.level, one.text

    return look


@pytest.mark.parametrize("kind", ["imap", "smtp"])
@pytest.mark.parametrize(
    "days, host, trusted, level, words",
    [
        (200, "localhost", True, OK, "lets us in, certificate until"),
        (5.5, "localhost", True, WARN, "its certificate ends in 5 days; renew it there"),
        (-1, "localhost", True, FAIL, "its certificate has expired: renew it there"),
        (200, "elsewhere", True, FAIL, "its certificate is another host's"),
        (200, "localhost", False, FAIL, "its certificate is not one this machine trusts"),
    ],
)
def test_certificates(kind, days, host, trusted, level, words, found, tmp_path):  # type: ignore[no-untyped-def]
    pem = certificate(tmp_path, days=days, host=host)
    with server(kind, pem) as (port, _told):
        said = found(kind, port, trusted=pem if trusted else None)
    assert (said[0], words in said[1]) == (level, True), said
    assert "right" not in said[1], "no password is shown"


@pytest.mark.parametrize("kind", ["imap", "smtp"])
def test_a_wrong_password_is_told_from_a_server_that_is_away(kind, found, tmp_path):  # type: ignore[no-untyped-def]
    pem = certificate(tmp_path, days=200)
    with server(kind, pem, lets_in="another") as (port, told):
        level, text = found(kind, port, trusted=pem)
    assert (level, "it refuses this user and password" in text) == (FAIL, True), text
    assert not [line for line in told if line.upper().startswith((b"MAIL", b"RCPT", b"DATA"))]
    level, text = found(kind, free_port(), trusted=pem)
    assert (level, "nothing answers there" in text) == (FAIL, True), text


@pytest.mark.parametrize("kind", ["imap", "smtp"])
def test_a_server_that_drips_is_left(kind, found, monkeypatch):  # type: ignore[no-untyped-def]
    monkeypatch.setattr(doctor_mail, "_SECONDS", 0.5)
    with server(kind, None, drips=True) as (port, _told):
        level, text = found(kind, port, secure=False)
    assert (level, "does not answer in time" in text) == (FAIL, True), text


def test_no_letter_is_sent(found):  # type: ignore[no-untyped-def]
    with server("smtp", None) as (port, told):
        assert found("smtp", port, secure=False) == (OK, f"mail out, localhost:{port}: lets us in")
    assert [line.split(b" ")[0].upper() for line in told] == [b"EHLO", b"AUTH", b"QUIT"]


def test_a_password_in_the_clear_to_another_machine_is_named():
    [one] = doctor_mail._of_certificate("mail in, mail.example.net:143", "lets us in", None, secure=False)
    assert (one.level, "in the clear" in one.text) == (WARN, True)
