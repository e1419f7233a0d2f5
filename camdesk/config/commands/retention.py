"""camdesk retention plan: what the worker would forget by age, of each kind; changes nothing (docs/privacy.md)."""

import argparse

from django.utils import timezone

from camdesk.privacy import holds, retention


def add_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    deeds.add_parser("plan", help="how long each kind is kept, and how much of it is due")


def run(args: argparse.Namespace) -> int:
    for one in retention.plan(timezone.now()):
        kept = f"{one.kind.days} days" if one.kind.days else "for ever"
        oldest = f"the oldest of {one.oldest:%Y-%m-%d}" if one.oldest else "there is none"
        print(f"{one.kind.name}: kept {kept} (CAMDESK_{one.kind.setting}), {one.rows} due, {oldest}")
    if standing := holds.in_force().count():
        print(f"{standing} legal holds stand: what they are about waits (camdesk hold list)")
    return 0
