"""The state machine of a ticket: what each move makes of each place, and what that does to the clocks. Pure values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from camdesk.tickets.models.clock import Clock
from camdesk.tickets.models.ticket import Turn

Kind = Clock.Kind


class Closed(Exception):
    """The ticket is closed for good: what is said now opens a follow-up (channels/inbound.py)."""


class Place(StrEnum):
    """Where a ticket stands: whose move it is, or settled, for a while or for good."""

    BOT = "bot"
    US = "us"
    CUSTOMER = "customer"
    PROVIDER = "provider"
    INSTALLER = "installer"
    VISIT = "visit"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def turn(self) -> Turn:
        return Turn.NOBODY if self in _SETTLED else Turn(self.value)


class Move(StrEnum):
    """What may happen to a ticket."""

    CUSTOMER_WROTE = "customer wrote"
    REPLIED = "replied"  # and it is the customer's move
    REPLIED_AND_KEPT = "replied and kept"  # there is more to come from us
    CALLED = "called"  # the customer was spoken to: an answer that moves no turn
    TAKEN = "taken"  # an agent has it now
    PASSED_TO_US = "passed to us"
    PASSED_TO_CUSTOMER = "passed to customer"
    PASSED_TO_PROVIDER = "passed to provider"
    PASSED_TO_INSTALLER = "passed to installer"
    PASSED_TO_VISIT = "passed to visit"
    HANDED_OVER = "handed over"  # the bot calls a person
    GIVEN_BACK = "given back"  # to the bot, by an agent
    RESOLVED = "resolved"
    REOPENED = "reopened"
    BOT_REOPENED = "bot reopened"  # what the bot took for solved is not: it goes on
    CLOSED = "closed"  # the window of reopening is over
    ABANDONED = "abandoned"  # nobody came back to the bot


_OUTSIDE = (Place.PROVIDER, Place.INSTALLER, Place.VISIT)
_PEOPLE = (Place.US, Place.CUSTOMER, *_OUTSIDE)
_OPEN = (Place.BOT, *_PEOPLE)
_SETTLED = (Place.RESOLVED, Place.CLOSED)


def _from(places: Iterable[Place], to: Place) -> dict[Place, Place]:
    return dict.fromkeys(places, to)


# Where a move leads. Where a move means nothing the ticket stays; _NOT_ON_CLOSED is refused there.
_LEADS: Mapping[Move, Mapping[Place, Place]] = {
    # Words for people: what the bot hears is no move of this machine (channels/inbound.py).
    Move.CUSTOMER_WROTE: _from((Place.BOT, Place.CUSTOMER, *_OUTSIDE, Place.RESOLVED), Place.US),
    Move.REPLIED: _from(_OPEN, Place.CUSTOMER),
    Move.REPLIED_AND_KEPT: {Place.BOT: Place.CUSTOMER},
    Move.CALLED: {},
    Move.TAKEN: {Place.BOT: Place.US},
    Move.PASSED_TO_US: _from(_OPEN, Place.US),
    Move.PASSED_TO_CUSTOMER: _from(_OPEN, Place.CUSTOMER),
    Move.PASSED_TO_PROVIDER: _from(_OPEN, Place.PROVIDER),
    Move.PASSED_TO_INSTALLER: _from(_OPEN, Place.INSTALLER),
    Move.PASSED_TO_VISIT: _from(_OPEN, Place.VISIT),
    Move.HANDED_OVER: {Place.BOT: Place.US, Place.RESOLVED: Place.US},
    Move.GIVEN_BACK: _from(_PEOPLE, Place.BOT),
    Move.RESOLVED: _from(_OPEN, Place.RESOLVED),
    Move.REOPENED: {Place.RESOLVED: Place.US},
    Move.BOT_REOPENED: {Place.RESOLVED: Place.BOT},
    Move.CLOSED: {Place.RESOLVED: Place.CLOSED},
    Move.ABANDONED: {Place.BOT: Place.CLOSED},
}
_NOT_ON_CLOSED = frozenset({Move.CUSTOMER_WROTE, Move.REPLIED, Move.REPLIED_AND_KEPT, Move.REOPENED})

REPLIES = frozenset({Move.REPLIED, Move.REPLIED_AND_KEPT, Move.CALLED})
_ANSWERS = REPLIES | {Move.RESOLVED}  # the customer hears from us: the promise of an answer is met

BY_HAND: Mapping[str, Move] = {
    Turn.US: Move.PASSED_TO_US,
    Turn.CUSTOMER: Move.PASSED_TO_CUSTOMER,
    Turn.PROVIDER: Move.PASSED_TO_PROVIDER,
    Turn.INSTALLER: Move.PASSED_TO_INSTALLER,
    Turn.VISIT: Move.PASSED_TO_VISIT,
}
"""What an agent may set. `bot` is given back by the bot's session, `nobody` only by resolving."""


def after(move: Move, before: Place) -> Place:
    """The place that follows; the same one where the move means nothing there. Raises Closed."""
    if before == Place.CLOSED and move in _NOT_ON_CLOSED:
        raise Closed
    return _LEADS[move].get(before, before)


class Act(StrEnum):
    START = "start"  # unless one is live already: what was promised stands
    MEET = "meet"
    DROP = "drop"
    PAUSE = "pause"
    RUN = "run"  # go on, or start where none is live


ANSWER = "answer"
"""The clock of the answer that is owed: the first one until somebody answers, the next update from then on."""

_STAYS = {place: Kind(place.value) for place in _PEOPLE}
_SOLUTION = {
    Place.US: Act.RUN,
    Place.PROVIDER: Act.RUN,  # ours to chase
    Place.INSTALLER: Act.RUN,
    Place.VISIT: Act.RUN,
    Place.BOT: Act.PAUSE,
    Place.CUSTOMER: Act.PAUSE,
    Place.RESOLVED: Act.MEET,
    Place.CLOSED: Act.DROP,
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to one clock."""

    clock: str  # a Clock.Kind, or ANSWER
    act: Act


def effects(move: Move, before: Place, place: Place) -> tuple[Effect, ...]:
    """What a move from `before` to `place` does to the clocks, in this order."""
    return tuple(_effects(move, before, place))


def at_opening(place: Place) -> tuple[Effect, ...]:
    """A ticket that begins is as one that the bot hands over: nothing was promised before."""
    return effects(Move.HANDED_OVER, Place.BOT, place)


def _effects(move: Move, before: Place, place: Place) -> Iterator[Effect]:
    if move in _ANSWERS and before not in _SETTLED:
        yield Effect(ANSWER, Act.MEET)
    elif before != place and before not in _SETTLED and place not in (Place.US, *_OUTSIDE):
        yield Effect(ANSWER, Act.DROP)  # passed on without a word: nobody waits for us any more
    # Waiting for a provider does not free us of the answer we promised.
    if place == Place.US and (before != place or move in _ANSWERS):
        yield Effect(ANSWER, Act.START)
    if before == place or (before in _SETTLED and place in _SETTLED):
        return
    if before in _STAYS:
        yield Effect(_STAYS[before], Act.MEET)
    if place in _STAYS:
        yield Effect(_STAYS[place], Act.START)
    yield Effect(Kind.SOLUTION, _SOLUTION[place])
