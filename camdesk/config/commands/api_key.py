"""camdesk api-key: keys for integrations."""

import argparse

from django.utils import timezone

from camdesk.people import api_keys
from camdesk.people.models import Agent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="make a key; it is printed once, on the last line")
    create.add_argument("--name", required=True, help="what it is for, as people will see it: billing, widget")
    create.add_argument("--role", required=True, choices=Agent.Role.values, help="whose rights it has")


def run(args: argparse.Namespace) -> int:
    _key, secret = api_keys.create(name=args.name, role=args.role, by=None, now=timezone.now())
    print(f"The key {args.name!r} with the rights of {args.role}; it cannot be shown again:")
    print(secret)
    return 0
