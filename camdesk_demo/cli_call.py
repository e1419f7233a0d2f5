"""camdesk demo call: plays the telephone exchange. It posts the very events an exchange posts, at the running demo."""

import argparse
import secrets
import time
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from camdesk.lib.phones import BadPhone, normalise
from camdesk_demo.world import NotADemo

_EXCHANGE = "asterisk"
_TIMEOUT = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    call = actions.add_parser("call", help="a telephone rings, is answered, and the call ends")
    call.add_argument("--from", dest="number", default="+79350000010", help="who calls (default: %(default)s)")
    call.add_argument("--extension", default="", help="whose telephone rings: 101 agent, 102 lead; none: all")
    call.add_argument("--missed", action="store_true", help="nobody answers")
    call.add_argument("--out", action="store_true", help="an agent calls the customer")
    call.add_argument("--ring", type=float, default=8, help="seconds it rings (default: %(default)s)")
    call.add_argument("--talk", type=float, default=20, help="seconds they talk (default: %(default)s)")
    call.add_argument("--port", type=int, default=0, help="of the running demo (default: that of CAMDESK_URL)")


def run(args: argparse.Namespace) -> int:
    if not (settings.DEMO or settings.TESTING):
        raise NotADemo
    try:
        number = normalise(args.number)
    except BadPhone as wrong:
        print(f"camdesk: {args.number}: {wrong}")
        return 2
    exchange = PlayedExchange(settings.PUBLIC_URL, number, args.extension, "out" if args.out else "in")
    try:
        play(exchange, ring=args.ring, talk=0 if args.missed else args.talk)
    except OSError as why:
        print(f"camdesk: no demo answers at {settings.PUBLIC_URL}: {why}. Start it with bin/run, or say --port")
        return 1
    return 0


class PlayedExchange:
    """One call, as an Asterisk of docs/phone.md tells it."""

    def __init__(self, address: str, number: str, extension: str, direction: str) -> None:
        self._address = urlsplit(address)
        self._what = {"customer": number, "extension": extension, "direction": direction, "line": "+78000000000"}
        self._call = secrets.token_hex(8)

    def say(self, kind: str, **more: str) -> None:
        """Raises OSError when nobody is there, or the answer is no."""
        fields = {"kind": kind, "linkedid": self._call, **self._what, **more}
        path = f"/hooks/phone/{_EXCHANGE}/{settings.PHONE_HOOK_SECRET}/"
        connection = HTTPConnection(self._address.hostname or "127.0.0.1", self._address.port or 80, timeout=_TIMEOUT)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", path, urlencode(fields), headers)
            status = connection.getresponse().status
        finally:
            connection.close()
        if status != 200:
            raise OSError(f"it answered {status}")
        print(f"{self._what['customer']}: {kind}", flush=True)


def play(exchange: PlayedExchange, *, ring: float, talk: float) -> None:
    """ring, talk: seconds; talk 0: nobody answers. Raises OSError."""
    exchange.say("ringing")
    time.sleep(ring)
    if talk:
        exchange.say("answered")
        time.sleep(talk)
    exchange.say("ended", talk=str(int(talk)))
