"""camdesk backup FILE: database, files and secret key into one file, while camdesk runs."""

import argparse
from pathlib import Path

from camdesk.config import data_folder
from camdesk.config.copies import CannotCopy, backup


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="where to write the copy; keep it as secret as the data")


def run(args: argparse.Namespace) -> int:
    data_folder.prepare()
    try:
        done = backup(args.file)
    except CannotCopy as why:
        raise SystemExit(f"camdesk: {why}") from None
    print(f"{args.file}: {done.files} files, {done.size / 1e6:.1f} MB")
    for one in done.left_out:
        print(f"not in the copy: {one}")
    return 0
