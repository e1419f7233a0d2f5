"""Maintained counts of the queues: no page counts rows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from camdesk.tickets.models import Counter, Ticket
from camdesk.tickets.models.ticket import Turn

_MOVE = (
    "INSERT INTO tickets_counter (name, value) VALUES (%s, %s)"
    " ON CONFLICT (name) DO UPDATE SET value = tickets_counter.value + excluded.value"
)


def queues_of(ticket: Ticket) -> frozenset[str]:
    """The names of the counted queues a ticket stands in. Pure.

    all:<turn>, unassigned:<turn>, mine:<agent id>:<turn>, team:<team id>:<turn>, unassigned:<team id>:<turn>; settled
    tickets stand in none but all:nobody, so that the sum over all:* is the number of tickets.
    """
    names = {f"all:{ticket.turn}"}
    if ticket.turn != Turn.NOBODY:
        names.add(f"mine:{ticket.assignee_id}:{ticket.turn}" if ticket.assignee_id else f"unassigned:{ticket.turn}")
        if ticket.team_id:
            names.add(f"team:{ticket.team_id}:{ticket.turn}")
            if not ticket.assignee_id:
                names.add(f"unassigned:{ticket.team_id}:{ticket.turn}")
    return frozenset(names)


@dataclass(frozen=True)
class QueueNumber:
    """Counters that add up to what somebody sees: `of` them all, less those of what is hidden from them."""

    of: tuple[str, ...]
    less: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.of + self.less

    def value(self, read: Mapping[str, int]) -> int:
        return max(0, sum(read.get(name, 0) for name in self.of) - sum(read.get(name, 0) for name in self.less))


def seen(queue: str, turns: Iterable[str], *, hidden: Collection[int]) -> QueueNumber:
    """The number in a queue (`all`, `unassigned`, `mine:<agent id>`, `team:<team id>`) for somebody to whom the
    requests of the teams `hidden` are not there. Nobody has a request they do not see, so of `mine` none is hidden."""
    turns = tuple(turns)
    prefix = {"all": "team", "unassigned": "unassigned"}.get(queue)
    less = [f"{prefix}:{team}:{turn}" for team in sorted(hidden) for turn in turns] if prefix else []
    return QueueNumber(tuple(f"{queue}:{turn}" for turn in turns), tuple(less))


def move(before: frozenset[str], after: frozenset[str]) -> None:
    """Adjusts the counters; in the deed's transaction. Rows are touched in one order, so deeds cannot deadlock."""
    steps = [(name, 1 if name in after else -1) for name in sorted(before ^ after)]
    if not steps:
        return
    with connection.cursor() as cursor:
        cursor.executemany(_MOVE, steps)


def read(names: Iterable[str]) -> dict[str, int]:
    """{queue name: number of tickets}; one query. Unknown queues are empty."""
    names = list(names)
    found = dict(Counter.objects.filter(name__in=names).values_list("name", "value"))
    return {name: found.get(name, 0) for name in names}


def recount() -> None:
    """Counts everything anew (after an import or a restore)."""
    totals: dict[str, int] = {}
    fields = Ticket.objects.only("number", "turn", "assignee_id", "team_id")
    for ticket in fields.iterator(chunk_size=5000):
        for name in queues_of(ticket):
            totals[name] = totals.get(name, 0) + 1
    Counter.objects.all().delete()
    Counter.objects.bulk_create([Counter(name=name, value=value) for name, value in totals.items()])
