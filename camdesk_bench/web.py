"""camdesk bench web: what pages cost: CPU time of all our processes, the database's included, per unit of work.

A `camdesk serve` of its own on a data folder of its own, with the demo world and a crowd of invented tickets; people
sign in over HTTP and keep cookies as browsers do. Everything is removed afterwards.
"""

import argparse
import os
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

from camdesk_bench.browser import Browser
from camdesk_bench.processes import Processes, postmaster

PASSWORD = "camdesk-demo"  # noqa: S105  the demo's, printed at every start
AT_ONCE = 4
CROWD = 8  # where the kernel divides connections among workers
FILE = os.urandom(200_000)
WORD = "камера"

Unit = Callable[[Browser], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--postgres", metavar="URL", help="measure on this empty database (default: SQLite)")
    parser.add_argument("--tickets", type=int, nargs="+", default=[1000, 100_000], help="sizes to measure at")
    parser.add_argument("--million", action="store_true", help="measure at 1,000,000 tickets too (some minutes more)")
    parser.add_argument("--units", type=int, default=200, help="units of work to measure each with (50-2000)")
    parser.add_argument(
        "--workers", type=int, default=0, metavar="N", help="only submissions, by one worker and by N in turns"
    )
    parser.add_argument("--only", metavar="TEXT", default="", help="only rows whose name has this in it")
    parser.add_argument("--grow", type=int, help=argparse.SUPPRESS)  # the part that writes the crowd


def run(args: argparse.Namespace) -> int:
    if args.grow is not None:
        return _grow(args.grow)
    units = min(max(args.units, 50), 2000)
    database = postmaster(args.postgres) if args.postgres else None
    sizes = sorted({*args.tickets, *([1_000_000] if args.million else [])})
    with place() as data:
        world = BenchWorld(data, args.postgres)
        engine = "PostgreSQL" if args.postgres else "SQLite, synchronous=FULL"
        print(f"{engine}; {units} units each; {os.cpu_count()} cores")
        print("CPU: ms of all processes per unit, one client · at 4 clients; then units/s, p50 and p99 ms at 4 clients")
        have = 0
        if args.workers:
            if not args.postgres:
                raise SystemExit("camdesk: several workers need --postgres")
            world.grow(sizes[0])
            return _measure_workers(world, database, units, args.workers)
        for size in sizes:
            world.grow(size - have)
            have = size
            with BenchServer(world, database) as server:
                _measure_all(server, units, size, last=size == sizes[-1], only=args.only)
            if size == sizes[-1]:
                # Up to the queued copy, as peers were measured: what sends letters is another process here.
                with BenchServer(world, database, command="web") as server:
                    _measure_submissions(server, units, only=args.only)
    return 0


# --- what is measured


def _measure_all(server: "BenchServer", units: int, size: int, *, last: bool, only: str) -> None:
    print(f"\nat {size:,} tickets; {server.processes.memory():.0f} MiB resident after the start")
    customers = [server.browser("customer@example.org") for _ in range(AT_ONCE)]
    agents = [server.browser("agent@example.org") for _ in range(AT_ONCE)]
    mine = _request_of(customers[0])
    rows: list[tuple[str, list[Browser], Unit]] = [
        ("queue page", agents, page_unit("/desk/")),
        ("queue page of what waits for customers", agents, page_unit("/desk/?turn=customer")),
        ("ticket page, agent", agents, page_unit(f"/desk/tickets/{mine}/")),
        ("search for a common word, agent", agents, page_unit(f"/desk/?q={quote(WORD)}")),
        ("search for a rare word, agent", agents, page_unit("/desk/?q=SN123")),
        ("request page, customer", customers, page_unit(f"/requests/{mine}/")),
        ("list of requests, customer", customers, page_unit("/requests/")),
        ("form page", customers, page_unit("/support/write/")),
        ("support panel, list of sections", customers, page_unit("/support/chat/panel?new=1")),
        ("state of the support button", customers, page_unit("/support/chat/state")),
    ]
    if last:
        rows += [
            ("turn of a chat with the bot", customers, chat_turn()),
        ]
    _measure(server, rows, units, only=only)
    if last and not only:
        fresh = server.browser("customer@example.org")
        loaded = fresh.load("/support/write/")
        page, rest = loaded[0][1], sum(size for _, size in loaded[1:])
        print(f"form page cold: {len(loaded)} requests, {(page + rest) / 1024:.0f} KB; warm: {page / 1024:.1f} KB")
        for path, sent in loaded:
            print(f"    {sent / 1024:7.1f} KB  {path}")
        time.sleep(3)
        before = server.processes.cpu()
        time.sleep(10)
        idle = server.processes.cpu() - before
        print(f"at rest: {server.processes.memory():.0f} MiB resident, {100 * idle:.0f} ms CPU a second")


def _measure_workers(world: "BenchWorld", database: int | None, units: int, workers: int) -> int:
    """Both stand there, and are loaded in turns of a few seconds: the same machine is half as fast a minute later. The
    medians of the rounds' ratios."""
    print(f"submissions at {CROWD} clients by 1 and by {workers} workers: a second · ms CPU of all processes each")
    ratios = []
    with (
        BenchServer(world, database, command="web") as one,
        BenchServer(world, database, command="web", workers=workers) as several,
    ):
        crowds = [(server, [server.browser("customer@example.org") for _ in range(CROWD)]) for server in (one, several)]
        unit = _submission()
        for _server, browsers in crowds:
            _together(browsers, unit, 5 * CROWD)
        for number in range(max(4, units // 20)):
            found = {}
            for server, browsers in crowds if number % 2 else reversed(crowds):
                before, began = server.processes.cpu(), time.monotonic()
                done = len(_together(browsers, unit, 5 * CROWD))
                cost = (server.processes.cpu() - before) * 1000 / done
                found[server] = done / (time.monotonic() - began), cost
            (rate, cost), (more, dearer) = found[one], found[several]
            ratios.append((more / rate, dearer / cost))
            print(
                f"{rate:5.1f}/s · {cost:5.1f} ms   {more:5.1f}/s · {dearer:5.1f} ms"
                f"   {more / rate:.2f} × as many, {dearer / cost:.2f} × the CPU each",
                flush=True,
            )
    more, dearer = (statistics.median(each) for each in zip(*ratios, strict=True))
    print(f"median of {len(ratios)}: {more:.2f} × as many submissions, {dearer:.2f} × the CPU each")
    return 0


def _measure_submissions(server: "BenchServer", units: int, *, only: str) -> None:
    customers = [server.browser("customer@example.org") for _ in range(AT_ONCE)]
    rows = [
        ("submission: form, post, copy queued", customers, _submission()),
        ("submission with a file of 200 KB", customers, _submission(with_file=True)),
    ]
    _measure(server, rows, units, only=only)


def _measure(server: "BenchServer", rows: list[tuple[str, list[Browser], Unit]], units: int, *, only: str) -> None:
    for name, browsers, unit in rows:
        if only in name:
            _row(server, name, browsers, unit, units)


def _row(server: "BenchServer", name: str, browsers: list[Browser], unit: Unit, units: int) -> None:
    for browser in browsers:
        for _ in range(5):
            unit(browser)
    before = server.processes.cpu()
    for _ in range(units):
        unit(browsers[0])
    alone = (server.processes.cpu() - before) * 1000 / units
    before, began = server.processes.cpu(), time.monotonic()
    times = _together(browsers, unit, units)
    wall = time.monotonic() - began
    crowded = (server.processes.cpu() - before) * 1000 / len(times)
    p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
    print(
        f"{name:<42}{alone:6.1f} ·{crowded:5.1f} ms  {len(times) / wall:6.0f}/s  {p50:6.1f} ·{p99:6.1f} ms", flush=True
    )


def _together(browsers: list[Browser], unit: Unit, units: int) -> list[float]:
    """Milliseconds of each unit, all browsers at once."""
    times: list[float] = []
    faults: list[BaseException] = []

    def work(browser: Browser) -> None:
        try:
            for _ in range(units // len(browsers)):
                began = time.perf_counter()
                unit(browser)
                times.append(1000 * (time.perf_counter() - began))
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return times


def page_unit(path: str) -> Unit:
    def unit(browser: Browser) -> None:
        answer = browser.get(path)
        if answer.status != 200:
            raise SystemExit(f"camdesk: {path} answered {answer.status}")

    return unit


def _submission(*, with_file: bool = False) -> Unit:
    number = count()

    def unit(browser: Browser) -> None:
        form = browser.get("/support/write/")
        fields = [
            ("csrfmiddlewaretoken", form.value("csrfmiddlewaretoken")),
            ("key", form.value("key")),
            ("name", "Анна"),
            ("phone", "8 (935) 000-00-01"),
            ("topic", "camera-offline"),
            ("address", "Садовая улица, 12"),
            *(("cameras", camera) for camera in re.findall(r'name="cameras" value="(\d+)"', form.text)[:1]),
            ("fact-provider", "rostelecom"),
            ("fact-internet", "no"),
            ("fact-height", "3-5"),
            ("fact-supplier", "operator"),
            (
                "text",
                f"С утра нет картинки с камеры у калитки, роутер перезагружали, не помогло. Случай {next(number)}.",
            ),
            ("email", "customer@example.org"),
        ]
        files = [("files", "log.bin", FILE)] if with_file else []
        answer = browser.post("/support/write/", fields, files)
        if answer.status != 302:
            raise SystemExit(f"camdesk: the form answered {answer.status}: {_errors(answer.text)}")

    return unit


def chat_turn() -> Unit:
    """One move in a chat of the browser's own: a camera is picked, and the next time one goes back to that question."""
    chats: dict[Browser, tuple[str, str, str, Iterator[int]]] = {}  # → address of its events, token, camera, turns

    def begun(browser: Browser) -> tuple[str, str, str, Iterator[int]]:
        page = browser.get("/support/chat/?new=1")
        fields = [("csrfmiddlewaretoken", page.value("csrfmiddlewaretoken")), ("key", secrets.token_hex(8))]
        at = browser.post("/support/chat/starts/", [*fields, ("topic", "camera-offline")]).headers["Location"]
        page = browser.get(at.partition("#")[0])
        camera = re.search(r'name="value" value="(\d+)"', page.text)
        events = re.search(r'action="(/support/chat/\d+/events/)"', page.text)
        if camera is None or events is None:
            raise SystemExit("camdesk: the chat did not ask for a camera")
        return events[1], page.value("csrfmiddlewaretoken"), camera[1], count()

    def unit(browser: Browser) -> None:
        if browser not in chats:
            chats[browser] = begun(browser)
        address, token, camera, turns = chats[browser]
        turn = next(turns)
        pressed = [("press", "answer"), ("value", camera)] if turn % 2 == 0 else [("press", "back")]
        fields = [("csrfmiddlewaretoken", token), ("client_id", f"bench-{turn}"), ("after", "999999"), *pressed]
        answer = browser.post(address, fields, htmx=True)
        if answer.status != 200:
            raise SystemExit(f"camdesk: the chat answered {answer.status}")

    return unit


def _errors(page: str) -> list[str]:
    return re.findall(r'<p class="error"[^>]*>(?:<svg.*?</svg>)?([^<]+)', page, re.DOTALL)[:5]


def _request_of(customer: Browser) -> str:
    found = re.search(r'href="/requests/(\d+)/"', customer.get("/requests/").text)
    if found is None:
        raise SystemExit("camdesk: the demo's customer has no request")
    return found[1]


# --- where it is measured


@contextmanager
def place() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="camdesk-bench-"))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


class BenchWorld:
    """A data folder with the demo in it, and how processes on it are started."""

    def __init__(self, data: Path, postgres: str | None) -> None:
        known = {name: value for name, value in os.environ.items() if not name.startswith(("CAMDESK_", "DJANGO_"))}
        self.env = {**known, "CAMDESK_DATA": str(data), "CAMDESK_DEMO": "1", "CAMDESK_LOG_LEVEL": "WARNING"}
        if postgres:
            self.env["CAMDESK_DATABASE_URL"] = postgres
        self.data = data

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        log = (self.data / "said.log").open("ab")
        line = [sys.executable, "-m", "camdesk", *words]
        return subprocess.Popen(line, env=self.env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def grow(self, more: int) -> None:
        if self.start("bench", "web", "--grow", str(max(0, more))).wait():
            raise SystemExit(f"camdesk: {(self.data / 'said.log').read_text()[-2000:]}")


def _grow(tickets: int) -> int:
    from django.db import connection
    from django.utils import timezone

    from camdesk.config import data_folder, startup
    from camdesk_demo.crowd import crowd

    data_folder.prepare()
    startup.prepare()
    if tickets:
        crowd(tickets=tickets, now=timezone.now())
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")  # as autovacuum does within minutes of such growth
    return 0


def opened(browser: Browser, path: str, *, while_: Callable[[], bool]) -> list[float]:
    """Milliseconds of each page of this address, opened one after the other."""
    unit, times = page_unit(path), []
    while while_():
        began = time.perf_counter()
        unit(browser)
        times.append(1000 * (time.perf_counter() - began))
    return times


def lasting(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() < until


class BenchServer:
    def __init__(
        self,
        world: BenchWorld,
        database: int | None,
        *,
        command: str = "serve",
        workers: int = 1,
        until: str = "/healthz",
    ) -> None:
        self.world, self.until = world, until
        self.port = _free_port()
        self.process = world.start(command, "--port", str(self.port), "--workers", str(workers))
        roots = (self.process.pid, database) if database else (self.process.pid,)
        self.processes = Processes(*roots)

    def __enter__(self) -> "BenchServer":
        until = time.monotonic() + 60
        while True:
            try:
                if Browser(self.port).get(self.until).status == 200:
                    return self
            except OSError:
                pass
            if time.monotonic() > until or self.process.poll() is not None:
                raise SystemExit(f"camdesk: {(self.world.data / 'said.log').read_text()[-2000:]}")
            time.sleep(0.05)

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def browser(self, email: str) -> Browser:
        browser = Browser(self.port)
        browser.log_in(email, PASSWORD)
        return browser


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
