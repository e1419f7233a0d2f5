"""camdesk hold place|list|lift: a legal hold, while which nothing of what it is about is erased (docs/privacy.md)."""

import argparse

from django.utils import timezone

from camdesk.people.models import Organisation, Person
from camdesk.privacy import holds
from camdesk.privacy.models import Hold
from camdesk.tickets.models import Ticket

_ABOUT: dict[str, type[Person] | type[Organisation] | type[Ticket]] = {
    "person": Person,
    "organisation": Organisation,
    "ticket": Ticket,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    place = deeds.add_parser("place", help="from now on nothing of it is erased")
    about = place.add_mutually_exclusive_group(required=True)
    for name in _ABOUT:
        about.add_argument(f"--{name}", type=int, metavar="NUMBER")
    place.add_argument("--reason", required=True, help="the case, the inquiry: who asks for it may see it")
    deeds.add_parser("list", help="those that stand")
    lift = deeds.add_parser("lift", help="it is over")
    lift.add_argument("number", type=int, help="as `list` gives it")


def run(args: argparse.Namespace) -> int:
    """1: there is nothing of that number."""
    return {"place": _place, "list": _list, "lift": _lift}[args.deed](args)


def _place(args: argparse.Namespace) -> int:
    name = next(name for name in _ABOUT if getattr(args, name) is not None)
    about = _ABOUT[name]._default_manager.filter(pk=getattr(args, name)).first()
    if about is None:
        raise SystemExit(f"camdesk: there is no {name} {getattr(args, name)}")
    print(_line(holds.place(about=about, reason=args.reason, by=None, now=timezone.now())))
    return 0


def _list(args: argparse.Namespace) -> int:
    for hold in holds.in_force():
        print(_line(hold))
    return 0


def _lift(args: argparse.Namespace) -> int:
    hold = Hold.objects.filter(pk=args.number).first()
    if hold is None or not holds.lift(hold=hold, by=None, now=timezone.now()):
        raise SystemExit(f"camdesk: no hold {args.number} stands")
    print(f"hold {hold.pk} is lifted")
    return 0


def _line(hold: Hold) -> str:
    name, number = next((name, pk) for name in _ABOUT if (pk := getattr(hold, f"{name}_id")) is not None)
    return f"hold {hold.pk}: {name} {number}, since {hold.at:%Y-%m-%d}: {hold.reason}"
