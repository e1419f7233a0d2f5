"""camdesk bench shortcuts: what each of our shortcuts around Django and Jinja2 saves of a page's CPU time.

Every page is asked for with a shortcut and without it, by turns and in one process, so that whatever else the machine
does falls on both; a share is one minus the ratio of the medians. A shortcut stays where it saves a tenth of a page.
"""

import argparse
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from camdesk_bench.own_data import prepare, run_there

AGENT, CUSTOMER = "agent@example.org", "customer@example.org"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=100, help="how often each page is asked for in each way")
    parser.add_argument("--only", metavar="TEXT", default="", help="only pages whose name has this in it")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # in the bench's own data folder


def run(args: argparse.Namespace) -> int:
    if not args.here:
        return run_there("bench", "shortcuts", "--here", f"--rounds={args.rounds}", f"--only={args.only}")
    prepare()
    ways: dict[str, Callable[[], Any]] = {
        "prepared queries": _without_prepared,
        "folded templates": _without_folding(),
        "fragment cache": _without_fragment_cache,
    }
    print(f"{'page':<28}{'ms CPU':>8}" + "".join(f"{way:>20}" for way in ways))
    for name, ask in _pages():
        if args.only not in name:
            continue
        for _ in range(5):
            ask()
        shares = [_share(ask, without, args.rounds) for without in ways.values()]
        print(f"{name:<28}{shares[0][0]:>8.1f}" + "".join(f"{100 * share:>18.1f} %" for _, share in shares), flush=True)
    return 0


def _share(ask: Callable[[], None], without: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """(ms CPU with the shortcut, which share of the CPU without it is saved)."""
    spent: dict[bool, list[float]] = {True: [], False: []}
    with without():
        ask()
    for _ in range(rounds):
        order = [True, False]
        random.shuffle(order)  # whoever comes second finds warm caches
        for used in order:
            if used:
                spent[True].append(_cpu(ask))
            else:
                with without():
                    spent[False].append(_cpu(ask))
    with_it, bare = statistics.median(spent[True]), statistics.median(spent[False])
    return 1000 * with_it, 1 - with_it / bare


def _cpu(ask: Callable[[], None]) -> float:
    began = time.process_time()
    ask()
    return time.process_time() - began


def _pages() -> Iterator[tuple[str, Callable[[], None]]]:
    from django.test import Client

    from camdesk.people.models import User

    def page(who: str, address: str) -> Callable[[], None]:
        client = Client()
        client.force_login(User.objects.get(email=who), backend="camdesk.people.allauth_adapter.Backend")
        if "%s" in address:
            found = re.search(r'href="/requests/(\d+)/"', client.get("/requests/").content.decode())
            if found is None:
                raise SystemExit("camdesk: the demo's customer has no request")
            address %= found[1]

        def ask() -> None:
            answer = client.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"camdesk: {address} answered {answer.status_code}")

        return ask

    yield "queue, agent", page(AGENT, "/desk/")
    yield "rows of a queue, agent", page(AGENT, "/desk/rows")
    yield "ticket, agent", page(AGENT, "/desk/tickets/%s/".replace("%s", _number()))
    yield "request, customer", page(CUSTOMER, "/requests/%s/")
    yield "list of requests, customer", page(CUSTOMER, "/requests/")
    yield "cameras, customer", page(CUSTOMER, "/cameras/")
    yield "form", page(CUSTOMER, "/support/write/?topic=camera-offline")
    yield "support panel", page(CUSTOMER, "/support/chat/panel?new=1")


def _number() -> str:
    from camdesk.tickets.models import Ticket

    return str(Ticket.objects.filter(person__user__email=CUSTOMER).order_by("pk").values_list("pk", flat=True)[0])


# --- each shortcut left out


@contextmanager
def _without_prepared() -> Iterator[None]:
    from camdesk.lib.prepared import Prepared

    def rows(self: Any, values: tuple[Any, ...], most: int | None) -> list[Any]:
        return list(self._build(*values)[:most])

    held = Prepared._rows
    Prepared._rows = rows  # type: ignore[method-assign]  # put back below
    try:
        yield
    finally:
        Prepared._rows = held  # type: ignore[method-assign]  # put back below


def _without_folding() -> Callable[[], Any]:
    from django.conf import settings
    from django.template import engines

    from camdesk.ui.constant_folding import Pages

    pages: Any = engines["jinja2"]
    params = {key: value for key, value in settings.TEMPLATES[0].items() if key != "BACKEND"}
    plain: Any = Pages({"DIRS": [], **params})
    folded = pages._speaking
    for engine in plain._speaking.values():
        engine.env.foldable = {}

    @contextmanager
    def without() -> Iterator[None]:
        pages._speaking = plain._speaking
        try:
            yield
        finally:
            pages._speaking = folded

    return without


@contextmanager
def _without_fragment_cache() -> Iterator[None]:
    from django.template import engines

    pages: Any = engines["jinja2"]
    environments = [engine.env for engine in pages._speaking.values()]
    held = [env.globals["cached_fragment"] for env in environments]
    for env in environments:
        env.globals["cached_fragment"] = lambda *_key, caller: caller()
    try:
        yield
    finally:
        for env, kept in zip(environments, held, strict=True):
            env.globals["cached_fragment"] = kept
