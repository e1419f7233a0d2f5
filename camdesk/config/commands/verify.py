"""camdesk verify: looks whether each row has its file and each file its row, in the folder or the S3 store."""

import argparse

from django.utils import timezone

from camdesk.config import data_folder, verification

_SHOWN = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--remove", action="store_true", help="delete files older than a day that no row names")


def run(args: argparse.Namespace) -> int:
    data_folder.prepare()
    found = verification.verify(timezone.now())
    _tell(found.missing)
    gone = verification.remove(found.strays) if args.remove else 0
    _tell(tuple(f"no row names the file {key}" for key in found.strays))
    print(
        f"{found.named} files are named and {found.stored} are in the store: {len(found.missing)} are missing or"
        f" changed, {len(found.strays)} strays{f', {gone} of them removed' if args.remove else ''}"
    )
    return int(bool(found.missing) or len(found.strays) > gone)


def _tell(sentences: tuple[str, ...]) -> None:
    for sentence in sentences[:_SHOWN]:
        print(sentence)
    if len(sentences) > _SHOWN:
        print(f"… and {len(sentences) - _SHOWN} more like these")
