"""camdesk person invite ADDRESS|EXTERNAL_ID, or --csv FILE: customers are invited to a login (docs/people.md).
camdesk person export WHOM FILE: what is kept of one person, for themselves to have."""

import argparse
import csv
import io
import sys
from collections import Counter
from pathlib import Path

from django.utils import timezone, translation

from camdesk.cameras.import_report import inert
from camdesk.cameras.sheets import MAX_BYTES, Sheet, Unreadable, read_sheet
from camdesk.config import personal_data
from camdesk.tickets.bulk_invitations import InviteRow, RowOutcome, invite_all, rows_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    invite = deeds.add_parser("invite", help="send a letter with a link that makes a login")
    whom = invite.add_mutually_exclusive_group(required=True)
    whom.add_argument("whom", metavar="ADDRESS|EXTERNAL_ID", nargs="?")
    whom.add_argument("--csv", metavar="FILE", type=Path, help="many: columns email, name, external_id")
    invite.add_argument("--name", default="", help="of somebody whom nobody knows yet")
    invite.add_argument("--dry-run", action="store_true", help="say what would be, send nothing")
    invite.add_argument("--report", metavar="FILE", type=Path, help="also write the report there, as CSV")
    export = deeds.add_parser("export", help="what is kept of one person, as JSON with the files they sent")
    export.add_argument(
        "whom", metavar="WHOM", help="number of their page, external id, or an address they have proven"
    )
    export.add_argument("file", type=Path, help="a ZIP archive; give it to nobody but them")


def run(args: argparse.Namespace) -> int:
    """0: it is done; 1: not, or not for everybody, and it says why."""
    return _export(args) if args.deed == "export" else _invite(args)


def _export(args: argparse.Namespace) -> int:
    try:
        person = personal_data.find(args.whom)
        counts = personal_data.export(person, args.file, now=timezone.now())
    except personal_data.CannotExport as why:
        raise SystemExit(f"camdesk: {why}") from None
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    print(f"{args.file}: person {person.pk}: {told or 'nothing but what they are called'}")
    return 0


def _invite(args: argparse.Namespace) -> int:
    """0: everybody is invited; 1: somebody is not, and the report says who and why."""
    with translation.override("en"):
        try:
            rows, torn = _rows(args)
        except (OSError, Unreadable) as error:
            print(f"camdesk: {args.csv}: {getattr(error, 'strerror', None) or error}", file=sys.stderr)
            return 1
        outcomes = []
        for outcome in invite_all(rows, by=None, dry_run=args.dry_run, now=timezone.now()):
            outcomes.append(outcome)
            print(_line(outcome, dry_run=args.dry_run))
    for line in torn:
        print(f"line {line}: refused: its quotes make no sense")
    counts = Counter(outcome.result for outcome in outcomes)
    refused = counts["refused"] + len(torn)
    would = "would be " if args.dry_run else ""
    print(f"{counts['invited']} {would}invited, {counts['waiting']} were invited before, {refused} refused")
    if args.report:
        args.report.write_bytes(_table(outcomes))
    return 1 if refused else 0


def _rows(args: argparse.Namespace) -> tuple[list[InviteRow], list[int]]:
    if args.csv is None:
        named = (args.whom, args.name, "") if "@" in args.whom else ("", args.name, args.whom)
        return [InviteRow(1, *named)], []
    with args.csv.open("rb") as file:
        sheet: Sheet = read_sheet(file.read(MAX_BYTES + 1))
    return rows_of(sheet), sheet.torn


def _line(outcome: RowOutcome, *, dry_run: bool) -> str:
    row = outcome.row
    words = {"invited": "would be invited" if dry_run else "invited", "waiting": "invited before, the link is good"}
    said = words.get(outcome.result, f"refused: {outcome.said}")
    return f"line {row.line}: {row.email or row.external_id}: {said}"


def _table(outcomes: list[RowOutcome]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(["line", "email", "external_id", "result", "text"])
    for one in outcomes:
        table.writerow([one.row.line, *map(inert, (one.row.email, one.row.external_id, one.result, one.said))])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
