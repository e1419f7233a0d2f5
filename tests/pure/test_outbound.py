"""The way out: what is called, what is refused, and that the connection goes to the checked number."""

import http.server
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from camdesk.lib import outbound
from camdesk.lib.outbound import NoAnswer, OutboundRefused, call, check

NAMES = {
    "good.example": ["93.184.215.14"],
    "six.example": ["2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
    "127.0.0.1.nip.io": ["127.0.0.1"],
    "inner.example": ["10.0.0.5"],
    "mixed.example": ["93.184.215.14", "192.168.1.1"],
    "mapped.example": ["::ffff:10.0.0.5"],
    "nat64.example": ["64:ff9b::a00:5"],
    "xn--80aqecdr1a.xn--p1ai": ["93.184.215.14"],
    "localhost": ["127.0.0.1", "::1"],
    "localtest.me": ["127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
}


def resolver(host: str, port: int) -> list[str]:
    if host not in NAMES:
        raise socket.gaierror("no such name")
    return NAMES[host]


REFUSED = {
    "loopback": "http://127.0.0.1/",
    "loopback, another number of it": "http://127.8.9.10/",
    "loopback by name": "http://localhost/",
    "loopback by a stranger's name": "http://localtest.me/",
    "loopback in IPv6": "http://[::1]/",
    "loopback, mapped": "http://[::ffff:127.0.0.1]/",
    "loopback, mapped in hex": "http://[::ffff:7f00:1]/",
    "loopback, compatible spelling": "http://[::127.0.0.1]/",
    "loopback, decimal": "http://2130706433/",
    "loopback, hex": "http://0x7f000001/",
    "loopback, hex parts": "http://0x7f.1/",
    "loopback, octal": "http://0177.0.0.1/",
    "loopback, octal whole": "http://017700000001/",
    "loopback, short": "http://127.1/",
    "loopback, full-width digits": "http://１２７.０.０.１/",
    "loopback, circled digits": "http://①②⑦.⓪.⓪.①/",
    "loopback with a dot at the end": "http://127.0.0.1./",
    "unspecified": "http://0.0.0.0/",
    "unspecified, short": "http://0/",
    "unspecified in IPv6": "http://[::]/",
    "private 10": "http://10.1.2.3/",
    "private 172.16": "http://172.16.0.1/",
    "private 192.168": "http://192.168.0.1/",
    "carrier-grade NAT": "http://100.64.0.1/",
    "link-local and metadata": "http://169.254.169.254/latest/meta-data/",
    "metadata by name": "http://metadata.google.internal/",
    "metadata on a public number": "http://168.63.129.16/",
    "multicast": "http://224.0.0.1/",
    "broadcast": "http://255.255.255.255/",
    "IPv6 private": "http://[fd00::1]/",
    "IPv6 link-local": "http://[fe80::1]/",
    "IPv6 link-local with a zone": "http://[fe80::1%25eth0]/",
    "IPv6 multicast": "http://[ff02::1]/",
    "6to4 around a private number": "http://[2002:a00:5::1]/",
    "NAT64 around a private number": "http://[64:ff9b::10.0.0.5]/",
    "Teredo around a number": "http://[2001:0:a00:5::1]/",
    "a number of protocols, a cloud's metadata": "http://192.0.0.192/opc/v2/instance/",
    "a number of protocols in IPv6": "http://[::ffff:192.0.0.8]/",
    "a name that says its number": "http://127.0.0.1.nip.io/",
    "a name that leads inside": "http://inner.example/",
    "a name of which one answer leads inside": "http://mixed.example/",
    "a name with a mapped answer": "http://mapped.example/",
    "a name with a NAT64 answer": "http://nat64.example/",
    "a name nobody knows": "http://unknown.example/",
    "a name before the host": "http://good.example@127.0.0.1/",
    "a password before the host": "http://a:b@good.example/",
    "a backslash": "http://good.example\\@127.0.0.1/",
    "a blank": "http://good.example /",
    "a line break": "http://good.example/\r\nHost: x",
    "a tab inside the scheme": "ht\ttp://good.example/",
    "files": "file:///etc/passwd",
    "gopher": "gopher://good.example:70/_",
    "ftp": "ftp://good.example/",
    "data": "data:text/plain,x",
    "no scheme": "good.example/",
    "no host": "http:///path",
    "a port of mail": "http://good.example:25/",
    "a port of a database": "http://good.example:5432/",
    "a port that is none": "http://good.example:99999/",
    "nothing": "",
    "three thousand characters": "http://good.example/" + "a" * 3000,
    "a part of a name that is too long": f"http://{'a' * 64}.example/",
    "a name with a hyphen before it": "http://-a.example/",
    "a name that no wire carries": f"http://{'я' * 70}.рф/",
    "a number above the last": "http://255.255.255.256/",
    "a port in hex": "http://good.example:0x50/",
}
INSIDE, ODD = (
    "the address leads to a network that is not open to the outside",
    "an odd spelling of a number is not accepted",
)
CHARACTERS = "the address has characters no address has, or is too long"
NO_NAME, SCHEME = "the host is no name of the internet", "only http and https addresses are called"
SECRET = "a name or password inside the address is not accepted"
WHY = {  # of the others: INSIDE
    **dict.fromkeys(("loopback, decimal", "loopback, hex", "loopback, hex parts", "loopback, octal",
                     "loopback, octal whole", "loopback, short", "loopback with a dot at the end", "unspecified, short",
                     "a number above the last"), ODD),
    **dict.fromkeys(("a name before the host", "a password before the host"), SECRET),
    **dict.fromkeys(("a backslash", "a blank", "a line break", "a tab inside the scheme", "three thousand characters"),
                    CHARACTERS),
    **dict.fromkeys(("files", "gopher", "ftp", "data", "no scheme", "nothing"), SCHEME),
    **dict.fromkeys(("a part of a name that is too long", "a name with a hyphen before it",
                     "a name that no wire carries"), NO_NAME),
    **dict.fromkeys(("a port that is none", "a port in hex"), "the address cannot be read"),
    "IPv6 link-local with a zone": "a zone in the address is not accepted",
    "a name nobody knows": "the name of the host is not known",
    "no host": "the address has no host",
    "a port of mail": "port 25 is not called",
    "a port of a database": "port 5432 is not called",
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str):
    with pytest.raises(OutboundRefused) as caught:
        check(REFUSED[name], resolve=resolver)
    assert str(caught.value) == WHY.get(name, INSIDE), "it does not say which network: that would help to map ours"


@pytest.mark.parametrize(
    ("url", "number", "port"),
    [
        ("https://good.example/hook?x=1", "93.184.215.14", 443),
        ("http://GOOD.example:8080/", "93.184.215.14", 8080),
        ("https://six.example/", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", 443),
        ("https://93.184.215.14/", "93.184.215.14", 443),
        ("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", 443),
        ("https://камеры.рф/", None, 443),
    ],
)
def test_called(url: str, number: str | None, port: int):
    def any_name(host: str, port: int) -> list[str]:
        return NAMES.get(host, ["93.184.215.14"]) if host.isascii() else []

    target = check(url, resolve=any_name)
    assert target.port == port
    assert target.number == (number or "93.184.215.14")


def test_a_lab_opens_its_own_network_and_nothing_else():
    lab = outbound.networks(["10.0.0.0/24"])
    assert check("http://inner.example:9000/", allowed=lab, resolve=resolver).number == "10.0.0.5"
    for url in ("http://10.0.1.5/", "http://127.0.0.1/", "http://mixed.example/"):
        with pytest.raises(OutboundRefused):
            check(url, allowed=lab, resolve=resolver)


class _Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.seen.append((self.path, self.headers["Host"], self.rfile.read(int(self.headers["Content-Length"]))))
        match self.path:
            case "/redirect":
                self.send_response(302)
                self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/inside")
                self.end_headers()
            case "/large":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"x" * 100_000)
            case "/silent":
                self.server.stop.wait(30)
            case "/drip":
                self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
                while not self.server.stop.wait(0.02):
                    self.wfile.write(b"x")
            case _:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"taken")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def hook(context: ssl.SSLContext | None = None) -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Hook)
    server.daemon_threads = True
    server.seen, server.stop = [], threading.Event()
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.stop.set()
        server.shutdown()
        server.server_close()
        thread.join()


def lab_target(server: http.server.ThreadingHTTPServer, path: str, *, scheme: str = "http") -> outbound.OutboundTarget:
    """A target whose name leads to loopback once, for the check, and to nowhere afterwards."""
    answers = iter([["127.0.0.1"]])
    return check(
        f"{scheme}://hook.example:{server.server_port}{path}",
        allowed=outbound.networks(["127.0.0.1"]),
        resolve=lambda host, port: next(answers),
    )


def test_the_connection_goes_to_the_checked_number_and_keeps_the_name(monkeypatch):
    with hook() as server:
        target = lab_target(server, "/taken?x=1")
        looked_up: list[object] = []
        real = socket.getaddrinfo

        def watch(host, *rest, **named):
            looked_up.append(host)
            return real(host, *rest, **named)

        monkeypatch.setattr(socket, "getaddrinfo", watch)
        answer = call(target, body=b"{}", headers={"Host": "evil.example", "X-Signature": "s"})
        assert (answer.status, answer.body) == (200, b"taken")
        assert server.seen == [("/taken?x=1", f"hook.example:{server.server_port}", b"{}")]
        assert set(looked_up) <= {"127.0.0.1"}, "the name is never resolved a second time"


def test_a_redirect_is_told_and_not_followed():
    with hook() as server:
        assert call(lab_target(server, "/redirect")).status == 302
        assert [row[0] for row in server.seen] == ["/redirect"]


def test_too_large_an_answer_is_cut_off():
    with hook() as server, pytest.raises(NoAnswer, match="more than 5000 bytes"):
        call(lab_target(server, "/large"), largest=5000)


@pytest.mark.parametrize("path", ["/silent", "/drip"])
def test_an_answer_that_never_comes_or_comes_byte_by_byte_is_not_waited_for(path: str):
    with hook() as server, pytest.raises(NoAnswer, match="within"):
        call(lab_target(server, path), seconds=0.3)


def test_nothing_is_read_or_written_when_the_time_is_over():
    line = outbound._Line(httpcore.MockStream([b"late"]), time.monotonic() - 1)
    for wait in (lambda: line.read(1), lambda: line.write(b"x")):
        with pytest.raises(httpcore.ReadTimeout, match="too long"):
            wait()


def test_the_authorities_are_read_once():
    assert outbound._trusted() is outbound._trusted()


def test_a_connection_is_waited_for_no_longer_than_the_whole_exchange_may_take(monkeypatch):
    waits: list[float] = []

    def never(self, host, port, timeout=None, *_):
        waits.append(timeout)
        raise httpcore.ConnectTimeout

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", never)
    with hook() as server, pytest.raises(NoAnswer, match="within"):
        call(lab_target(server, "/"), seconds=0.3)
    assert len(waits) == 1
    assert 0 < waits[0] <= 0.3


def test_nobody_listening_is_no_answer():
    with hook() as server:
        target = lab_target(server, "/")
    with pytest.raises(NoAnswer):
        call(target, seconds=2)


def certificate_for(name: str, folder) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(of the server, that trusts it)"""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))


def test_the_certificate_is_verified_for_the_name_and_not_for_the_number(tmp_path):
    right, trust_right = certificate_for("hook.example", tmp_path)
    wrong, trust_wrong = certificate_for("other.example", tmp_path)
    with hook(right) as server:
        assert call(lab_target(server, "/", scheme="https"), trust=trust_right).status == 200
    with hook(wrong) as server, pytest.raises(NoAnswer, match="certificate"):
        call(lab_target(server, "/", scheme="https"), trust=trust_wrong)
    with hook(right) as server, pytest.raises(NoAnswer, match="certificate"):
        call(lab_target(server, "/", scheme="https"))
