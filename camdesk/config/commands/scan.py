"""camdesk scan: asks the scanner about kept files and letters now; with new signatures, about old ones again.

What is clean stays open to its readers meanwhile, what is infected stays withheld until it is found clean.
"""

import argparse
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from camdesk.channels.mail.incoming import letter_scans
from camdesk.channels.models import RawLetter
from camdesk.lib import clamd
from camdesk.tickets import scanning
from camdesk.tickets.models import Attachment, Scanned

_Settle = Callable[[Any, clamd.Verdict, datetime], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="everything that is kept, not only what has no verdict")
    which.add_argument("--since", type=_day, metavar="YYYY-MM-DD", help="everything that came on this day or later")
    which.add_argument("--infected", action="store_true", help="what was found infected: the signature may be mended")


def run(args: argparse.Namespace) -> int:
    if not settings.SCANNER:
        raise SystemExit("camdesk: there is no scanner; set CAMDESK_SCANNER")
    found = dict.fromkeys(Scanned.Scan.values, 0)
    try:
        for file, settle in _chosen(args):
            before = file.scan
            _look(file, settle)
            found[file.scan] += 1
            if file.scan not in (Scanned.Scan.CLEAN, before) or (args.infected and file.scan != before):
                print(f"{file.scan:<9} {_named(file)}  {file.scan_note}")
    except clamd.Away as away:
        print(f"the scanner is away: {away}")
        return 1
    finally:
        print(", ".join(f"{number} {scan}" for scan, number in found.items() if number) or "nothing to look at")
    return 0


def _look(file: Scanned, settle: _Settle) -> None:
    try:
        verdict = scanning.look(file)
    except clamd.Interrupted as fault:
        verdict = clamd.Verdict(clamd.Result.UNKNOWN, f"no verdict: {fault}")
    settle(file, verdict, timezone.now())


def _chosen(args: argparse.Namespace) -> Iterator[tuple[Any, _Settle]]:
    files, letters = Attachment.objects.filter(state=Attachment.State.READY), RawLetter.objects.all()
    yield from ((one, scanning.settle) for one in _among(files, "created_at", args).iterator(200))
    yield from ((one, letter_scans.settle) for one in _among(letters, "received_at", args).iterator(200))


def _among(rows: QuerySet[Any], came: str, args: argparse.Namespace) -> QuerySet[Any]:
    if args.since:
        rows = rows.filter(**{f"{came}__gte": args.since})
    elif args.infected:
        rows = rows.filter(scan=Scanned.Scan.INFECTED)
    elif not args.all:
        rows = rows.filter(~Q(scan__in=(Scanned.Scan.CLEAN, Scanned.Scan.INFECTED)))
    return rows.order_by("pk")


def _named(file: Attachment | RawLetter) -> str:
    if isinstance(file, RawLetter):
        return f"letter {file.pk} from {file.sender or 'nobody'}"
    request = f" of request {file.message.ticket_id}" if file.message is not None else ""
    return f"file {file.pk}{request}: {file.name}"


def _day(raw: str) -> datetime:
    try:
        return datetime.strptime(raw, "%Y-%m-%d").replace(tzinfo=timezone.get_default_timezone())
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day is needed, as in 2026-03-17, not {raw!r}") from None
