"""The queues: which tickets, in which order, one page of rows at the same cost whatever their number.

Our move is read by promise, soonest first; everything else by what happened last. A page is a keyset page: its cursor
names the last row, so nothing is counted and nothing is skipped over.
"""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from django.db.models import Count, Min, Q, QuerySet

from camdesk.lib.numbers import whole_number
from camdesk.lib.prepared import Prepared
from camdesk.people.models import Agent, Team
from camdesk.people.roles import NO_TEAM, hidden_teams, may
from camdesk.tickets import counts
from camdesk.tickets.models import Ticket, TicketCamera
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.queue_changes import GROUPS

PAGE = 40
ALL, MINE, UNASSIGNED = "all", "mine", "unassigned"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Queue:
    """`which`: all, mine, unassigned or the slug of a team. `group`: a key of GROUPS. `hidden`: the closed teams whose
    requests are not in it."""

    which: str = ALL
    group: str = "us"
    agent: int = 0  # whose «mine»
    team: int = 0  # the team's id
    hidden: frozenset[int] = frozenset()

    @property
    def query(self) -> str:
        """What an address says to mean this queue; empty for the first one."""
        parts = [f"queue={self.which}"] if self.which != ALL else []
        parts += [f"turn={self.group}"] if self.group != "us" else []
        return "?" + "&".join(parts) if parts else ""

    @property
    def name(self) -> str:
        """As hints of a change say it (tickets/queue_changes.py)."""
        return f"{self._prefix}:{self.group}"

    @property
    def by_promise(self) -> bool:
        return self.group == "us"

    def number(self) -> counts.QueueNumber | None:
        """The maintained counts that add up to this queue; None for what is settled, a part of which is not counted."""
        if self.group == "settled":
            return None
        return counts.seen(self._prefix, GROUPS[self.group], hidden=self.hidden)

    @property
    def _prefix(self) -> str:
        if self.which in (ALL, UNASSIGNED):
            return self.which
        return f"mine:{self.agent}" if self.which == MINE else f"team:{self.team}"

    def tickets(self) -> QuerySet[Ticket]:
        if self.team:
            return Ticket.objects.not_of(self.hidden & {self.team}).filter(team_id=self.team)
        seen = Ticket.objects.not_of(self.hidden)
        if self.which == MINE:
            return seen.filter(assignee_id=self.agent)
        return seen.filter(assignee_id=None) if self.which == UNASSIGNED else seen


def asked_for(said: Mapping[str, str], *, agent: Agent, teams: Iterable[Team]) -> Queue:
    """The queue that an address means; what it says wrongly, or a team this agent is shut out of, is the first one."""
    which, group = said.get("queue", ALL), said.get("turn", "us")
    hidden = hidden_teams(agent)
    whole = Queue(ALL, group if group in GROUPS else "us", agent=agent.pk, hidden=hidden)
    if which in (MINE, UNASSIGNED):
        return replace(whole, which=which)
    team = next((team for team in teams if team.slug == which and team.pk not in hidden), None)
    return replace(whole, which=which, team=team.pk) if team else whole


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a queue. `cameras`: how many, `camera`: the name of one of them."""

    number: int
    subject: str
    turn: str
    closed: bool
    name: str
    organisation: str | None
    assignee: str | None
    channel: str
    urgent: bool
    unread: bool
    active_at: datetime
    due_at: datetime | None
    verified: bool  # whether we know for certain who wrote it
    cameras: int = 0
    camera: str = ""

    def tone(self, now: datetime) -> str:
        """How near the promise is: trouble when it is over, attention in its last half hour."""
        if self.due_at is None:
            return "neutral"
        left = self.due_at - now
        return "trouble" if left < timedelta() else "attention" if left < timedelta(minutes=30) else "neutral"


class _Stored(NamedTuple):
    """A row as it is read, before it is known what cameras it has. No dataclass: 51 rows of `values_list` are 10 µs of
    these and 92 µs of a frozen one, and what waits for four turns is read 204 at a time, for a page of 5 ms."""

    number: int
    subject: str
    turn: str
    closed_at: datetime | None
    name: str
    organisation: str | None
    assignee: str | None
    channel: str
    urgent: bool
    last_seq: int
    seen_seq: int
    active_at: datetime
    promised_at: datetime | None
    verified: bool


_PATHS = {
    "name": "contact_name",
    "organisation": "organisation__name",
    "assignee": "assignee__person__name",
    "seen_seq": "agent_seen_seq",
}
_FIELDS = [_PATHS.get(name, name) for name in _Stored._fields]


# As all queries of a page they are compiled once: that costs ten times what asking forty rows does.
_OF_NUMBERS = Prepared(
    lambda numbers, hidden: Ticket.objects.not_of(hidden).filter(pk__in=numbers).values_list(*_FIELDS),
    list[int],
    list[int],
)
_CAMERAS = Prepared(
    lambda numbers: (
        TicketCamera.objects.filter(ticket_id__in=numbers)
        .values_list("ticket_id")
        .annotate(n=Count("pk"), one=Min("camera__name"))
    ),
    list[int],
)


def _read(tickets: QuerySet[Ticket], most: int) -> list[_Stored]:
    return list(map(_Stored._make, tickets.values_list(*_FIELDS)[:most]))


@dataclass(frozen=True)
class Page:
    rows: list[QueueRow]
    after: str  # cursor of the next page, empty on the last


def page(queue: Queue, *, after: str = "") -> Page:
    """The rows after a cursor. Two queries, a third where several turns meet or promises end."""
    found = _by_promise(queue, after) if queue.by_promise else _by_activity(queue, after)
    rows = found[:PAGE]
    last = rows[-1] if len(found) > PAGE else None
    return Page(_with_cameras(rows), _cursor(queue, last) if last else "")


def rows_of(numbers: list[int], *, agent: Agent) -> list[QueueRow]:
    """The rows of these tickets in this order, of those the agent sees; for what was searched. Two queries."""
    if not may(agent, "ticket.read"):
        return []
    found = {row[0]: _Stored._make(row) for row in _OF_NUMBERS.all(numbers, sorted(hidden_teams(agent)) or NO_TEAM)}
    return _with_cameras([found[number] for number in numbers if number in found])


def _by_promise(queue: Queue, after: str) -> list[_Stored]:
    ours = queue.tickets().filter(turn=Turn.US)
    moment, number = _read_cursor(after)
    found: list[_Stored] = []
    if moment is not None or not number:
        promised = ours.filter(promised_at__isnull=False)
        if moment is not None:
            # The first bound lets the index begin there, the second drops what the last page has shown.
            promised = promised.filter(promised_at__gte=moment).filter(Q(promised_at__gt=moment) | Q(number__gt=number))
        found = _read(promised.order_by("promised_at", "number"), PAGE + 1)
        number = 0
    if len(found) <= PAGE:  # those without a promise come last; only an import makes such
        without = ours.filter(promised_at__isnull=True, number__gt=number).order_by("number")
        found += _read(without, PAGE + 1 - len(found))
    return found


def _by_activity(queue: Queue, after: str) -> list[_Stored]:
    moment, number = _read_cursor(after)
    parts = []
    for turn in GROUPS[queue.group]:
        part = queue.tickets().filter(turn=turn)
        if moment is not None:
            part = part.filter(active_at__lte=moment).filter(Q(active_at__lt=moment) | Q(number__lt=number))
        parts.append(_read(part.order_by("-active_at", "-number"), PAGE + 1))
    newest_first = heapq.merge(*parts, key=lambda row: (row.active_at, row.number), reverse=True)
    return list(islice(newest_first, PAGE + 1))


def _with_cameras(found: list[_Stored]) -> list[QueueRow]:
    cameras = {row[0]: row[1:] for row in _CAMERAS.all([row.number for row in found])}
    return [_row(row, *cameras.get(row.number, (0, ""))) for row in found]


def _row(row: _Stored, cameras: int, camera: str) -> QueueRow:
    return QueueRow(
        row.number,
        row.subject,
        row.turn,
        row.closed_at is not None,
        row.name,
        row.organisation,
        row.assignee,
        row.channel,
        row.urgent,
        row.last_seq > row.seen_seq,
        row.active_at,
        row.promised_at,
        row.verified,
        cameras,
        camera,
    )


def _cursor(queue: Queue, last: _Stored) -> str:
    moment = last.promised_at if queue.by_promise else last.active_at
    stamp = (moment - _EPOCH) // _MICROSECOND if moment else ""
    return f"{stamp}.{last.number}"


def _read_cursor(raw: str) -> tuple[datetime | None, int]:
    """(moment, number) of a cursor; (None, 0) for none, and for one that never was ours."""
    stamp, dot, number = raw.partition(".")
    last, since = whole_number(number), whole_number(stamp, digits=17)
    if not dot or last is None or (stamp and since is None):
        return None, 0
    return (_EPOCH + since * _MICROSECOND if since is not None else None), last
