"""camdesk work: the worker alone."""

import argparse

from camdesk.config import data_folder
from camdesk.config.copies import in_use
from camdesk.config.durability import refuse_to_lose
from camdesk.config.integrity import refuse_damaged
from camdesk.server.serving import work


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: the duties and their rhythm are a table in camdesk/worker/duties.py."""


def run(args: argparse.Namespace) -> int:
    data_folder.prepare()
    refuse_damaged()
    refuse_to_lose()
    with in_use():
        return work()
