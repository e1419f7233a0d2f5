"""camdesk audit verify|export: the log of who saw and who changed whose data (docs/privacy.md)."""

import argparse
import csv
import json
import sys
from datetime import datetime

from django.utils import timezone
from django.utils.timezone import is_naive, make_aware

from camdesk.people import audit
from camdesk.people.models import AccessRecord, AccessSeal

_COLUMNS = ("id", "at", "by", "whose", "what", "about", "slot")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    deeds.add_parser("verify", help="whether nothing was cut out of it or changed")
    export = deeds.add_parser("export", help="its records, oldest first, to the output")
    export.add_argument("--whose", type=int, metavar="NUMBER", help="of this person's data")
    export.add_argument("--by", type=int, metavar="NUMBER", help="by this member of the staff (number of their page)")
    export.add_argument("--since", type=_moment, metavar="DATE")
    export.add_argument("--until", type=_moment, metavar="DATE", help="the first moment that is left out")
    export.add_argument("--csv", action="store_true", help="a table, not a line of JSON each")


def _moment(raw: str) -> datetime:
    moment = datetime.fromisoformat(raw)
    return make_aware(moment) if is_naive(moment) else moment


def run(args: argparse.Namespace) -> int:
    """1: the log is not as it was closed."""
    return _verify() if args.deed == "verify" else _export(args)


def _verify() -> int:
    wrong = list(audit.faults())
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    last = AccessSeal.objects.order_by("-number").first()
    rows = AccessRecord.objects.count()
    print(f"{rows} records, {last.number if last else 0} seals, the last {last.digest if last else 'is none'}")
    if late := audit.unsealed(timezone.now()):
        print(f"{late} records are old and not sealed yet: does a worker run?", file=sys.stderr)
    return 1 if wrong or late else 0


def _export(args: argparse.Namespace) -> int:
    rows = AccessRecord.objects.order_by("pk")
    asked = {"whose": args.whose, "by": args.by, "at__gte": args.since, "at__lt": args.until}
    rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
    table = csv.writer(sys.stdout)
    if args.csv:
        table.writerow(_COLUMNS)
    for row in rows.iterator():
        values = audit.as_values(row)
        if args.csv:
            table.writerow(values)
        else:
            print(json.dumps(dict(zip(_COLUMNS, values, strict=True)), ensure_ascii=False))
    return 0
