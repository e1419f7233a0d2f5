"""camdesk cameras import FILE [--dry-run] [--report FILE]: sites and cameras from a table (docs/importing.md)."""

import argparse
import sys
from pathlib import Path

from django.utils import timezone, translation

from camdesk.cameras import import_report
from camdesk.cameras.importing import import_cameras, read
from camdesk.cameras.sheets import MAX_BYTES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    parser = deeds.add_parser("import", help="sites, cameras and passports from a CSV file")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
    parser.add_argument("--report", metavar="FILE", type=Path, help="also write the report there, as CSV")


def run(args: argparse.Namespace) -> int:
    """0: everything was taken in; 1: something was not, and the report says what and why."""
    try:
        with args.file.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        print(f"camdesk: {args.file}: {error.strerror}", file=sys.stderr)
        return 1
    with translation.override("en"):
        reading = read(raw)
        report = import_cameras(rows=reading.rows, by=None, now=timezone.now(), dry_run=args.dry_run)
        report.problems = sorted(reading.problems + report.problems, key=lambda problem: problem.line)
        for line in import_report.lines(report):
            print(line)
    if args.report:
        args.report.write_bytes(import_report.as_csv(report))
    return 1 if report.problems else 0
