"""A scanner that is played: speaks clamd's protocol on this machine and misbehaves as it is told.

    with FakeScanner() as scanner:
        settings.SCANNER = scanner.url
        scanner.mode = "cut"          # see MODES

What holds VIRUS is infected. `scanned` is what it was sent, in order.
"""

import contextlib
import socket
import struct
import threading
from pathlib import Path
from types import TracebackType

VIRUS = b"this is infected, it is said"
NAME = "Test.Virus-1"
MODES = {
    "well": "answers",
    "mute": "takes the connection and never says anything, not even to PING",
    "hang": "takes files and never comes to a verdict",
    "cut": "hangs up in the middle of a file",
    "garbage": "answers a file with something else",
    "endless": "answers a file with a line that has no end",
    "dribble": "answers a file one byte a moment, for ever",
    "error": "says that it could not look at it",
    "limit": "says that the file goes beyond a limit of a scan",
}


class FakeScanner:
    def __init__(self, *, path: Path | None = None, limit: int = 1 << 30) -> None:
        self.mode = "well"
        self.limit = limit  # its StreamMaxLength, bytes
        self.scanned: list[bytes] = []
        self.pings = 0
        self.viruses: tuple[bytes, ...] = (VIRUS,)
        self.says_version = b"ClamAV 1.4.3/27800/Mon Mar 16 08:00:00 2026"
        self._path = path
        self._closing = threading.Event()
        self._server: socket.socket | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"clamd://{self._path}" if self._path else f"clamd://127.0.0.1:{self._port}"

    def __enter__(self) -> "FakeScanner":
        self.come()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None):  # type: ignore[no-untyped-def]
        self.go()

    def come(self) -> None:
        """Listens; again at the address it had, when it was away."""
        self._closing.clear()
        if self._path:
            self._path.unlink(missing_ok=True)
            server = socket.socket(socket.AF_UNIX)
            server.bind(str(self._path))
        else:
            server = socket.socket()
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind(("127.0.0.1", self._port))
            self._port = server.getsockname()[1]
        server.listen(20)
        self._server = server
        threading.Thread(target=self._serve, args=(server,), daemon=True).start()

    def go(self) -> None:
        """Is away: nobody listens there any more."""
        self._closing.set()
        if self._server is not None:
            with contextlib.suppress(OSError):
                self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
            self._server = None

    def _serve(self, server: socket.socket) -> None:
        while True:
            try:
                line = server.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._speak, args=(line,), daemon=True).start()

    def _speak(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError, EOFError):
            if self.mode == "mute":
                self._closing.wait(20)
                return
            command = self._until_nul(line)
            if command == b"zPING":
                self.pings += 1
                line.sendall(b"PONG\0")
            elif command == b"zVERSION":
                line.sendall(self.says_version + b"\0")
            elif command == b"zINSTREAM":
                self._scan(line)

    def _scan(self, line: socket.socket) -> None:
        said = b""
        while length := struct.unpack("!I", self._exactly(line, 4))[0]:
            if len(said) + length > self.limit:
                line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return  # hung up with the rest unread, as the real one does
            said += self._exactly(line, length)
            if self.mode == "cut":
                return
        self.scanned.append(said)
        line.sendall(self._verdict(line, said) + b"\0")

    def _verdict(self, line: socket.socket, said: bytes) -> bytes:
        if self.mode == "hang":
            self._closing.wait(20)
        elif self.mode == "garbage":
            return b"220 mail.example.org ESMTP"
        elif self.mode == "endless":
            while not self._closing.is_set():
                line.sendall(b"stream: " * 1000)
        elif self.mode == "dribble":
            while not self._closing.wait(0.02):
                line.sendall(b"s")
        elif self.mode == "error":
            return b"stream: Can't allocate memory ERROR"
        elif self.mode == "limit":
            return b"stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND"
        infected = any(virus in said for virus in self.viruses)
        return f"stream: {NAME} FOUND".encode() if infected else b"stream: OK"

    def _until_nul(self, line: socket.socket) -> bytes:
        said = b""
        while not said.endswith(b"\0"):
            said += self._exactly(line, 1)
        return said[:-1]

    def _exactly(self, line: socket.socket, length: int) -> bytes:
        said = b""
        while len(said) < length:
            if not (more := line.recv(length - len(said))):
                raise EOFError
            said += more
        return said
