"""camdesk restore FILE: puts a copy back; camdesk must be stopped."""

import argparse
from pathlib import Path

from camdesk.config import data_folder
from camdesk.config.copies import CannotCopy, restore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--replace", action="store_true", help="over the data that are there; they are lost")
    parser.add_argument(
        "--erased", type=Path, metavar="FILE", help="a list of `camdesk person erased`: who was erased since the backup"
    )


def run(args: argparse.Namespace) -> int:
    data_folder.prepare()
    try:
        done = restore(args.file, replace=args.replace, erased=args.erased)
    except CannotCopy as why:
        raise SystemExit(f"camdesk: {why}") from None
    print(f"{done.parts} parts are back and checked; run camdesk doctor, then start camdesk")
    if done.erased:
        print(f"{done.erased} persons who were erased since this backup are erased again")
    for one in done.wanting:
        print(one)
    return 0
