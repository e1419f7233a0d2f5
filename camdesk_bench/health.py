"""camdesk bench health: readings of cameras taken in, on a data folder of the bench's own.

The generator: N cameras told of every 30 s by one source, in batches of 1,000; one in a hundred fails at a time, for
two readings or more, so that verdicts change and spans are written. Each batch is one durable transaction. Seeded.
"""

import argparse
import random
import resource
import time
from datetime import timedelta
from typing import Any

from camdesk_bench import own_data

_BATCH = 1000
_INTERVAL = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cameras", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5, help="each camera is told of so often")
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--postgres", default="", help="address of an empty database, in place of SQLite")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # in the bench's own data folder


def run(args: argparse.Namespace) -> int:
    if args.here:
        _measure(args.cameras, args.rounds, args.seed)
        return 0
    words = ["bench", "health", "--here", "--cameras", args.cameras, "--rounds", args.rounds, "--seed", args.seed]
    return own_data.run_there(*map(str, words), database=args.postgres)


def _measure(cameras: int, rounds: int, seed: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from camdesk.cameras import readings
    from camdesk.cameras.health.machine import Manner
    from camdesk.cameras.models import Camera, Site, StatusSpan

    own_data.prepare()
    site = Site.objects.create(address="Bench")
    now = timezone.now()
    made = [Camera(site=site, name=f"b{n}", external_id=f"bench-{n}", created_at=now) for n in range(cameras)]
    ids = [one.pk for one in Camera.objects.bulk_create(made)]
    rng = random.Random(seed)  # noqa: S311
    print(f"{connection.vendor}, {cameras} cameras, {rounds} rounds, batches of {_BATCH}, seed {seed}")
    bad: set[int] = set()
    for number in range(rounds):
        at = now + timedelta(seconds=_INTERVAL * number)
        bad = {one for one in bad if rng.random() < 0.8} | set(rng.sample(ids, max(1, cameras // 100)))
        changed, wall, cpu = 0, time.perf_counter(), _cpu()
        for first in range(0, cameras, _BATCH):
            told = [_told(one, at, number, one in bad) for one in ids[first : first + _BATCH]]
            changed += len(
                readings.take_in(
                    told, source="bench", manner=Manner.POLLED, interval=_INTERVAL, span=StatusSpan.Source.API, now=at
                ).changed
            )
        wall, cpu = time.perf_counter() - wall, _cpu() - cpu
        rate, cost = cameras / wall, 1e6 * cpu / cameras
        print(f"round {number}: {rate:8.0f} readings/s, {cost:5.0f} µs CPU each, {changed} changes")


def _told(camera: int, at: Any, number: int, bad: bool) -> Any:
    from camdesk.cameras.readings import SaidOfCamera

    return SaidOfCamera(camera, at, "offline" if bad else "online", fps=0.0 if bad else 25.0, bytes=number * 1000 + 1)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
