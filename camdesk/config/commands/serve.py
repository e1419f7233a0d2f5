"""camdesk serve: everything in one process on one port."""

import argparse

from camdesk.config import data_folder
from camdesk.config.durability import refuse_to_lose
from camdesk.config.serving import Parts, listen_on, serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_address(parser)


def add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000)


def run(args: argparse.Namespace) -> int:
    listener = listen_on(args.host, args.port)
    data_folder.prepare()
    refuse_to_lose()
    return serve(Parts(), listener)
