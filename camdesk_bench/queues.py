"""camdesk bench queues: what open pages of the desk ask while the bot talks: 50 agents, 1 to 100 moves a second.

One process and a clock of its own, so that nothing depends on how busy the machine is: the moves are deeds, the hints
are those the deeds publish, and a page that decides to ask really asks; only the waiting is played. Three ways to
decide, on the same hints:

each hint, put off    until now: each hint puts the look off by 0.6-1 s, so where they never cease nobody ever looks
each hint             the same, but the first hint begins the time and others gather in it
what it shows         now (desk-queue.js): only hints of the queue the page shows, and within 3-4 s of its numbers

Each way every hint goes to every agent; what that costs the hub is measured first, with a real one and real streams.
"""

import argparse
import asyncio
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from camdesk_bench.live import hub_beside_a_bot
from camdesk_bench.own_data import prepare, run_there

RATES = (1, 10, 100)
WAYS = ("each hint, put off", "each hint", "what it shows")
# Of ten agents: what their page is.
PAGES = ["", "", "", "", "", "?queue=mine", "?queue=mine", "?queue=unassigned", "?queue=support", "?turn=bot"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20, help="of the played clock, for each rate")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # in the bench's own data folder


def run(args: argparse.Namespace) -> int:
    if not args.here:
        print(asyncio.run(hub_beside_a_bot(args.agents, RATES[-1], args.seconds)), flush=True)
        return run_there("bench", "queues", "--here", f"--agents={args.agents}", f"--seconds={args.seconds}")
    prepare()
    desk = _Desk(args.agents)
    print(f"{args.agents} agents, each with a page open, which ask for: statements · pages · ms CPU, a second")
    for handed in (0, 50):
        also = f"every {handed}th move hands over and a chat begins" if handed else "moves within conversations"
        print(f"\n{also}\n{'moves/s':>8}" + "".join(f"{way:>30}" for way in WAYS))
        for rate in RATES:
            spent = desk.play(rate, args.seconds, handed)
            print(f"{rate:>8}" + "".join(f"{one.line(args.seconds):>30}" for one in spent), flush=True)
    return 0


@dataclass
class _Page:
    """An open page: what it asks for, when it will, and what it shows."""

    client: Any
    news: str
    queue: str
    numbers: set[str]
    asks_at: dict[str, float] = field(default_factory=dict)  # way → when it will ask

    def hear(self, hint: dict[str, Any], now: float, wait: float) -> None:
        moved, kept = set(hint.get("moved", ())), set(hint.get("kept", ()))
        self.asks_at[WAYS[0]] = now + wait
        self.asks_at.setdefault(WAYS[1], now + wait)
        rows = self.queue in moved or self.queue in kept
        if rows or moved & self.numbers:
            soon = now + (wait if rows else 5 * wait)
            self.asks_at[WAYS[2]] = min(soon, self.asks_at.get(WAYS[2], soon))


@dataclass
class _Spent:
    pages: int = 0
    statements: int = 0
    cpu: float = 0.0

    def counted(self, execute: Callable[..., Any], *rest: Any) -> Any:
        self.statements += 1
        return execute(*rest)

    def line(self, seconds: float) -> str:
        return f"{self.statements / seconds:.0f} · {self.pages / seconds:.1f} · {1000 * self.cpu / seconds:.0f}"


class _Desk:
    def __init__(self, agents: int) -> None:
        from django.utils import timezone

        from camdesk.channels.chat.new_chat import start_chat
        from camdesk.people.models import Person

        self._now = timezone.now()
        self._start_chat = start_chat
        self._random = random.Random(1)  # noqa: S311  the same pages and waits each time
        self._key = count()
        self._customers = list(Person.objects.exclude(user=None).exclude(agent__isnull=False)[:20])
        self._pages = [self._page(number, PAGES[number % len(PAGES)]) for number in range(agents)]
        self._chats = [self._begins() for _ in range(40)]

    def _page(self, number: int, query: str) -> _Page:
        from django.test import Client

        from camdesk.people import invitations
        from camdesk.people.models import Agent, Person, Team

        email = f"agent{number}@example.com"
        person = Person.objects.create(name=f"Сотрудник {number}", email=email, created_at=self._now)
        user = invitations.make_login(name=person.name, email=email, now=self._now, person=person)
        Agent.objects.create(person=person, role=Agent.Role.AGENT).teams.set(Team.objects.filter(slug="support"))
        client = Client()
        client.force_login(user, backend="camdesk.people.allauth_adapter.Backend")
        html = client.get(f"/desk/{query}").content.decode()
        told = {name: re.search(rf'<desk-queue[^>]*data-{name}="([^"]*)"', html) for name in ("queue", "numbers")}
        if not all(told.values()):
            raise SystemExit("camdesk: the page of a queue does not say what it shows")
        queue, numbers = (found[1] for found in told.values() if found)
        return _Page(client, f"/desk/rows{query}", queue, set(numbers.split()))

    def _begins(self) -> Any:
        person = self._random.choice(self._customers)
        return self._start_chat(person=person, key=f"bench-{next(self._key)}", language="ru", now=self._now)

    def play(self, rate: int, seconds: int, handed: int) -> list[_Spent]:
        """What was asked in each way while `rate` moves came a second; `handed`: every so-manyth one hands over."""
        from camdesk.lib import bus

        spent = {way: _Spent() for way in WAYS}
        for page in self._pages:
            page.asks_at.clear()
        heard: list[dict[str, Any]] = []
        stop = bus.listen(lambda channels, hint: heard.append(hint) if "desk" in channels else None)
        try:
            for move in range(rate * seconds):
                now = move / rate
                self._ask_until(now, spent)
                self._move(move, handed)
                while heard:
                    hint = heard.pop(0)
                    for page in self._pages:
                        page.hear(hint, now, 0.6 + 0.4 * self._random.random())
            self._ask_until(seconds, spent)
        finally:
            stop()
        return list(spent.values())

    def _move(self, number: int, handed: int) -> None:
        """The bot says something in one of the conversations, as a deed; now and then one ends with a person."""
        from camdesk.bot.engine.events import OperatorCalled
        from camdesk.bot.sessions import dialogue_moves
        from camdesk.tickets.timeline import deed, record

        self._now += timedelta(milliseconds=1)
        place = number % len(self._chats)
        if handed and number % handed == handed - 1:
            dialogue_moves.move(ticket=self._chats[place], event=OperatorCalled(id=f"b{number}"), now=self._now)
            self._chats[place] = self._begins()
            return
        with deed(self._chats[place].pk, now=self._now) as ticket:
            record(ticket, "message.sent", by=None, now=self._now)

    def _ask_until(self, moment: float, spent: dict[str, _Spent]) -> None:
        from django.db import connection

        for page in self._pages:
            for way, at in list(page.asks_at.items()):
                if at > moment:
                    continue
                del page.asks_at[way]
                began = time.process_time()
                with connection.execute_wrapper(spent[way].counted):
                    answer = page.client.get(page.news)
                if answer.status_code != 200:
                    raise SystemExit(f"camdesk: {page.news} answered {answer.status_code}")
                spent[way].cpu += time.process_time() - began
                spent[way].pages += 1
