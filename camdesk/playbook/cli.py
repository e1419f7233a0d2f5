"""camdesk playbook check|publish|export|upgrade|diff|graph: the operator's door to the playbook.

`test` plays dialogues with the bot, which stands above this floor: camdesk/config/commands/playbook.py adds it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from camdesk.lib.numbers import whole_number
from camdesk.playbook import current, upgrade, working_copy
from camdesk.playbook.difference import difference, in_words
from camdesk.playbook.document import Playbook
from camdesk.playbook.export import export
from camdesk.playbook.flow_binding import bind
from camdesk.playbook.flow_graph import mermaid, svg
from camdesk.playbook.flow_reading import flow_of
from camdesk.playbook.loading import load
from camdesk.playbook.publishing import PlaybookRefused, publish
from camdesk.playbook.yaml_source import Problem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_deeds(parser)


def add_deeds(parser: argparse.ArgumentParser) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    """The deeds of the playbook alone; the answer takes more of them."""
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)

    check = deeds.add_parser("check", help="name every fault of the directory as file:line: text")
    _directory(check)
    check.set_defaults(do=_check)

    out = deeds.add_parser("publish", help="check the directory and store it as the next version")
    _directory(out)
    out.add_argument("--note", default="", help="what is new, for those who look at the versions")
    out.set_defaults(do=_publish)

    back = deeds.add_parser("export", help="write a published version back as files")
    back.add_argument("version", type=int, help="number of the version")
    back.add_argument("directory", type=Path, help="a directory that is empty or not there")
    back.set_defaults(do=_export)

    diff = deeds.add_parser("diff", help="what changed between two playbooks")
    diff.add_argument("old", help="number of a version, or a directory")
    diff.add_argument("new", nargs="?", default=None, help="the same (default: the directory of the settings)")
    diff.set_defaults(do=_diff)

    newer = deeds.add_parser("upgrade", help="take what a newer camdesk brought into your working copy, or make one")
    _directory(newer)
    newer.add_argument("--dry-run", action="store_true", help="say what would be, change nothing")
    newer.add_argument("--base", type=Path, metavar="DIR", help="the shipped playbook that your folder began from")
    newer.set_defaults(do=_upgrade)

    graph = deeds.add_parser("graph", help="a flow as a drawing, Mermaid or SVG")
    graph.add_argument("flow", help="id of the flow")
    graph.add_argument("--svg", action="store_true", help="an SVG picture instead of Mermaid text")
    graph.add_argument("--lang", choices=("ru", "en"), default="ru", help="language of its words (default ru)")
    _directory(graph)
    graph.set_defaults(do=_graph)
    return deeds


def run(args: argparse.Namespace) -> int:
    """0 done, 1 refused or not found."""
    try:
        return int(args.do(args))
    except PlaybookRefused as refused:
        _show(refused.problems)
    except (current.NothingPublished, upgrade.CannotUpgrade, OSError) as error:
        print(f"camdesk: {error}", file=sys.stderr)
    return 1


def _directory(parser: argparse.ArgumentParser) -> None:
    text = "the playbook's directory (default: CAMDESK_PLAYBOOK, or playbook/)"
    parser.add_argument("directory", nargs="?", type=Path, default=settings.PLAYBOOK_DIR, help=text)


def _check(args: argparse.Namespace) -> int:
    playbook = _loaded(args.directory)
    counts = ", ".join(
        f"{len(getattr(playbook, kind))} {kind}" for kind in ("sections", "topics", "facts", "flows", "articles")
    )
    print(f"no faults: {counts}")
    return 0


def _publish(args: argparse.Namespace) -> int:
    version = publish(directory=args.directory, by=None, now=timezone.now(), note=args.note)
    print(f"version {version.number} is in force ({version.digest[:12]})")
    return 0


def _export(args: argparse.Namespace) -> int:
    files = export(current.version(args.version), args.directory)
    print(f"{len(files)} files in {args.directory}")
    return 0


def _upgrade(args: argparse.Namespace) -> int:
    directory = args.directory if working_copy.is_own(args.directory) else settings.DATA_DIR / "playbook"
    if not directory.exists():
        if not args.dry_run:
            working_copy.make(directory)
        print(f"{directory} {'would be' if args.dry_run else 'is'} your working copy: change it there, then publish")
        return 0
    if args.base is not None and not args.base.is_dir():
        raise upgrade.CannotUpgrade(f"there is no folder {args.base}")
    found = upgrade.plan(directory, base=args.base)
    if not args.dry_run:
        upgrade.carry_out(directory, found)
    print("\n".join(upgrade.in_words(found)))
    conflicts = any(one.what == upgrade.What.CONFLICT for one in found)
    if args.dry_run or not found:
        return int(conflicts)
    _show_quietly(load(directory).problems)
    return int(conflicts)


def _show_quietly(problems: tuple[Problem, ...]) -> None:
    """What a merge left to do; the version in force is not touched by it."""
    for problem in problems:
        print(problem)
    print("next: camdesk playbook publish" if not problems else "mend these, then camdesk playbook publish")


def _diff(args: argparse.Namespace) -> int:
    old, new = _named(args.old), _named(args.new or str(settings.PLAYBOOK_DIR))
    changes = difference(old, new)
    for change in changes:
        print("\n".join(in_words(change)))
    if not changes:
        print("no difference")
    return 0


def _graph(args: argparse.Namespace) -> int:
    playbook = _loaded(args.directory)
    if args.flow not in playbook.flows:
        print(f"camdesk: there is no flow «{args.flow}»; there are {', '.join(playbook.flows)}", file=sys.stderr)
        return 1
    draw = svg if args.svg else mermaid
    print(draw(bind(flow_of(playbook.flows[args.flow]), playbook), args.lang).rstrip("\n"))
    return 0


def _named(name: str) -> Playbook:
    return current.version(number) if (number := whole_number(name)) is not None else _loaded(Path(name))


def _loaded(directory: Path) -> Playbook:
    loaded = load(directory)
    if loaded.playbook is None:
        raise PlaybookRefused(loaded.problems)
    return loaded.playbook


def _show(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        print(problem)
    count = len(problems)
    print(f"camdesk: {count} fault{'' if count == 1 else 's'}, nothing was published", file=sys.stderr)
