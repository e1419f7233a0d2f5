"""`camdesk playbook converse`: scripted people talk with the bot and its real reader; their effort is counted."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from camdesk.bot.conversations.report import describe
from camdesk.bot.conversations.report import run as talk
from camdesk.bot.understanding.current import model_of
from camdesk.playbook.loading import load


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("directory", nargs="?", type=Path, default=Path("playbook"), help="the playbook's directory")
    parser.add_argument("--transcripts", action="store_true", help="print every conversation whole")


def run(options: Namespace) -> int:
    """0 when every conversation ends where and as soon as its script says, else 1."""
    loaded = load(options.directory)
    if loaded.playbook is None:
        print(*loaded.problems, sep="\n", file=sys.stderr)
        return 1
    report = talk(options.directory, loaded.playbook, model_of(loaded.playbook))
    for line in describe(report, transcripts=options.transcripts):
        print(line)
    return 1 if report.failures else 0
