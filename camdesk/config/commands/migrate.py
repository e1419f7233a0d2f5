"""camdesk migrate: brings the database to this version."""

import argparse

from django.core.management import call_command

from camdesk.config import data_folder
from camdesk.config.integrity import refuse_damaged


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plan", action="store_true", help="only say what would be done")


def run(args: argparse.Namespace) -> int:
    data_folder.prepare()
    refuse_damaged()
    call_command("migrate", interactive=False, plan=args.plan, verbosity=1)
    return 0
