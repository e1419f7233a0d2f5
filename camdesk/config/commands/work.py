"""camdesk work: the worker alone."""

import argparse

from django.conf import settings

from camdesk.config import data_folder
from camdesk.config.copies import in_use
from camdesk.config.durability import refuse_to_lose
from camdesk.config.integrity import refuse_damaged
from camdesk.config.prepared import refuse_unprepared
from camdesk.nodes import registry
from camdesk.server.serving import Parts, listen_on, serve, work
from camdesk.worker.duties import of_lanes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The duties and their rhythm are a table in camdesk/worker/duties.py."""
    parser.add_argument("--host", help="with --port: the address to answer on (CAMDESK_LISTEN; else this machine only)")
    parser.add_argument("--port", type=int, help="answer /healthz, /readyz and /metrics there (default: nowhere)")


def run(args: argparse.Namespace) -> int:
    of_lanes(settings.LANES)  # refuses one that there is not
    data_folder.prepare()
    refuse_damaged()
    refuse_unprepared(pages=False)
    registry.refuse_strangers("work")
    refuse_to_lose()
    listener = listen_on(args.host or settings.LISTEN, args.port) if args.port else None
    with in_use():
        if listener is None:
            return work()
        return serve(Parts(web=False, live=False), listener)
