"""camdesk web: pages and the API, without event streams and worker."""

import argparse

from camdesk.config import data_folder
from camdesk.config.commands.serve import add_address
from camdesk.config.copies import in_use
from camdesk.config.durability import refuse_to_lose
from camdesk.config.integrity import refuse_damaged
from camdesk.server.serving import Parts, listen_on, serve

add_arguments = add_address


def run(args: argparse.Namespace) -> int:
    listener = listen_on(args.host, args.port)
    data_folder.prepare()
    refuse_damaged()
    refuse_to_lose()
    with in_use():
        return serve(Parts(live=False, work=False), listener)
