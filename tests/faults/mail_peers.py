"""Mail servers of the tests' own: one that takes letters as its script says, one that keeps a mailbox."""

import asyncio
import contextlib
import imaplib
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller

from tests.engines import free_port, wait_until

Fault = str  # "" | "4xx" | "5xx" | "drop" (after the letter's last byte) | "stall"


class Taker:
    """Takes letters on a port of its own; `script(n)` says what becomes of the n-th."""

    def __init__(self, script: Callable[[int], Fault] = lambda _n: "", *, port: int = 0) -> None:
        self.script = script
        self.port = port or free_port()
        self.seen = 0
        self.taken: list[bytes] = []  # every letter that was accepted, or whose acceptance was never heard
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "Taker":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_DATA(self, server, session, envelope) -> str:  # type: ignore[no-untyped-def]
        fault = self.script(self.seen)
        self.seen += 1
        if fault == "4xx":
            return "451 4.7.1 greylisted, come again"
        if fault == "5xx":
            return "550 5.1.1 no such user"
        self.taken.append(bytes(envelope.content))
        if fault == "drop":
            server.transport.abort()
        if fault == "stall":
            await asyncio.sleep(1.5)  # longer than the sender waits in the tests
        return "250 2.0.0 taken"

    def ids(self) -> list[str]:
        return [message_from_bytes(raw, policy=default)["Message-ID"].strip() for raw in self.taken]


class ImapServer:
    """pymap in a process of its own, its mailbox in memory: a restart numbers its letters anew."""

    url: str

    def __init__(self, log: Path, *, user: str = "demouser", password: str = "demopass") -> None:  # noqa: S107
        self.port, self.user, self.password = free_port(), user, password
        self.url = f"imap://{user}:{password}@127.0.0.1:{self.port}/INBOX"
        program = [str(Path(sys.executable).parent / "pymap"), "--host", "127.0.0.1", "--port", str(self.port)]
        with log.open("wb") as said:
            self.process = subprocess.Popen(
                [
                    *program,
                    "--no-tls",
                    "--no-service",
                    "admin",
                    "dict",
                    "--demo-user",
                    user,
                    "--demo-password",
                    password,
                ],
                stdout=said,
                stderr=said,
                cwd=log.parent,
            )
        wait_until(self._answers, seconds=20, what=f"pymap answers; it said {log.read_text()[-500:]}")

    def __enter__(self) -> "ImapServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(10)

    def append(self, *letters: bytes) -> None:
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.login(self.user, self.password)
            for raw in letters:
                assert client.append("INBOX", "", None, raw)[0] == "OK"  # type: ignore[arg-type]

    def _answers(self) -> bool:
        assert self.process.poll() is None, "pymap ended"
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                return probe.recv(4).startswith(b"*")
        except OSError:
            return False


@contextlib.contextmanager
def stalling(port: int, after: int) -> Iterator[int]:
    """A port that leads to `port` and falls silent, line open, once it has carried `after` bytes back."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def carry(source: socket.socket, target: socket.socket, left: list[int] | None) -> None:
        with contextlib.suppress(OSError):
            while not ended.is_set() and (data := source.recv(4096)):
                if left is not None:
                    data = data[: max(0, left[0])]
                    left[0] -= len(data)
                if data:
                    target.sendall(data)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = listener.accept()
                far = socket.create_connection(("127.0.0.1", port))
                opened.extend([near, far])
                for source, target, left in ((near, far, None), (far, near, [after])):
                    threading.Thread(target=carry, args=(source, target, left), daemon=True).start()

    opened: list[socket.socket] = [listener]
    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        for one in opened:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
