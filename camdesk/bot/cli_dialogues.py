"""`camdesk playbook test`: plays the dialogue tests and names the steps no test has visited."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from camdesk.bot.dialogues import describe
from camdesk.bot.dialogues import run as play


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("directory", nargs="?", type=Path, default=Path("playbook"), help="the playbook's directory")
    parser.add_argument("--allow-unvisited", action="store_true", help="do not fail for steps without a test")


def run(options: Namespace) -> int:
    """0 when every test holds and every step is visited, else 1."""
    report = play(options.directory)
    for line in describe(report):
        print(line)
    return 0 if report.ok or (options.allow_unvisited and not report.failures) else 1
