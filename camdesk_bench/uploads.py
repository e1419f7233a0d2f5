"""camdesk bench uploads: what agents feel of it while a customer sends ten films at once.

A `camdesk serve` of its own: an agent opens the queue again and again, first in a quiet moment, then while the films
come, each over a connection and from a process of its own, as fast as a line of `--mbit` carries it.
"""

import argparse
import http.client
import multiprocessing
import os
import statistics
import time
from collections.abc import Sequence
from functools import partial
from multiprocessing.context import ForkProcess

from camdesk_bench.browser import Browser, multipart
from camdesk_bench.web import BenchServer, BenchWorld, lasting, opened, place

MB = 1_000_000
_HEAD = b"\x00\x00\x00\x18ftypmp42"  # so that it is taken for a film


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--films", type=int, default=10, help="at once (1-20)")
    parser.add_argument("--mb", type=int, default=25, help="of each (1-50)")
    parser.add_argument("--mbit", type=int, default=20, help="a second of each line; 0: as fast as this machine can")
    parser.add_argument("--rounds", type=int, default=3, help="so many times (1-4): 1,000 MB in all at most")


def run(args: argparse.Namespace) -> int:
    films, size, rounds = (min(max(n, 1), most) for n, most in ((args.films, 20), (args.mb, 50), (args.rounds, 4)))
    quiet, busy, took = [], [], []
    with place() as data:
        world = BenchWorld(data, None)
        world.grow(0)
        with BenchServer(world, None) as server:
            agent, customer = server.browser("agent@example.org"), server.browser("customer@example.org")
            token = customer.get("/support/write/").value("csrfmiddlewaretoken")
            opened(agent, "/desk/", while_=lasting(2))
            for _ in range(rounds):
                quiet += opened(agent, "/desk/", while_=lasting(5))
                began, senders = (
                    time.monotonic(),
                    [_sender(customer, token, size * MB, args.mbit) for _ in range(films)],
                )
                busy += opened(agent, "/desk/", while_=partial(_any_is_at_it, senders))
                took.append(time.monotonic() - began)
                if any(one.exitcode for one in senders):
                    raise SystemExit("camdesk: an upload was not taken")
    print(f"{films} films of {size} MB at once in {statistics.median(took):.1f} s")
    for name, times in (("quiet", quiet), ("while they come", busy)):
        cuts = statistics.quantiles(times, n=100)
        print(f"queue page, {name}: {len(times)} pages, p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f}, p99 {cuts[98]:.1f}")
    return 0


def _any_is_at_it(senders: Sequence[ForkProcess]) -> bool:
    return any(one.is_alive() for one in senders)


def _sender(customer: Browser, token: str, size: int, mbit: int) -> ForkProcess:
    process = multiprocessing.get_context("fork").Process(target=_send, args=(customer, token, size, mbit))
    process.start()
    return process


def _send(customer: Browser, token: str, size: int, mbit: int) -> None:
    film = _HEAD + os.urandom(size - len(_HEAD))
    body, kind = multipart([("csrfmiddlewaretoken", token)], [("file", "film.mp4", film)])
    line = http.client.HTTPConnection("127.0.0.1", customer.port, timeout=120)
    line.putrequest("POST", "/files/")
    cookies = "; ".join(f"{name}={value}" for name, value in customer.cookies.items())
    origin = f"http://127.0.0.1:{customer.port}"
    for name, value in (("Cookie", cookies), ("Origin", origin), ("Content-Type", kind), ("Content-Length", len(body))):
        line.putheader(name, str(value))
    line.endheaders()
    piece, began = 64 * 1024, time.monotonic()
    for at in range(0, len(body), piece):
        line.send(body[at : at + piece])
        if mbit:
            time.sleep(max(0.0, began + 8 * (at + piece) / (mbit * MB) - time.monotonic()))
    answer = line.getresponse()
    if answer.status != 201:
        raise SystemExit(f"{answer.status} {answer.read()[:300]!r}")
