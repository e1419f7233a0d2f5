"""camdesk restore FILE: puts a copy back; camdesk must be stopped."""

import argparse
from pathlib import Path

from camdesk.config import data_folder
from camdesk.config.copies import CannotCopy, restore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--replace", action="store_true", help="over the data that are there; they are lost")


def run(args: argparse.Namespace) -> int:
    data_folder.prepare()
    try:
        done = restore(args.file, replace=args.replace)
    except CannotCopy as why:
        raise SystemExit(f"camdesk: {why}") from None
    print(f"{done.parts} parts are back and checked; run camdesk doctor, then start camdesk")
    for one in done.wanting:
        print(one)
    return 0
