"""camdesk migrate: brings the database to this version."""

import argparse

from camdesk.config import data_folder
from camdesk.config.integrity import refuse_damaged
from camdesk.lib import schema


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plan", action="store_true", help="only say what would be done")


def run(args: argparse.Namespace) -> int:
    data_folder.prepare()
    refuse_damaged()
    schema.migrate(plan=args.plan, verbosity=1)
    return 0
