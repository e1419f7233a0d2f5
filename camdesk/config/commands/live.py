"""camdesk live: event streams only. Needs the bus and the secret key; in the database it only says that it is there."""

import argparse
import contextlib

from django.conf import settings
from django.db import DatabaseError, connection

from camdesk.config.commands.serve import add_address
from camdesk.lib import bus
from camdesk.nodes import registry
from camdesk.server.serving import Parts, listen_on, serve

add_arguments = add_address


def run(args: argparse.Namespace) -> int:
    if settings.BUS == "memory":
        raise SystemExit(
            "camdesk: CAMDESK_BUS is memory, so a process of its own hears nothing: set it to postgres or redis://…"
        )
    bus.bus()  # says what is not installed
    with contextlib.suppress(DatabaseError):  # streams go without it
        registry.refuse_strangers("live")
        connection.close()
    return serve(Parts(web=False, work=False), listen_on(args.host or settings.LISTEN, args.port))
