"""The examples of a proxy, run by the real programs before two servers that write down what reaches them."""

import contextlib
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from camdesk.lib import request_ids
from tests.engines import free_port, wait_until
from tests.faults.doors import ROOT

pytestmark = pytest.mark.fault
DEPLOY = ROOT / "deploy"
SBIN = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
HOST = "support.example.com"
SAID = "0123456789abcdef"
OPENSSL = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout privkey.pem -out fullchain.pem"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Upstream(ThreadingHTTPServer):
    """Notes what it is asked; a stream says one thing and stays open."""

    daemon_threads = True

    def __init__(self, *, streams: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.streams, self.ready = streams, True
        self.refused = 0  # to whoever asked whether it is ready
        self.asked: list[tuple[str, dict[str, str], int]] = []
        self.ending = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Upstream

    def do_GET(self) -> None:
        if self.path == "/readyz":
            self.server.refused += not self.server.ready
            return self._says(200 if self.server.ready else 503, b"")
        size = int(self.headers.get("Content-Length") or 0)
        taken = 0
        while taken < size and (piece := self.rfile.read(min(65536, size - taken))):
            taken += len(piece)
        self.server.asked.append((self.path, {key.lower(): value for key, value in self.headers.items()}, taken))
        if not self.server.streams:
            return self._says(200, b"page")
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"c\r\ndata: hint\n\n\r\n")
        self.wfile.flush()
        self.server.ending.wait(20)
        return None

    do_POST = do_GET

    def _says(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A folder with fullchain.pem, privkey.pem and both.pem, of nobody's authority."""
    place = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [*OPENSSL.split(), "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"],
        cwd=place,
        check=True,
        capture_output=True,
    )
    (place / "both.pem").write_text((place / "fullchain.pem").read_text() + (place / "privkey.pem").read_text())
    return place


class Proxied:
    def __init__(self, web: list[Upstream], live: list[Upstream], certificate: Path) -> None:
        self.web, self.live = web, live
        self.plain, self.tls = free_port(), free_port()
        self.trusted = certificate / "fullchain.pem"

    def line(self, *protocols: str) -> ssl.SSLSocket:
        """As a browser that trusts this certificate."""
        context = ssl.create_default_context(cafile=str(self.trusted))
        context.set_alpn_protocols(protocols or ["http/1.1"])
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.tls), 10), server_hostname=HOST)

    def connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(HOST)
        connection.sock = self.line()
        return connection

    def ask(self, path: str, *, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        with contextlib.closing(self.connect()) as connection:
            said = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("POST" if body else "GET", path, body=body, headers=said)
            answer = connection.getresponse()
            return answer.status, answer.read()


def _program(name: str) -> str:
    if not (found := shutil.which(name, path=SBIN)):
        if name in os.environ.get("CAMDESK_TESTS_WITHOUT", "").split():
            pytest.skip(f"{name} cannot be had on this machine; bin/test says so")
        pytest.fail(f"{name} is missing (on Debian: apt-get install {name})")
    return found


def _nginx(told: Proxied, certificate: Path, place: Path) -> list[str]:
    text = (DEPLOY / "nginx.conf").read_text()
    text = text.replace("127.0.0.1:8001", f"127.0.0.1:{told.web[0].port}")
    text = text.replace("127.0.0.1:8101", f"127.0.0.1:{told.live[0].port}")
    text = re.sub(r"\n *listen \[::\].*", "", text)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{told.plain};")
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{told.tls} ssl")
    text = text.replace("/etc/ssl/camdesk", str(certificate))
    temporary = "".join(
        f"{kind}_temp_path {place}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (place / "nginx.conf").write_text(
        f"daemon off; pid {place}/pid; error_log {place}/log; {'user root;' if os.geteuid() == 0 else ''}\n"
        f"events {{}}\nhttp {{ access_log off; {temporary}\n{text}\n}}\n"
    )
    return [_program("nginx"), "-p", str(place), "-c", str(place / "nginx.conf")]


def _haproxy(told: Proxied, certificate: Path, place: Path) -> list[str]:
    text = (DEPLOY / "haproxy.cfg").read_text()
    for port, upstream in zip((8001, 8002, 8101, 8102), (*told.web, *told.live), strict=True):
        text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{upstream.port}")
    text = text.replace("bind :80", f"bind 127.0.0.1:{told.plain}").replace("bind :443", f"bind 127.0.0.1:{told.tls}")
    # Of files it may open as many as this is given, where it is no service.
    text = text.replace("inter 2s", "inter 200").replace("maxconn 20000", "maxconn 200")
    (place / "haproxy.cfg").write_text(text.replace("/etc/ssl/camdesk", str(certificate)))
    return [_program("haproxy"), "-db", "-f", str(place / "haproxy.cfg")]


def _caddy(told: Proxied, certificate: Path, place: Path) -> list[str]:
    text = (DEPLOY / "Caddyfile").read_text()
    text = text.replace("127.0.0.1:8001", f"127.0.0.1:{told.web[0].port}")
    text = text.replace("127.0.0.1:8101", f"127.0.0.1:{told.live[0].port}")
    tls = f"\ttls {certificate}/fullchain.pem {certificate}/privkey.pem\n\tbind 127.0.0.1\n"
    text = text.replace(" {\n", f" {{\n{tls}", 1)
    ours = f"{{\n\tadmin off\n\thttp_port {told.plain}\n\thttps_port {told.tls}\n}}\n"
    (place / "Caddyfile").write_text(ours + text)
    return [_program("caddy"), "run", "--config", str(place / "Caddyfile"), "--adapter", "caddyfile"]


RUN = {"nginx": _nginx, "haproxy": _haproxy, "caddy": _caddy}


@pytest.fixture(params=list(RUN))
def proxied(request, certificate, tmp_path) -> Iterator[Proxied]:
    told = Proxied([Upstream(), Upstream()], [Upstream(streams=True), Upstream(streams=True)], certificate)
    words = RUN[request.param](told, certificate, tmp_path)
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(words, stdout=said, stderr=said, env={**os.environ, "HOME": str(tmp_path)})
    try:
        wait_until(lambda: _serves(told, process, tmp_path / "said"), seconds=20, what=f"{request.param} answers")
        yield told
    finally:
        for one in (*told.web, *told.live):
            one.ending.set()
            one.shutdown()
        process.kill()  # Caddy would wait for a stream that is still open
        process.wait(10)


def _serves(told: Proxied, process: subprocess.Popen[bytes], said: Path) -> bool:
    assert process.poll() is None, said.read_text()
    try:
        return told.ask("/probe")[0] == 200
    except OSError:
        return False


def test_a_page_goes_to_web_with_the_visitors_own_address(proxied) -> None:
    assert proxied.ask("/desk/", X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="http", X_Request_ID=SAID) == (
        200,
        b"page",
    )
    [seen] = [headers for one in proxied.web for path, headers, _size in one.asked if path == "/desk/"]
    assert seen["host"] == HOST
    assert seen["x-forwarded-for"] == "127.0.0.1", "what a visitor says of it is not believed"
    assert seen["x-forwarded-proto"] == "https"
    assert request_ids.read(seen["x-request-id"]) not in ("", SAID), "the proxy's own"


def test_a_stream_is_passed_on_while_it_is_open(proxied) -> None:
    with contextlib.closing(proxied.connect()) as connection:
        began = time.monotonic()
        connection.request("GET", "/live?token=x")
        assert connection.getresponse().read1(100) == b"data: hint\n\n"
        assert time.monotonic() - began < 10, "it stays open for twenty seconds"
    assert sum(len(one.asked) for one in proxied.live) == 1
    assert not [path for one in proxied.web for path, _headers, _size in one.asked if "live" in path]


def test_a_large_upload_goes_through_whole(proxied) -> None:
    assert proxied.ask("/support/", body=bytes(20_000_000))[0] == 200
    assert [size for one in proxied.web for path, _headers, size in one.asked if path == "/support/"] == [20_000_000]


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/healthz"])
def test_what_is_for_machines_is_not_for_visitors(proxied, path: str) -> None:
    assert proxied.ask(path)[0] == 404
    assert not [asked for one in (*proxied.web, *proxied.live) for asked, _headers, _size in one.asked if asked == path]


def test_plain_http_leads_to_tls_and_http2_is_spoken(proxied) -> None:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", proxied.plain, timeout=10)) as connection:
        connection.request("GET", "/desk/", headers={"Host": HOST})
        answer = connection.getresponse()
        assert (answer.status in (301, 308), answer.getheader("Location")) == (True, f"https://{HOST}/desk/")
    with proxied.line("h2", "http/1.1") as line:
        assert line.selected_alpn_protocol() == "h2"


@pytest.mark.parametrize("proxied", ["haproxy"], indirect=True)
def test_who_is_not_ready_gets_nothing(proxied) -> None:
    proxied.web[0].ready = False
    wait_until(lambda: _all_go_to(proxied, proxied.web[1]), seconds=10, what="haproxy looks away")


@pytest.mark.parametrize("proxied", ["haproxy"], indirect=True)
def test_when_none_is_ready_camdesk_says_so_itself(proxied) -> None:
    for one in proxied.web:
        one.ready = False
    wait_until(lambda: all(one.refused >= 4 for one in proxied.web), seconds=10, what="haproxy looks away from all")
    assert [proxied.ask("/desk/") for _ in range(4)] == [(200, b"page")] * 4


def _all_go_to(proxied: Proxied, one: Upstream) -> bool:
    for upstream in proxied.web:
        upstream.asked.clear()
    for _ in range(6):
        proxied.ask("/desk/")
    return len(one.asked) == 6
