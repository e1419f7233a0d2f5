"""The only way out by HTTP: webhooks, probes, anything whose address came from a person.

An address is resolved once, every answer is checked, and the connection goes to the checked number while TLS and the
Host header keep the name. So a name that answers differently the second time, a redirect, or an odd spelling of
127.0.0.1 finds nothing inside our network.
"""

import functools
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore
import httpx

from camdesk.lib.special_addresses import Address, is_outside

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], list[str]]

PORTS: Final = frozenset({80, 443, 8080, 8443})
SECONDS: Final = 10.0  # for the whole exchange
LARGEST_ANSWER: Final = 1024 * 1024
LONGEST_URL: Final = 2000

_IN_NO_URL: Final = re.compile(r"[\x00-\x20\x7f\\]")
_HEX_NUMBER: Final = re.compile(r"0x[0-9a-f]*")
_HOST: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?")


class OutboundRefused(ValueError):
    """The address is not one we call; the text says why (English, for operators and logs)."""


class NoAnswer(Exception):
    """No connection, no whole answer in time, too large an answer, or a certificate for another name."""


@dataclass(frozen=True)
class OutboundTarget:
    """A checked address: `number` is where the connection goes, `host` what TLS verifies and the Host header says."""

    url: str
    scheme: str
    host: str
    port: int
    number: str


@dataclass(frozen=True)
class OutboundAnswer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def _system_resolver(host: str, port: int) -> list[str]:
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def networks(spellings: Iterable[str]) -> list[Network]:
    """The allow-list of a lab (`CAMDESK_OUTBOUND_ALLOW=192.168.7.0/24,…`) as networks. Raises ValueError."""
    return [ipaddress.ip_network(spelling, strict=False) for spelling in spellings]


def check(
    url: str,
    *,
    allowed: Iterable[Network] = (),
    ports: Iterable[int] = PORTS,
    resolve: Resolver = _system_resolver,
) -> OutboundTarget:
    """Resolve the host of `url` once and refuse it unless every answer is public or in `allowed`.

    Raises OutboundRefused. The caller connects to `OutboundTarget.number` and to nothing else.
    """
    if len(url) > LONGEST_URL or _IN_NO_URL.search(url):
        raise OutboundRefused("the address has characters no address has, or is too long")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise OutboundRefused("the address cannot be read") from None
    if parts.scheme not in ("http", "https"):
        raise OutboundRefused("only http and https addresses are called")
    if "@" in parts.netloc:
        raise OutboundRefused("a name or password inside the address is not accepted")
    host = _host(parts.hostname or "")
    port = port or (443 if parts.scheme == "https" else 80)
    allowed = list(allowed)
    numbers = _numbers(host, port, resolve)
    for number in numbers:
        inside = any(number in network for network in allowed if network.version == number.version)
        if not inside and not is_outside(number):
            # The number itself is left out: an error text must not help to map the inner network.
            raise OutboundRefused("the address leads to a network that is not open to the outside")
        if not inside and port not in set(ports):
            raise OutboundRefused(f"port {port} is not called")
    return OutboundTarget(url=url, scheme=parts.scheme, host=host, port=port, number=str(numbers[0]))


def _host(raw: str) -> str:
    if not raw:
        raise OutboundRefused("the address has no host")
    if ":" in raw:
        if "%" in raw:
            raise OutboundRefused("a zone in the address is not accepted")
        return raw
    try:
        host = raw.encode("idna").decode().lower() if not raw.isascii() else raw.lower()
    except UnicodeError:
        raise OutboundRefused("the host is no name of the internet") from None
    if not _HOST.fullmatch(host):
        raise OutboundRefused("the host is no name of the internet")
    last = host.rstrip(".").rsplit(".", 1)[-1]
    if last.isdigit() or _HEX_NUMBER.fullmatch(last):
        # The system would read 2130706433, 0x7f.1 or 017700000001 as a number: only the plain spelling is accepted.
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            raise OutboundRefused("an odd spelling of a number is not accepted") from None
    return host


def _numbers(host: str, port: int, resolve: Resolver) -> list[Address]:
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass
    try:
        found = resolve(host, port)
        numbers = [ipaddress.ip_address(row.split("%")[0]) for row in found]
    except (OSError, UnicodeError, ValueError):
        numbers = []
    if not numbers:
        raise OutboundRefused("the name of the host is not known")
    return numbers


class _Line(httpcore.NetworkStream):
    """A connection on which no single wait passes the deadline: an answer sent byte by byte does not hold us."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the exchange took too long")
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Line(self._stream.start_tls(ssl_context, server_hostname, self._left()), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _ToTheNumber(httpcore.SyncBackend):
    """Connects to the checked number whatever name it is asked for, so that no name is resolved a second time."""

    def __init__(self, number: str, deadline: float) -> None:
        self._number = number
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = max(0.1, self._deadline - time.monotonic())
        return _Line(super().connect_tcp(self._number, port, left), self._deadline)


@functools.cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def call(
    target: OutboundTarget,
    *,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    seconds: float = SECONDS,
    largest: int = LARGEST_ANSWER,
    trust: ssl.SSLContext | None = None,
) -> OutboundAnswer:
    """One exchange with a checked target: no redirects followed, no proxy, certificates verified for the name.

    A redirect comes back as its status. The whole exchange takes at most `seconds`, the answer at most `largest` bytes;
    else, and when there is no answer, NoAnswer is raised. `trust` replaces the system's list of authorities.
    """
    named = f"[{target.host}]" if ":" in target.host else target.host
    named += "" if target.port == {"http": 80, "https": 443}[target.scheme] else f":{target.port}"
    sent = {"User-Agent": "camdesk", "Accept": "*/*", **(headers or {}), "Content-Length": str(len(body))}
    # Not compressed: a small answer must not become a large one here.
    sent = {name: value for name, value in sent.items() if name.lower() not in ("host", "accept-encoding")}
    sent |= {"Host": named, "Accept-Encoding": "identity"}
    path = httpx.URL(target.url).raw_path
    address = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=path)
    backend = _ToTheNumber(target.number, time.monotonic() + seconds)
    got = bytearray()
    try:
        with (
            httpcore.ConnectionPool(ssl_context=trust or _trusted(), network_backend=backend) as pool,
            pool.stream(method, address, headers=list(sent.items()), content=body) as response,
        ):
            for part in response.iter_stream():
                got += part
                if len(got) > largest:
                    raise NoAnswer(f"the answer has more than {largest} bytes")
            return OutboundAnswer(response.status, _plain(response.headers), bytes(got))
    except (httpcore.TimeoutException, TimeoutError):
        raise NoAnswer(f"no whole answer within {seconds:g} s") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise NoAnswer(str(error)[:200] or type(error).__name__) from None


def _plain(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
