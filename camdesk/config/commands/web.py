"""camdesk web: pages and the API, without event streams and worker."""

import argparse

from django.conf import settings

from camdesk.config import data_folder
from camdesk.config.commands.serve import add_address, add_workers, servers
from camdesk.config.copies import in_use
from camdesk.config.durability import refuse_to_lose
from camdesk.config.integrity import refuse_damaged
from camdesk.config.prepared import refuse_unprepared
from camdesk.nodes import registry
from camdesk.server.serving import Parts, listen_for, serve_in_several


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_address(parser)
    add_workers(parser)


def run(args: argparse.Namespace) -> int:
    listeners = listen_for(args.host or settings.LISTEN, args.port, servers())
    data_folder.prepare()
    refuse_damaged()
    refuse_unprepared(pages=True)
    registry.refuse_strangers("web")
    refuse_to_lose()
    with in_use():
        return serve_in_several(Parts(live=False, work=False), listeners)
