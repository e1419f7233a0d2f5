"""camdesk serve: everything on one port, in one process or, on PostgreSQL, in several."""

import argparse
import contextlib

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from camdesk.config import data_folder, extras, prepared, startup
from camdesk.config.copies import in_use
from camdesk.config.durability import refuse_to_lose
from camdesk.config.integrity import refuse_damaged
from camdesk.nodes import registry
from camdesk.server.serving import Parts, listen_for, serve_in_several


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_address(parser)
    add_workers(parser)


def add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (CAMDESK_LISTEN; else this machine only)")
    parser.add_argument("--port", type=int, default=8000)


def add_workers(parser: argparse.ArgumentParser) -> None:
    # Read before the settings are (cli.py), which derive from it what several processes must share.
    parser.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="processes that serve pages and streams, as many as there are cores (CAMDESK_WORKERS; needs PostgreSQL)",
    )


def servers() -> int:
    """How many are wanted. Raises SystemExit where that many cannot be."""
    wanted: int = settings.WORKERS
    if wanted > 1 and connection.vendor == "sqlite":
        raise SystemExit(
            f"camdesk: --workers {wanted} needs PostgreSQL (CAMDESK_DATABASE_URL):"
            " SQLite has one writer, and that one lives in one process"
        )
    return wanted


def run(args: argparse.Namespace) -> int:
    # First, so that a busy port is said at once and not after a minute of preparation.
    listeners = listen_for(args.host or settings.LISTEN, args.port, servers())
    data_folder.prepare()
    refuse_damaged()
    prepared.refuse_missing()
    with contextlib.suppress(DatabaseError):  # a new database knows of nobody; one that is away is told of below
        registry.refuse_strangers("serve")
    startup.prepare()
    refuse_to_lose()
    with in_use():
        greeting = _greeting()
        return serve_in_several(Parts(), listeners, on_started=lambda: print(greeting, flush=True))


def _greeting() -> str:
    """Addresses, and the ways in. Made before the loop runs: it asks the database."""
    url = settings.PUBLIC_URL
    lines = ["", f"  camdesk is at   {url}/", f"  agents work at  {url}/desk/"]
    lines += [f"  data are in     {settings.DATA_DIR}", ""]
    if settings.DEMO:
        demo = extras.load("camdesk_demo.logins")
        lines.append(f"  Demo logins, all with the password {demo.PASSWORD}")
        lines += [f"    {login.email:<24}{login.who}" for login in demo.LOGINS]
    else:
        lines += _invitation()
    return "\n".join([*lines, "", "  Ctrl-C stops everything", ""])


def _invitation() -> list[str]:
    """The link that makes the first administrator, or that there is one."""
    from camdesk.people.invitations import invite_first_administrator

    token = invite_first_administrator(now=timezone.now())
    if token is None:
        return []
    return [
        "  Nobody administers this desk yet. This link makes the first administrator, once, within 48 hours:",
        f"    {settings.PUBLIC_URL}/invitations/{token}/",
    ]
