"""camdesk prepare: migrations, catalogues, static files and the playbook, so that web, live and work may start.

It may run on every machine at once."""

import argparse

from camdesk.config import data_folder, prepared, startup
from camdesk.config.integrity import refuse_damaged


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: what is made already is not made again."""


def run(args: argparse.Namespace) -> int:
    data_folder.prepare()
    refuse_damaged()
    prepared.refuse_missing()
    startup.prepare()
    startup.aloud("prepared")
    return 0
