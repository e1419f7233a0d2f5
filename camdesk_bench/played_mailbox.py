"""A mailbox that misbehaves as it is told: for `bench mail mailbox` and the fault tests. Speaks as much IMAP as we do.

    with PlayedMailbox(50_000, letter_of, script=lambda n: "stall" if n == 7 else "") as box: ...

`script(n)` says what becomes of the n-th FETCH of letters: "" | "stall" (silent within a letter, until we leave) |
"cut" (the line is closed within a letter) | "garbage" (a line that is no IMAP) | "short" (one letter is left out).
"""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from io import BufferedRWPair
from typing import cast

Fault = str
_COMMAND = re.compile(rb"(\S+) (UID )?(\S+) ?(.*)", re.I)


class PlayedMailbox:
    """`letter_of(n)`: the n-th letter, from 0; made when asked for, so that a large mailbox needs no memory here."""

    def __init__(
        self, count: int, letter_of: Callable[[int], bytes], *, script: Callable[[int], Fault] = lambda _n: ""
    ) -> None:
        self.count = count
        self.letter_of = letter_of
        self.script = script
        self.validity = 1000
        self.first_uid = 1
        self.gap = 1  # numbers from one letter to the next
        self.fetches = 0
        self.seen: set[int] = set()  # letters marked as read
        self.sent = 0  # bytes
        self.size_of: Callable[[int], int] = lambda n: len(self.letter_of(n))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lines: list[socket.socket] = []
        self._closed = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"imap://support:secret@127.0.0.1:{self._listener.getsockname()[1]}/INBOX"

    def renumber(self) -> None:
        """As after a restore of the server: the same letters under new numbers."""
        self.validity += 1
        self.first_uid += 7 * self.count

    def __enter__(self) -> "PlayedMailbox":
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        for one in [self._listener, *self._lines]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _address = self._listener.accept()
                self._lines.append(line)
                threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        file = cast(BufferedRWPair, line.makefile("rwb", buffering=1 << 16))
        with contextlib.suppress(OSError, ValueError), line, file:
            file.write(b"* OK ready\r\n")
            file.flush()
            for said in file:
                found = _COMMAND.match(said.strip())
                if found is None:
                    return
                tag, _uid, verb, rest = found.groups()
                if not self._answer(file, verb.upper(), rest):
                    return
                file.write(tag + b" OK done\r\n")
                file.flush()

    def _answer(self, file: BufferedRWPair, verb: bytes, rest: bytes) -> bool:
        """False: the line is closed."""
        if verb == b"CAPABILITY":
            file.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif verb == b"SELECT":
            file.write(b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] numbers\r\n" % (self.count, self.validity))
        elif verb == b"STATUS":
            file.write(b'* STATUS "INBOX" (UIDVALIDITY %d UIDNEXT %d)\r\n' % (self.validity, self._uid(self.count)))
        elif verb == b"SEARCH":
            uids = b" ".join(b"%d" % self._uid(n) for n in self._named(rest.split(b"UID ")[1]))
            file.write(b"* SEARCH " + uids + b"\r\n")
        elif verb == b"FETCH":
            return self._fetch(file, rest)
        elif verb == b"STORE":
            self.seen.update(self._named(rest.split(b" ")[0]))
        elif verb == b"LOGOUT":
            file.write(b"* BYE\r\n")
        return True

    def _fetch(self, file: BufferedRWPair, rest: bytes) -> bool:
        numbers, what = rest.split(b" ", 1)
        if b"RFC822.SIZE" in what:
            for n in self._named(numbers):
                file.write(b"* %d FETCH (UID %d RFC822.SIZE %d)\r\n" % (n + 1, self._uid(n), self.size_of(n)))
            return True
        fault = self.script(self.fetches)
        self.fetches += 1
        for place, n in enumerate(self._named(numbers)):
            raw = self.letter_of(n)
            if b"[HEADER]" in what:
                raw = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            if fault == "short" and place == 0:
                continue
            file.write(b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n" % (n + 1, self._uid(n), len(raw)))
            if fault and fault != "short" and place == 1:
                file.write(raw[: len(raw) // 2] if fault != "garbage" else raw + b"))\r\n\xff* nonsense {12\r\n")
                file.flush()
                if fault == "stall":
                    while not self._closed.wait(0.1) and _is_open(file):
                        pass
                return False
            file.write(raw + b")\r\n")
            self.sent += len(raw)
        return True

    def _uid(self, n: int) -> int:
        return self.first_uid + n * self.gap

    def _named(self, numbers: bytes) -> Iterator[int]:
        """The letters of a set of UIDs, by their places."""
        for one in numbers.split(b","):
            first, _colon, last = one.partition(b":")
            low = -(-(int(first) - self.first_uid) // self.gap)
            high = self.count - 1 if last == b"*" else (int(last or first) - self.first_uid) // self.gap
            if last == b"*" and low > high:
                low = high  # `n:*` names the last letter, also when it is older
            yield from range(max(0, low), min(high, self.count - 1) + 1)


def _is_open(file: BufferedRWPair) -> bool:
    time.sleep(0)
    return not file.closed
