"""camdesk playbook …: the deeds of the playbook, and `test`, which plays its dialogues with the bot."""

import argparse
import importlib
import importlib.util

from camdesk.playbook import cli

_DIALOGUES = "camdesk.bot.cli_dialogues"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = cli.add_deeds(parser)
    if importlib.util.find_spec(_DIALOGUES):
        dialogues = importlib.import_module(_DIALOGUES)
        test = deeds.add_parser("test", help="play the dialogue tests; name the steps that none of them visits")
        dialogues.add_arguments(test)
        test.set_defaults(do=dialogues.run)


def run(args: argparse.Namespace) -> int:
    return cli.run(args)
