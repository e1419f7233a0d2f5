"""Maintained counts of the queues: no page counts rows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce

from camdesk.lib.prepared import BoundQuery, Prepared, write
from camdesk.tickets.models import Counter, Ticket
from camdesk.tickets.models.ticket import Turn

_OURS = "^(all|unassigned|mine|team):"  # other rooms keep counters of their own here
_MOVE = "INSERT INTO tickets_counter (name, value) VALUES "
_ADDED_UP = " ON CONFLICT (name) DO UPDATE SET value = tickets_counter.value + excluded.value"

_READ = Prepared(lambda names: Counter.objects.filter(name__in=names).values_list("name", "value"), list[str])


def queues_of(ticket: Ticket) -> frozenset[str]:
    """The names of the counted queues a ticket stands in. Pure.

    all:<turn>, unassigned:<turn>, mine:<agent id>:<turn>, team:<team id>:<turn>, unassigned:<team id>:<turn>; settled
    tickets stand in none but all:nobody, so that the sum over all:* is the number of tickets.
    """
    return _names(ticket.turn, ticket.assignee_id, ticket.team_id)


def _names(turn: str, assignee: int | None, team: int | None) -> frozenset[str]:
    names = {f"all:{turn}"}
    if turn != Turn.NOBODY:
        names.add(f"mine:{assignee}:{turn}" if assignee else f"unassigned:{turn}")
        if team:
            names.add(f"team:{team}:{turn}")
            if not assignee:
                names.add(f"unassigned:{team}:{turn}")
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
    if steps:
        _move(steps)


def _move(steps: list[tuple[str, int]]) -> None:
    params = [value for step in steps for value in step]
    write(_MOVE + ", ".join(["(%s, %s)"] * len(steps)) + _ADDED_UP, params)


def question(names: Iterable[str]) -> BoundQuery:
    """What `read` will ask, for lib/prepared.ahead."""
    return _READ.of(list(names))


def read(names: Iterable[str]) -> dict[str, int]:
    """{queue name: number of tickets}; one query. Unknown queues are empty."""
    names = list(names)
    found = dict(_READ.all(names))
    return {name: found.get(name, 0) for name in names}


def number_of(name: str) -> Coalesce:
    """The number of one queue as a column of another statement."""
    return Coalesce(Subquery(Counter.objects.filter(name=name).values("value")), 0)


def wrong() -> dict[str, int]:
    """{queue name: by how much its count is too low} of those that are not what is counted; {} is how it shall be. For
    `doctor`: it reads every ticket once. While deeds go on it may name what was right: what stays is wrong."""
    counted: dict[str, int] = {}
    rows = Ticket.objects.order_by().values_list("turn", "assignee_id", "team_id").annotate(Count("pk"))
    for turn, assignee, team, number in rows:
        for name in _names(turn, assignee, team):
            counted[name] = counted.get(name, 0) + number
    kept = dict(Counter.objects.filter(name__regex=_OURS).values_list("name", "value"))
    missing = {name: counted.get(name, 0) - kept.get(name, 0) for name in {*counted, *kept}}
    return {name: number for name, number in sorted(missing.items()) if number}


def mend() -> dict[str, int]:
    """Makes the counts right and returns what was wrong. Deeds that go on meanwhile wait at the counters and add their
    step afterwards, as this adds what is missing and sets nothing."""
    with transaction.atomic():
        list(Counter.objects.filter(name__regex=_OURS).order_by("name").select_for_update())
        found = wrong()
        if found:
            _move(list(found.items()))
    return found
