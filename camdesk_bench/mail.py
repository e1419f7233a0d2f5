"""camdesk bench mail WHAT…: letters in and out, on a data folder and servers of the bench's own; loopback only.

reading   what reading a letter costs, a usual one and those written to cost much
intake    letters brought to the door (durable), then made requests of
mailbox   an IMAP mailbox of 50,000 whose server stalls, breaks lines and numbers anew
flood     10,000 letters from one address at the running worker, and a stranger's letters in between
bombs     the worst letters we know at the running worker, and usual letters in between
out       1,000 letters through a server with faults in a tenth of its answers

Each is ended after --seconds and says then how far it came. The database is SQLite with synchronous=FULL.
"""

import argparse
import asyncio
import os
import resource
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from camdesk_bench import letter_reading as reading
from camdesk_bench.processes import Processes

OURS = "support@example.org"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    reading.add_arguments(parser)
    parser.add_argument("what", nargs="*", choices=[*_PARTS, "reading", []], metavar="WHAT", help=", ".join(_PARTS))
    parser.add_argument("--seconds", type=float, default=280.0, help="each part ends after this")
    parser.add_argument("--letters", type=int, help="how many letters (default: as the part's name promises)")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # in the bench's own data folder


def run(args: argparse.Namespace) -> int:
    if args.here:
        return _here(args)
    parts = args.what or ["reading"]
    for part in parts:
        if part == "reading":
            reading.run(args)
            continue
        with tempfile.TemporaryDirectory(prefix="camdesk-bench-") as data:
            known = {name: value for name, value in os.environ.items() if not name.startswith(("CAMDESK_", "DJANGO_"))}
            words = [sys.executable, "-m", "camdesk", "bench", "mail", part, "--here", "--seconds", str(args.seconds)]
            more = ["--letters", str(args.letters)] if args.letters else []
            where = os.pathsep.join(map(os.path.abspath, sys.path))
            env = known | {"CAMDESK_DATA": data, "PYTHONPATH": where, "CAMDESK_LOG_LEVEL": "CRITICAL"}
            if code := subprocess.run([*words, *more], env=env, check=False).returncode:
                return code
    return 0


def _here(args: argparse.Namespace) -> int:
    from camdesk.config import data_folder, startup

    data_folder.prepare()
    startup.prepare(say=startup.quiet)
    work, letters = _PARTS[args.what[0]]
    print(f"{args.what[0]}: {work(args.letters or letters, time.monotonic() + args.seconds)}")
    return 0


# --- the parts: each returns one line


def _intake(letters: int, until: float) -> str:
    from camdesk.channels.mail.incoming.dispatch import take_in_due
    from camdesk.channels.models import RawLetter

    with _door() as port:
        spent = _Spent()
        _send(port, [_usual(number) for number in range(letters)], lines=4, until=until)
        stored = RawLetter.objects.count()
        durable = f"{stored} letters durable over 4 lines: {stored / spent.wall():.0f}/s, {spent.ms(stored)} CPU each"
    spent, told = _Spent(), 0
    while time.monotonic() < until and (done := take_in_due(_now())):
        told += done
    return f"{durable}; {told} made requests of: {told / spent.wall():.0f}/s, {spent.ms(told)} CPU each"


def _mailbox(letters: int, until: float) -> str:
    from django.conf import settings

    from camdesk.channels.mail.incoming import imap, imap_account
    from camdesk.channels.models import RawLetter
    from camdesk_bench.played_mailbox import PlayedMailbox

    imap_account.SILENCE_SECONDS = 1.0
    faults = {10: "stall", 30: "garbage", 90: "cut", 100: "short", 300: "stall", 500: "garbage"}
    imap_account.Account.name = "bench"  # type: ignore[method-assign, assignment]
    memory, spent = _most_memory(), _Spent()
    with PlayedMailbox(letters, _usual, script=lambda number: faults.get(number, "")) as box:
        settings.IMAP_URL = box.url
        renumbered = False
        while time.monotonic() < until and len(box.seen) < letters:
            imap.fetch(_now())
            if not renumbered and len(box.seen) > letters // 2:
                renumbered = True
                box.renumber()
                box.seen.clear()
    wall = spent.wall()
    rows = RawLetter.objects.values_list("letter_id", flat=True)
    brought = len(box.seen)
    return (
        f"{brought} of {letters} brought in {wall:.0f} s with {box.fetches} fetches, {brought / wall:.0f}/s"
        f" ({box.sent / 1e6:.0f} MB sent, the first half twice: numbered anew); {len(rows)} kept, {len(set(rows))}"
        f" different; {spent.ms(len(rows))} CPU each; memory +{_most_memory() - memory:.0f} MiB"
    )


def _flood(letters: int, until: float) -> str:
    from camdesk.channels.models import RawLetter

    late: list[float] = []
    with _door() as port, _worker():
        sending = threading.Thread(
            target=_send,
            args=(port, (_usual(number, sender="eve@evil.example") for number in range(letters))),
            kwargs={"lines": 4, "until": until},
        )
        began = time.monotonic()
        sending.start()
        number = letters
        while sending.is_alive():
            number += 1
            late.append(_time_to_ticket(port, _usual(number, sender=f"b{number}@example.net"), until))
            time.sleep(1)
        took = time.monotonic() - began
        theirs = RawLetter.objects.filter(sender="eve@evil.example")
        while time.monotonic() < until and theirs.filter(state="waiting").exists():
            time.sleep(0.2)
    states = Counter(theirs.values_list("state", flat=True))
    return (
        f"{letters} letters of one address in {took:.0f} s: {states['taken']} taken in, {states['held']} held,"
        f" {letters - sum(states.values())} asked to come later; {len(late)} letters of others in between were"
        f" requests within {max(late):.1f} s, half of them within {sorted(late)[len(late) // 2]:.1f} s"
    )


def _bombs(letters: int, until: float) -> str:
    from camdesk.channels.models import RawLetter

    bombs = [raw for raw in reading.hostile().values()] * max(1, letters)
    late: list[float] = []
    memory = _most_memory()
    with _door() as port, _worker():
        for number, raw in enumerate(bombs):
            _send(port, [b"X-Number: %d\r\n" % number + raw], lines=1, until=until)
            late.append(_time_to_ticket(port, _usual(number), until))
        hostile = RawLetter.objects.exclude(sender__endswith="@example.net")
        while time.monotonic() < until and hostile.filter(state="waiting").exists():
            time.sleep(0.2)
    states = Counter(hostile.values_list("state", flat=True))
    told = hostile.filter(ticket__isnull=False).count()
    return (
        f"{len(bombs)} hostile letters: {dict(states)}, {told} opened a request; {len(late)} usual letters in between"
        f" became requests within {max(late):.1f} s; memory of worker and sender together"
        f" +{_most_memory() - memory:.0f} MiB"
    )


def _out(letters: int, until: float) -> str:
    from django.conf import settings

    from camdesk.channels.mail.outgoing import smtp_client
    from camdesk.channels.mail.outgoing.deliver import deliver_due
    from camdesk.tickets.models import Delivery, OutgoingLetter

    smtp_client.seconds_for = lambda size: 1.0
    now = _now()
    rows = Delivery.objects.bulk_create(
        Delivery(kind=Delivery.Kind.NOTICE, to="a@example.net", next_try_at=now, created_at=now) for _ in range(letters)
    )
    OutgoingLetter.objects.bulk_create(
        OutgoingLetter(delivery=row, letter_id=f"{row.pk}@bench", subject="x", text="y", charged_at=now) for row in rows
    )
    with _server() as server:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.port}"
        spent, moment = _Spent(), now
        while time.monotonic() < until and Delivery.objects.filter(state="waiting").exists():
            while deliver_due(moment):
                pass
            moment += timedelta(minutes=1)
    states = Counter(Delivery.objects.values_list("state", flat=True))
    sent = set(Delivery.objects.filter(state="sent").values_list("letter__letter_id", flat=True))
    arrived = Counter(server.ids)
    doubtful = [one for one, count in arrived.items() if count > 1]
    return (
        f"{letters} letters: {states['sent']} sent, {states['failed']} refused for good, {states['waiting']} wait;"
        f" lost {len(sent - set(arrived))}; {len(doubtful)} twice under one Message-ID, {len(server.unheard)} answers"
        f" were not heard; {letters / spent.wall():.0f}/s, {spent.ms(letters)} CPU each"
    )


_PARTS: dict[str, tuple[Callable[[int, float], str], int]] = {
    "intake": (_intake, 2_000),
    "mailbox": (_mailbox, 50_000),
    "flood": (_flood, 10_000),
    "bombs": (_bombs, 1),
    "out": (_out, 1_000),
}


# --- what they are made of


def _usual(number: int, sender: str = "") -> bytes:
    return (
        f"Message-ID: <{number}@bench>\r\nFrom: Ivan <{sender or f'a{number}@example.net'}>\r\nTo: {OURS}\r\n"
        f"Subject: Camera {number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nКамера {number} не показывает.\r\n"
        + "Подробности в следующей строке.\r\n"
        * 20
    ).encode()


def _send(port: int, letters: Any, *, lines: int, until: float) -> None:
    """Brings the letters over so many lines at once; what is refused is not brought again."""
    waiting, lock = iter(letters), threading.Lock()

    def one_line() -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            while time.monotonic() < until:
                with lock:
                    raw = next(waiting, None)
                if raw is None:
                    return
                with suppress(smtplib.SMTPResponseException):
                    client.sendmail("bench@example.net", [OURS], raw)

    threads = [threading.Thread(target=one_line) for _ in range(lines)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _time_to_ticket(port: int, raw: bytes, until: float) -> float:
    """Seconds from the server's 250 to the request."""
    from camdesk.channels.mail.incoming.raw_store import digest_of
    from camdesk.channels.models import RawLetter

    _send(port, [raw], lines=1, until=until)
    began = time.monotonic()
    row = RawLetter.objects.filter(digest=digest_of(raw), ticket__isnull=False)
    while not row.exists() and time.monotonic() < until:
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def _door() -> Iterator[int]:
    from camdesk.channels.mail.incoming.smtp_server import Receiver
    from camdesk.server.serving import listen_on

    with listen_on("127.0.0.1", 0) as probe:
        port = int(probe.getsockname()[1])
    receiver = Receiver(f"smtp://127.0.0.1:{port}")
    receiver.start()
    try:
        yield port
    finally:
        receiver.stop()


@contextmanager
def _worker() -> Iterator[None]:
    from camdesk.worker.duties import DUTIES
    from camdesk.worker.loop import Worker

    worker = Worker([duty for duty in DUTIES if duty.name.startswith("letters")])
    worker.start()
    try:
        yield
    finally:
        worker.stop(seconds=10)


class _Server:
    """Takes letters and misbehaves in a tenth of its answers."""

    def __init__(self) -> None:
        self.port = 0
        self.ids: list[str] = []
        self.unheard: list[str] = []
        self._seen = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self._seen += 1
        fault = {3: "4xx", 13: "5xx", 23: "drop", 33: "stall"}.get(self._seen % 40, "")
        if fault == "4xx":
            return "451 4.7.1 come again"
        if fault == "5xx":
            return "550 5.1.1 no such user"
        letter_id = bytes(envelope.content).partition(b"\r\n")[0].decode().partition("<")[2].rstrip(">")
        self.ids.append(letter_id)
        if fault:
            self.unheard.append(letter_id)
        if fault == "drop":
            server.transport.abort()
        if fault == "stall":
            await asyncio.sleep(2)
        return "250 taken"


@contextmanager
def _server() -> Iterator[_Server]:
    from aiosmtpd.controller import Controller

    from camdesk.server.serving import listen_on

    handler = _Server()
    with listen_on("127.0.0.1", 0) as probe:
        handler.port = int(probe.getsockname()[1])
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()


class _Spent:
    """Time and processor time of this process and its children since it was made."""

    def __init__(self) -> None:
        self._processes = Processes(os.getpid())
        self._cpu, self._began = self._processes.cpu(), time.monotonic()

    def wall(self) -> float:
        return max(time.monotonic() - self._began, 0.001)

    def ms(self, count: int) -> str:
        return f"{1000 * (self._processes.cpu() - self._cpu) / max(count, 1):.1f} ms"


def _most_memory() -> float:
    """MiB resident at most so far, of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()
