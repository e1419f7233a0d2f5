"""ClamAV's daemon over its socket: PING, VERSION, INSTREAM (clamd(8)). Bytes go out, a verdict comes back.

Three commands of one line each; a client of our own has deadlines over the whole exchange, a cap on the answer, and
tells apart who is at fault when no verdict comes: the daemon (`Away`), or perhaps this very file (`Interrupted`).
"""

import re
import socket
import struct
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

PIECE: Final = 64 * 1024
PORT: Final = 3310
CONNECT_SECONDS: Final = 5.0
SCAN_SECONDS: Final = 150.0  # the daemon itself gives a file up after 120 (its MaxScanTime)
# The harmless file that every scanner knows; put together here, so that no file of ours is taken for infected.
EICAR: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$ EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*".replace(b" ", b"")
_ANSWER: Final = 4096  # bytes; a verdict is one line
_LIMITS: Final = "Heuristics.Limits.Exceeded"  # only a part of it was looked at (AlertExceedsMax)
_VERSION: Final = re.compile(r"(ClamAV \S+?)(?:/(\d+)/(.+))?")


class Away(Exception):
    """The scanner cannot be reached, or does not answer as one: no fault of any file."""


class Interrupted(Exception):
    """The scan began and no verdict came: the daemon went away, or this file was too much for it."""


class Result(StrEnum):
    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """`detail`: the signature's name for INFECTED, the reason for UNKNOWN ("too large", or the daemon's words)."""

    result: Result
    detail: str = ""


TOO_LARGE: Final = Verdict(Result.UNKNOWN, "too large")


@dataclass(frozen=True)
class Version:
    """`signatures`, `made_at`: of the official database; None where the daemon has none. It names no zone, so `made_at`
    is read as UTC: right to a day."""

    engine: str
    signatures: int | None
    made_at: datetime | None


@dataclass(frozen=True)
class Address:
    """A unix socket (`path`), or `host` and `port`."""

    path: str = ""
    host: str = ""
    port: int = PORT

    def __str__(self) -> str:
        return self.path or f"{self.host}:{self.port}"


def read_address(url: str) -> Address:
    """clamd://host:3310 or clamd:///run/clamav/clamd.ctl. Raises ValueError."""
    parts = urlsplit(url)
    extra = parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme != "clamd" or extra or bool(parts.hostname) == bool(parts.path.strip("/")):
        raise ValueError(f"no address of a scanner: {url}")
    if parts.hostname:
        return Address(host=parts.hostname, port=parts.port or PORT)
    return Address(path=unquote(parts.path))


def ping(address: Address, *, seconds: float = CONNECT_SECONDS) -> None:
    """Raises Away."""
    if (said := _ask(address, b"PING", seconds)) != "PONG":
        raise Away(f"it answered {said[:40]!r}")


def version(address: Address, *, seconds: float = CONNECT_SECONDS) -> Version:
    """Raises Away."""
    said = _ask(address, b"VERSION", seconds)
    found = _VERSION.fullmatch(said)
    if found is None:
        raise Away(f"it answered {said[:40]!r}")
    engine, signatures, made_at = found.groups()
    return Version(engine, int(signatures) if signatures else None, _moment(made_at or ""))


class Readable(Protocol):
    """A file, as far as it is looked at here."""

    def read(self, size: int, /) -> bytes: ...


def scan(address: Address, file: Readable, *, seconds: float = SCAN_SECONDS) -> Verdict:
    """What the scanner says of the rest of `file`; never longer than `seconds`. Raises Away, Interrupted."""
    until = time.monotonic() + seconds
    with _connected(address, until) as line:
        try:
            _send(line, file, until)
        except TimeoutError:
            raise Interrupted(f"it did not take the file within {seconds:.0f} s") from None
        except OSError:
            pass  # it hung up: mostly with its answer given, that the file is larger than it takes
        try:
            said = _answer(line, until)
        except TimeoutError:
            raise Interrupted(f"no verdict within {seconds:.0f} s") from None
        except OSError as error:
            raise Interrupted(f"it hung up ({type(error).__name__})") from None
    return read_verdict(said)


def read_verdict(said: str) -> Verdict:
    """The daemon's line as a verdict. Raises Interrupted for what is none."""
    if said == "stream: OK":
        return Verdict(Result.CLEAN)
    if said == "INSTREAM size limit exceeded. ERROR":
        return TOO_LARGE
    words = said.removeprefix("stream: ")
    if words.endswith(" FOUND") and words != said:
        name = words.removesuffix(" FOUND").strip() or "unnamed"
        return TOO_LARGE if name.startswith(_LIMITS) else Verdict(Result.INFECTED, name)
    if words.endswith(" ERROR"):
        return Verdict(Result.UNKNOWN, words.removesuffix(" ERROR").strip() or "error")
    raise Interrupted(f"it answered {said[:40]!r}")


def _send(line: socket.socket, file: Readable, until: float) -> None:
    line.sendall(b"zINSTREAM\0")
    while piece := file.read(PIECE):
        line.settimeout(_left(until))
        line.sendall(struct.pack("!I", len(piece)) + piece)
    line.settimeout(_left(until))
    line.sendall(struct.pack("!I", 0))


def _ask(address: Address, command: bytes, seconds: float) -> str:
    until = time.monotonic() + seconds
    with _connected(address, until) as line:
        try:
            line.sendall(b"z" + command + b"\0")
            return _answer(line, until)
        except OSError as error:
            raise Away(f"it does not answer ({type(error).__name__})") from None


def _connected(address: Address, until: float) -> socket.socket:
    seconds = min(CONNECT_SECONDS, _left(until))
    try:
        if not address.path:
            return socket.create_connection((address.host, address.port), timeout=seconds)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(seconds)
            line.connect(address.path)
        except BaseException:
            line.close()
            raise
        return line
    except OSError as error:
        raise Away(f"{address} cannot be reached ({error.strerror or type(error).__name__})") from None


def _answer(line: socket.socket, until: float) -> str:
    """One line, without its end. Raises TimeoutError, and ConnectionError when it is cut or goes on for ever."""
    said = b""
    while not said.endswith((b"\0", b"\n")):
        line.settimeout(_left(until))
        more = line.recv(_ANSWER)
        if not more or len(said) > _ANSWER:
            raise ConnectionError("the answer has no end")
        said += more
    # What a stranger's file makes it say is shown to people: nothing but plain signs gets through.
    return "".join(sign if " " <= sign <= "~" else "?" for sign in said.rstrip(b"\0\n").decode("latin-1"))[:_ANSWER]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _moment(said: str) -> datetime | None:
    try:
        return datetime.strptime(said.strip(), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None
