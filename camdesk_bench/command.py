"""camdesk bench NAME: measures one capability on this machine. To add one, add a line to BENCHES."""

import argparse
import importlib

BENCHES = {
    "web": ("camdesk_bench.web", "pages and submissions: CPU of all processes, at 1,000 and 100,000 tickets"),
    "start": ("camdesk_bench.start", "a start that finds everything made, and memory at rest"),
    "live": ("camdesk_bench.live", "requests through the bridge, open streams and hints to them"),
    "queues": (
        "camdesk_bench.queues",
        "what 50 open pages of the desk ask while the bot moves 100 times a second",
    ),
    "previews": ("camdesk_bench.previews", "what people feel of it while previews of photographs are drawn"),
    "uploads": ("camdesk_bench.uploads", "what agents feel of it while a customer sends ten films at once"),
    "shortcuts": ("camdesk_bench.shortcuts", "what our shortcuts around Django and Jinja2 save of a page"),
    "engine": ("camdesk_bench.engine", "the bot's engine: microseconds a step, bytes of state"),
    "health": ("camdesk_bench.health", "readings of cameras: taken in a second, durable, and what the machine costs"),
    "mail": ("camdesk_bench.mail", "letters in and out: reading, intake, mailbox, flood, bombs, out"),
    "understanding": ("camdesk_bench.understanding", "free text: cross-validated figures and costs"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    names = parser.add_subparsers(dest="bench", metavar="NAME", required=True)
    for name, (module, about) in BENCHES.items():
        sub = names.add_parser(name, help=about, description=about)
        importlib.import_module(module).add_arguments(sub)


def run(args: argparse.Namespace) -> int:
    return int(importlib.import_module(BENCHES[args.bench][0]).run(args))
