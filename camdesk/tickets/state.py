"""The one writer of a ticket's state: turn, clocks, resolved, closed, reopenings, first answer, ratings.

Everything works on the ticket a deed holds locked (timeline.deed, which also writes what changed here), or on one that
is not saved yet. What follows what stands in transitions.py; a house test names whoever writes these fields elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from camdesk.lib import prepared
from camdesk.lib.prepared import Prepared
from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.tickets import transitions
from camdesk.tickets.clocks import Clocks
from camdesk.tickets.models.clock import Clock
from camdesk.tickets.models.rating import Rating
from camdesk.tickets.models.ticket import Ticket
from camdesk.tickets.transitions import REPLIES, Effect, Move, Place

_LIVE = Prepared(lambda number: Clock.objects.live().filter(ticket=number), int)

# Said once, as the counters' statement is: a bulk_create costs ten times as much to put into words as to run.
_COLUMNS = ("kind", "seq", "started_at", "due_at", "paused_at", "left", "met_at", "dropped_at", "broken_at")
_FIELDS = [next(field for field in Clock._meta.concrete_fields if field.column == column) for column in _COLUMNS]
_WRITE = (
    "INSERT INTO tickets_clock"
    ' (ticket_id, kind, seq, started_at, due_at, paused_at, "left", met_at, dropped_at, broken_at)'
    " VALUES "
)
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_OR_CHANGE = (
    " ON CONFLICT (ticket_id, kind, seq) DO UPDATE SET due_at = excluded.due_at, paused_at = excluded.paused_at,"
    ' "left" = excluded."left", met_at = excluded.met_at, dropped_at = excluded.dropped_at,'
    " broken_at = excluded.broken_at"
)


@dataclass(frozen=True, slots=True)
class StateChange:
    """Where a ticket stood, where it stands now, and the kinds of clocks that this met."""

    before: Place
    after: Place
    met: Sequence[str] = ()

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def reopened(self) -> bool:
        return self.before == Place.RESOLVED and self.after not in (Place.RESOLVED, Place.CLOSED)


def place_of(ticket: Ticket) -> Place:
    if ticket.is_closed:
        return Place.CLOSED
    return Place(ticket.turn) if ticket.is_open else Place.RESOLVED


def begin(ticket: Ticket, *, turn: str, now: datetime) -> None:
    """A new, unsaved ticket: whose move it is and what is promised. `write` it after it was saved."""
    _turn(ticket, Place(turn), now)
    clocks = Clocks(ticket, playbook.version(ticket.playbook_version), ())
    clocks.apply(transitions.at_opening(Place(turn)), seq=1, now=now)
    _hold(ticket, clocks)


def move(ticket: Ticket, what: Move, *, now: datetime) -> StateChange:
    """The whole of a move: turn, times, clocks. Where it means nothing nothing changes. Raises transitions.Closed."""
    before = place_of(ticket)
    after = transitions.after(what, before)
    if what in REPLIES:
        ticket.first_replied_at = ticket.first_replied_at or now
    step = StateChange(before, after, _turn_clocks(ticket, transitions.effects(what, before, after), now=now))
    if not step.changed:
        return step
    if after.turn != ticket.turn:
        _turn(ticket, after, now)
    if step.reopened:
        ticket.resolved_at = None
        ticket.reopenings += 1
    elif after in (Place.RESOLVED, Place.CLOSED):
        ticket.resolved_at = ticket.resolved_at or now
        ticket.closed_at = now if after == Place.CLOSED else None
    return step


def promised_after(ticket: Ticket, what: Move, *, topic: str, now: datetime) -> datetime | None:
    """Until when the customer hears from us once this move is made on a ticket of this topic; nothing changes. In the
    deed that makes the move, so that it is the time that will stand there."""
    before = place_of(ticket)
    after = transitions.after(what, before)
    clocks = ticket.held_clocks = _clocks(ticket)  # read once: the move itself needs them too
    return clocks.promised_after(transitions.effects(what, before, after), topic=topic, now=now)


def promise(ticket: Ticket, *, due: datetime, now: datetime) -> None:
    """The customer is told by an agent when they will hear from us next."""
    clocks = _clocks(ticket)
    clocks.promise(due, seq=ticket.last_seq + 1, now=now)
    _hold(ticket, clocks)


def remembered(ticket: Ticket) -> dict[str, Any]:
    """What an event remembers of an open ticket so that `restore` can bring it back; `clocks` comes from the step."""
    return {"turn": ticket.turn, "since": ticket.turn_since.isoformat()}


def restore(ticket: Ticket, before: Mapping[str, Any]) -> None:
    """A resolution is as if it never was: the turn since when it was, and the clocks that it had met run on."""
    met = Clock.objects.filter(ticket=ticket, kind__in=before["clocks"], met_at=ticket.resolved_at)
    clocks = Clocks(ticket, playbook.version(ticket.playbook_version), ())
    for clock in {clock.kind: clock for clock in met.order_by("seq")}.values():
        clocks.wake(clock)
    ticket.turn, ticket.turn_since = before["turn"], datetime.fromisoformat(before["since"])
    ticket.resolved_at = None
    _hold(ticket, clocks)


class NotResolved(Exception):
    """There is nothing to rate: the ticket is not settled."""


class AlreadyRated(Exception):
    """This resolution was rated."""


def resolution_number(ticket: Ticket) -> int:
    """Which resolution a settled ticket stands at; the first is 1."""
    return ticket.reopenings + 1


def rate(ticket: Ticket, *, stars: int, comment: str, by: Person | None, now: datetime) -> Rating:
    """Once for each resolution. Raises NotResolved, AlreadyRated."""
    if ticket.is_open:
        raise NotResolved
    number = resolution_number(ticket)
    if Rating.objects.filter(ticket=ticket, resolution=number).exists():
        raise AlreadyRated
    return Rating.objects.create(ticket=ticket, resolution=number, stars=stars, comment=comment, by=by, at=now)


def write(ticket: Ticket) -> None:
    """Writes the clocks that changed: one statement, none where none did. In the transaction that saves the ticket."""
    clocks: Clocks | None = getattr(ticket, "held_clocks", None)
    if clocks is None or not (changed := clocks.changed):
        return
    params = [value for clock in changed for value in (ticket.pk, *(_stored(clock, field) for field in _FIELDS))]
    prepared.write(_WRITE + ", ".join([_ROW] * len(changed)) + _OR_CHANGE, params)
    clocks.clear()


def _stored(clock: Clock, field: Any) -> Any:
    value = getattr(clock, field.attname)
    return None if value is None else field.get_db_prep_save(value, connection)


def break_overdue(now: datetime) -> int:
    """A duty of the worker: what was promised until before `now` and is still awaited is marked as broken. Returns 0:
    one statement does all."""
    Clock.objects.overdue(now).filter(broken_at=None).update(broken_at=F("due_at"))
    return 0


def _turn_clocks(ticket: Ticket, effects: Sequence[Effect], *, now: datetime) -> Sequence[str]:
    if not effects:
        return ()
    clocks = _clocks(ticket)
    met = clocks.apply(effects, seq=ticket.last_seq + 1, now=now)
    _hold(ticket, clocks)
    return met


def _clocks(ticket: Ticket) -> Clocks:
    """Read once in a deed."""
    held: Clocks | None = getattr(ticket, "held_clocks", None)
    if held is not None:
        return held
    return Clocks(ticket, playbook.version(ticket.playbook_version), _LIVE.all(ticket.pk))


def _hold(ticket: Ticket, clocks: Clocks) -> None:
    ticket.held_clocks = clocks
    ticket.promised_at, ticket.next_due_at = clocks.promised_at, clocks.next_due_at


def _turn(ticket: Ticket, place: Place, now: datetime) -> None:
    ticket.turn, ticket.turn_since = place.turn, now
