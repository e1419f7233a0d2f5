"""The live clocks of one ticket, in memory: what starts, stands, goes on and ends.

Times come from the ticket's own version of the playbook, so that a calendar published later moves no promise that was
made. Changes wait in `changed` until tickets/state.py writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime, timedelta

from camdesk.playbook.document import Hours, Playbook, Promise
from camdesk.playbook.promises import due_after, left_until
from camdesk.tickets.models.clock import Clock
from camdesk.tickets.models.ticket import Ticket
from camdesk.tickets.transitions import ANSWER, Act, Effect

Kind = Clock.Kind
_ANSWERS = (Kind.FIRST_ANSWER, Kind.NEXT_UPDATE)  # one of them is live at a time


class Clocks:
    """Built from the rows that are live; `changed` holds what must be written, in an order the database can take."""

    def __init__(self, ticket: Ticket, document: Playbook, live: Iterable[Clock]) -> None:
        self._ticket = ticket
        self._document = document
        self._live = {clock.kind: clock for clock in live}
        self._changed: dict[tuple[str, int], Clock] = {}

    @property
    def changed(self) -> list[Clock]:
        """Ended ones first: a new one of the same kind may only follow."""
        return sorted(self._changed.values(), key=lambda clock: clock.is_live)

    def clear(self) -> None:
        self._changed.clear()

    @property
    def promised_at(self) -> datetime | None:
        """Until when the customer is to hear from us."""
        clock = self._answer()
        return clock.due_at if clock else None

    @property
    def next_due_at(self) -> datetime | None:
        """The soonest due of all that run."""
        running = (clock.due_at for clock in self._live.values() if clock.paused_at is None)
        return min((due for due in running if due is not None), default=None)

    def promised_after(self, effects: Sequence[Effect], *, topic: str, now: datetime) -> datetime | None:
        """Until when the customer would hear from us after these effects on a ticket of this topic; nothing changes."""
        ticket = copy(self._ticket)
        ticket.topic_id = topic
        tried = Clocks(ticket, self._document, map(copy, self._live.values()))
        tried.apply(effects, seq=ticket.last_seq + 1, now=now)
        return tried.promised_at

    def apply(self, effects: Iterable[Effect], *, seq: int, now: datetime) -> list[str]:
        """Returns the kinds that were met."""
        met = []
        for effect in effects:
            clock = self._answer() if effect.clock == ANSWER else self._live.get(effect.clock)
            match effect.act:
                case Act.START | Act.RUN if clock is None:
                    self.start(self._kind(effect.clock), seq=seq, now=now)
                case Act.RUN if clock is not None and clock.paused_at is not None:
                    self._run(clock, now)
                case Act.PAUSE if clock is not None and clock.paused_at is None:
                    self._pause(clock, now)
                case Act.MEET if clock is not None:
                    self._end(clock, now)
                    clock.met_at = now
                    met.append(clock.kind)
                case Act.DROP if clock is not None:
                    self.drop(clock, now)
        return met

    def promise(self, due: datetime, *, seq: int, now: datetime) -> None:
        """An agent names the time of the next update: it takes the place of what was promised before."""
        if (clock := self._answer()) is not None:
            self.drop(clock, now)
        self.start(Kind.NEXT_UPDATE, seq=seq, now=now, due=due)

    def start(self, kind: Kind, *, seq: int, now: datetime, due: datetime | None = None) -> None:
        if due is None and (span := self._span(kind)):
            due = due_after(self._promise, self._hours, now, span)
        clock = Clock(ticket=self._ticket, kind=kind, seq=seq, started_at=now, due_at=due)
        self._live[kind] = clock
        self._touch(clock)

    def drop(self, clock: Clock, now: datetime) -> None:
        self._end(clock, now)
        clock.dropped_at = now

    def wake(self, clock: Clock) -> None:
        """One that was met a moment ago is awaited again."""
        clock.met_at = None
        self._live[clock.kind] = clock
        self._touch(clock)

    def _end(self, clock: Clock, now: datetime) -> None:
        _judge(clock, now)
        del self._live[clock.kind]
        self._touch(clock)

    def _pause(self, clock: Clock, now: datetime) -> None:
        _judge(clock, now)
        due = clock.due_at
        clock.paused_at = now
        clock.left = left_until(self._promise, self._hours, now, due) if due is not None else timedelta()
        self._touch(clock)

    def _run(self, clock: Clock, now: datetime) -> None:
        if clock.broken_at is None and clock.due_at is not None and clock.left is not None:
            clock.due_at = due_after(self._promise, self._hours, now, clock.left)
        clock.paused_at = clock.left = None
        self._touch(clock)

    def _touch(self, clock: Clock) -> None:
        self._changed[clock.kind, clock.seq] = clock

    @property
    def _hours(self) -> Hours:
        return self._document.hours

    @property
    def _promise(self) -> Promise:
        return _promise_of(self._ticket, self._document)

    def _answer(self) -> Clock | None:
        return next((self._live[kind] for kind in _ANSWERS if kind in self._live), None)

    def _kind(self, wanted: str) -> Kind:
        if wanted != ANSWER:
            return Kind(wanted)
        return Kind.NEXT_UPDATE if self._ticket.first_replied_at else Kind.FIRST_ANSWER

    def _span(self, kind: Kind) -> timedelta | None:
        promise = self._promise
        if kind == Kind.FIRST_ANSWER:
            minutes = promise.first_reply
        elif kind == Kind.NEXT_UPDATE:
            minutes = promise.next_update or promise.first_reply
        elif kind == Kind.SOLUTION:
            minutes = promise.resolution
        else:
            minutes = promise.waits.get(kind.value, 0)
        return timedelta(minutes=minutes) if minutes else None


def _judge(clock: Clock, now: datetime) -> None:
    """What was promised until a moment that has passed is broken, met later or not. `now` decides: a worker whose clock
    is ahead may have marked it while a deed of before waited for the ticket's lock."""
    if clock.due_at is not None and clock.paused_at is None:
        clock.broken_at = clock.due_at if clock.due_at < now else None


def _promise_of(ticket: Ticket, document: Playbook) -> Promise:
    topic = document.topics.get(ticket.topic_id)
    return document.promises[topic.promise] if topic else next(iter(document.promises.values()))
