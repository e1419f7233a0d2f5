"""camdesk bench previews: what people feel of it while the worker draws previews of many photographs.

A `camdesk serve` of its own: a customer uploads photographs as a telephone takes them, an agent opens the queue again
and again, first in a quiet moment, then until the last preview is kept.
"""

import argparse
import io
import os
import random
import statistics
import time
from pathlib import Path

from camdesk_bench.browser import Browser
from camdesk_bench.web import BenchServer, BenchWorld, lasting, opened, place

_SIZE = (4000, 3000)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--photos", type=int, default=20, help="of 12 megapixels (1-60)")


def run(args: argparse.Namespace) -> int:
    photos = min(max(args.photos, 1), 60)
    with place() as data:
        world = BenchWorld(data, None)
        world.grow(0)
        with BenchServer(world, None) as server:
            agent, customer = server.browser("agent@example.org"), server.browser("customer@example.org")
            quiet = opened(agent, "/desk/", while_=lasting(8))
            token = customer.get("/support/write/").value("csrfmiddlewaretoken")
            tiles = [_sent(customer, token, number) for number in range(photos)]
            own, all_of_them, began = _own_cpu(server.process.pid), server.processes.cpu(), time.monotonic()
            busy: list[float] = []
            while any("hx-get" in customer.get(tile).text for tile in tiles[-1:]):
                busy += opened(agent, "/desk/", while_=lasting(1))
            took = time.monotonic() - began
            drawing = server.processes.cpu() - all_of_them - (_own_cpu(server.process.pid) - own)
    print(f"{photos} photographs of 12 MP drawn in {took:.1f} s: {drawing / photos:.2f} s CPU each,")
    print(f"{100 * drawing / took:.0f} % of a core meanwhile")
    for name, times in (("quiet", quiet), ("while they are drawn", busy)):
        p95 = statistics.quantiles(times, n=20)[18]
        print(f"queue page, {name}: {len(times)} pages, p50 {statistics.median(times):.1f} ms, p95 {p95:.1f} ms")
    return 0


def _sent(customer: Browser, token: str, number: int) -> str:
    """The address of its tile."""
    fields = [("csrfmiddlewaretoken", token)]
    answer = customer.post("/files/", fields, [("file", f"{number}.jpg", _photograph(number))])
    if answer.status != 201:
        raise SystemExit(f"camdesk: the upload was answered {answer.status}")
    return answer.text.partition('"url": "')[2].partition('"')[0] + "/tile"


def _photograph(number: int) -> bytes:
    """Noise on a coarse grid: about as much work for a decoder as a picture of a yard."""
    from PIL import Image

    grain = random.Random(number)  # noqa: S311  the same pictures each time
    small = Image.frombytes("RGB", (400, 300), grain.randbytes(400 * 300 * 3))
    out = io.BytesIO()
    small.resize(_SIZE, Image.Resampling.BICUBIC).save(out, "JPEG", quality=85)
    return out.getvalue()


def _own_cpu(pid: int) -> float:
    """Seconds of the process itself, without its children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
