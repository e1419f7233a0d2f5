"""camdesk bench start: what a start costs that finds everything made, and what `camdesk serve` needs at rest.

A `camdesk serve` of its own on a data folder of its own, with the demo world and so many invented tickets. Started
`--times` over; ready is what /readyz says. Then the pages people open most are opened, and it is left alone.
"""

import argparse
import os
import statistics
import sys
import time
from urllib.parse import quote

from camdesk_bench.web import BenchServer, BenchWorld, page_unit, place

PAGES = ("/desk/", "/desk/?turn=customer", f"/desk/?q={quote('камера')}", "/desk/tickets/1/")
_REST = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tickets", type=int, default=1000, help="invented tickets there are")
    parser.add_argument("--times", type=int, default=5, help="starts to measure (1-20)")


def run(args: argparse.Namespace) -> int:
    kept = "kept" if not sys.dont_write_bytecode else "not kept: each start compiles anew"
    print(f"{args.tickets:,} tickets, SQLite, {os.cpu_count()} cores; byte code is {kept}")
    with place() as data:
        world = BenchWorld(data, None)
        world.grow(args.tickets)
        with BenchServer(world, None):
            pass  # whatever a first start still makes
        starts = []
        for _ in range(min(max(args.times, 1), 20)):
            began = time.monotonic()
            with BenchServer(world, None, until="/readyz") as server:
                starts.append((time.monotonic() - began, server.processes.cpu()))
                time.sleep(2)
                memory = server.processes.memory()
        took, cpu = (statistics.median(each) for each in zip(*starts, strict=True))
        print(f"start to ready, median of {len(starts)}: {took:.2f} s, {cpu:.2f} s CPU; {memory:.0f} MiB then")
        with BenchServer(world, None) as server:
            agent = server.browser("agent@example.org")
            for page in PAGES * 3:
                page_unit(page)(agent)
            time.sleep(_REST)
            print(f"at rest, {_REST} s after {3 * len(PAGES)} pages: {server.processes.memory():.0f} MiB")
    return 0
