"""camdesk person invite ADDRESS|EXTERNAL_ID, or --csv FILE: customers are invited to a login (docs/people.md).
camdesk person export WHOM FILE: what is kept of one person, for themselves to have.
camdesk person erase WHOM, act WHOM, erased FILE: personal data are erased, and the proof of it (docs/privacy.md)."""

import argparse
import csv
import io
import json
import sys
from collections import Counter
from pathlib import Path

from django.utils import timezone, translation

from camdesk.cameras.import_report import inert
from camdesk.cameras.sheets import MAX_BYTES, Sheet, Unreadable, read_sheet
from camdesk.people import audit, consents
from camdesk.privacy import act, erased_list, erasure
from camdesk.privacy import export as personal_data
from camdesk.privacy.models import Erasure
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
    erase = deeds.add_parser("erase", help="remove what says who somebody is; says first what would go")
    erase.add_argument("whom", metavar="WHOM", help="as of export")
    erase.add_argument("--basis", choices=Erasure.Basis.values, default=Erasure.Basis.ASKED)
    erase.add_argument("--reason", default="", help="number and date of what the customer wrote; it stands in the act")
    erase.add_argument("--yes", action="store_true", help="do it; without it nothing changes")
    proof = deeds.add_parser("act", help="the act of an erasure, with the extract of the log")
    proof.add_argument("number", type=int, help="of the person's page")
    proof.add_argument("--json", action="store_true", help="as JSON, not as a page to print and sign")
    deeds.add_parser("withdrawn", help="who has withdrawn their consent and is not erased yet, and until when to erase")
    listed = deeds.add_parser("erased", help="the list of who was erased, for a restore elsewhere")
    listed.add_argument("file", type=Path)


def run(args: argparse.Namespace) -> int:
    """0: it is done; 1: not, or not for everybody, and it says why."""
    deeds = {
        "export": _export,
        "invite": _invite,
        "erase": _erase,
        "act": _act,
        "erased": _erased,
        "withdrawn": _withdrawn,
    }
    return deeds[args.deed](args)


def _erase(args: argparse.Namespace) -> int:
    """0: it is done, or with no --yes could be."""
    try:
        person = personal_data.find(args.whom)
    except personal_data.CannotExport as why:
        raise SystemExit(f"camdesk: {why}") from None
    told = erasure.plan(person)
    for what, rows in told.counts.items():
        print(f"{rows:>8}  {what}")
    print(f"{told.files:>8}  files of the store")
    if told.open_requests:
        print(f"closed by it: {', '.join(map(str, told.open_requests))}")
    if told.others:
        print(f"not touched, and they say the same contacts: persons {', '.join(map(str, told.others))}")
    if told.refusals:
        print("\n".join(("camdesk: nothing is erased:", *told.refusals)), file=sys.stderr)
        return 1
    if not args.yes:
        print("nothing has changed; say --yes and --reason to erase it. A backup of before still holds it")
        return 0
    if not args.reason.strip():
        raise SystemExit("camdesk: --reason is needed: number and date of what the customer wrote")
    try:
        done = erasure.erase(person=person, basis=args.basis, reason=args.reason, by=None, now=timezone.now())
    except erasure.CannotErase as why:
        raise SystemExit(f"camdesk: {why}") from None
    erased_list.keep()
    print(f"person {person.pk} is erased; the act: camdesk person act {person.pk} (act {done.pk})")
    return 0


def _act(args: argparse.Namespace) -> int:
    done = Erasure.objects.select_related("by").filter(person=args.number).first()
    if done is None:
        raise SystemExit(f"camdesk: person {args.number} was not erased")
    told = act.act(done)
    print(json.dumps(told, ensure_ascii=False, indent=1) if args.json else act.as_markdown(told))
    return 0


def _withdrawn(args: argparse.Namespace) -> int:
    for until, person in consents.to_destroy():
        print(f"person {person.pk}: consent withdrawn, erase until {until:%Y-%m-%d}")
    return 0


def _erased(args: argparse.Namespace) -> int:
    try:
        erased_list.keep()
        some = erased_list.read(erased_list.path())
        erased_list.write(args.file, some)
    except (OSError, erased_list.BadList) as error:
        raise SystemExit(f"camdesk: {getattr(error, 'strerror', None) or error}") from None
    print(f"{args.file}: {len(some)} persons")
    return 0


def _export(args: argparse.Namespace) -> int:
    try:
        person = personal_data.find(args.whom)
        counts = personal_data.export(person, args.file, now=timezone.now())
    except personal_data.CannotExport as why:
        raise SystemExit(f"camdesk: {why}") from None
    audit.done(by=None, whose=person.pk, what="data exported", now=timezone.now())
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
