"""camdesk playbook …: the deeds of the playbook, and `test` and `converse`, which talk with the bot."""

import argparse
import importlib
import importlib.util

from camdesk.playbook import cli

_PLAYED = {
    "test": ("camdesk.bot.cli_dialogues", "play the dialogue tests; name the steps that none of them visits"),
    "converse": (
        "camdesk.bot.cli_conversations",
        "let scripted people talk with the bot; count what it costs them",
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = cli.add_deeds(parser)
    for name, (module, words) in _PLAYED.items():
        if importlib.util.find_spec(module):
            played = importlib.import_module(module)
            parser_of_it = deeds.add_parser(name, help=words)
            played.add_arguments(parser_of_it)
            parser_of_it.set_defaults(do=played.run)


def run(args: argparse.Namespace) -> int:
    return cli.run(args)
