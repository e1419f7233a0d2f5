"""A browser as far as a server can tell: one connection kept open, cookies, forms with their token, gzip."""

import gzip
import http.client
import re
import secrets
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_ASSET = re.compile(
    r'<(?:link[^>]+rel="(?:stylesheet|icon|preload|modulepreload)"|script|img)[^>]*?(?:href|src)="([^"]+)"'
)
_ASSET_REVERSED = re.compile(r'<link[^>]+href="([^"]+)"[^>]+rel="(?:stylesheet|icon)"')
_IN_CSS = re.compile(r"""url\(["']?([^"')]+)["']?\)""")

Fields = list[tuple[str, str]]


class PageAnswer:
    """`size`: bytes of the body as they came over the wire."""

    def __init__(self, status: int, headers: http.client.HTTPMessage, raw: bytes) -> None:
        self.status = status
        self.headers = headers
        self.size = len(raw)
        self.body = gzip.decompress(raw) if headers.get("Content-Encoding") == "gzip" else raw

    @property
    def text(self) -> str:
        return self.body.decode()

    def value(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        if found is None:
            raise SystemExit(f"camdesk: the page has no field {name!r} (status {self.status})")
        return found[1]


class Browser:
    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, **headers: str) -> PageAnswer:
        return self._ask("GET", path, b"", headers)

    def post(
        self, path: str, fields: Fields, files: list[tuple[str, str, bytes]] | None = None, *, htmx: bool = False
    ) -> PageAnswer:
        """`files`: [(field, name, bytes)]; with them, or with None for no files, as the form's enctype says. `htmx`: as
        a script asks, for a fragment."""
        if files is None:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = multipart(fields, files)
        return self._ask("POST", path, body, {"Content-Type": kind} | ({"HX-Request": "true"} if htmx else {}))

    def log_in(self, email: str, password: str) -> None:
        """Raises SystemExit when the door stays shut."""
        page = self.get("/account/login/")
        token = page.value("csrfmiddlewaretoken")
        done = self.post("/account/login/", [("csrfmiddlewaretoken", token), ("login", email), ("password", password)])
        if done.status != 302:
            raise SystemExit(f"camdesk: {email} could not sign in: {done.status}")

    def load(self, path: str) -> list[tuple[str, int]]:
        """The page and all it needs, for a browser that has nothing kept: [(path, bytes as sent)]."""
        page = self.get(path)
        loaded = [(path, page.size)]
        for link in dict.fromkeys(_ASSET.findall(page.text) + _ASSET_REVERSED.findall(page.text)):
            asset = self.get(link)
            loaded.append((link, asset.size))
            if urlsplit(link).path.endswith(".css"):
                for inner in dict.fromkeys(_IN_CSS.findall(asset.text)):
                    if not inner.startswith(("data:", "#")):
                        there = urljoin(link, inner)
                        loaded.append((there, self.get(there).size))
        return loaded

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> PageAnswer:
        sent = {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Encoding": "gzip",
            "Accept-Language": "ru,en;q=0.8",
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) camdesk bench",
            "Origin": f"http://127.0.0.1:{self.port}",
            "Referer": f"http://127.0.0.1:{self.port}/",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **headers,
        }
        try:
            got = self._said(method, path, body, sent)
        except (http.client.RemoteDisconnected, ConnectionError):  # the server closed it while it was idle
            self._line.close()
            got = self._said(method, path, body, sent)
        raw = got.read()
        for line in got.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: cookie.value for name, cookie in SimpleCookie(line).items()}
        return PageAnswer(got.status, got.headers, raw)

    def _said(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> http.client.HTTPResponse:
        self._line.request(method, path, body=body or None, headers=headers)
        return self._line.getresponse()


def multipart(fields: Fields, files: list[tuple[str, str, bytes]]) -> tuple[bytes, str]:
    boundary = f"----{secrets.token_hex(12)}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    for field, name, data in files:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + data + b"\r\n")
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"
