"""The state machine of a ticket, written out whole: every move from every place."""

import pytest

from camdesk.tickets.models import Clock
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.transitions import (
    ANSWER,
    BY_HAND,
    Act,
    Closed,
    Move,
    Place,
    after,
    at_opening,
    effects,
)

# A dot: nothing changes. A cross: refused, a follow-up continues it.
WRITTEN_OUT = """
                     bot       us        customer  provider  installer visit     resolved  closed
customer wrote       us        .         us        us        us        us        us        x
replied              customer  customer  .         customer  customer  customer  .         x
replied and kept     customer  .         .         .         .         .         .         x
called               .         .         .         .         .         .         .         .
taken                us        .         .         .         .         .         .         .
passed to us         us        .         us        us        us        us        .         .
passed to customer   customer  customer  .         customer  customer  customer  .         .
passed to provider   provider  provider  provider  .         provider  provider  .         .
passed to installer  installer installer installer installer .         installer .         .
passed to visit      visit     visit     visit     visit     visit     .         .         .
handed over          us        .         .         .         .         .         us        .
given back           .         bot       bot       bot       bot       bot       .         .
resolved             resolved  resolved  resolved  resolved  resolved  resolved  .         .
reopened             .         .         .         .         .         .         us        x
bot reopened         .         .         .         .         .         .         bot       .
closed               .         .         .         .         .         .         closed    .
abandoned            closed    .         .         .         .         .         .         .
"""
_HEAD, *_ROWS = WRITTEN_OUT.strip("\n").splitlines()
PLACES = [Place(word) for word in _HEAD.split()]
CELLS = [
    (Move(row[:21].strip()), place, word) for row in _ROWS for place, word in zip(PLACES, row[21:].split(), strict=True)
]


def test_the_table_names_every_move_and_every_place():
    assert list(Place) == PLACES
    assert len(CELLS) == len(Move) * len(Place) == len({cell[:2] for cell in CELLS})


@pytest.mark.parametrize("move, before, word", CELLS)
def test_where_a_move_leads(move, before, word):
    if word == "x":
        with pytest.raises(Closed):
            after(move, before)
    else:
        assert after(move, before) == (before if word == "." else Place(word))


def test_every_turn_is_a_place_and_only_two_places_are_nobodys():
    assert {place.turn for place in Place} == set(Turn)
    assert [place for place in Place if place.turn == Turn.NOBODY] == [Place.RESOLVED, Place.CLOSED]
    assert {turn: move.value for turn, move in BY_HAND.items()} == {
        turn: f"passed to {turn}" for turn in ("us", "customer", "provider", "installer", "visit")
    }


def told(move: Move, before: Place) -> str:
    return " ".join(f"{effect.clock}:{effect.act.value}" for effect in effects(move, before, after(move, before)))


@pytest.mark.parametrize(
    "move, before, what",
    [
        # An answer meets what was promised; the solution stands while the move is the customer's.
        (Move.REPLIED, Place.US, "answer:meet us:meet customer:start solution:pause"),
        (Move.REPLIED, Place.PROVIDER, "answer:meet provider:meet customer:start solution:pause"),
        (Move.REPLIED, Place.BOT, "answer:meet customer:start solution:pause"),
        (Move.REPLIED, Place.CUSTOMER, "answer:meet"),
        (Move.REPLIED, Place.RESOLVED, ""),
        # There is more to come: the next update is promised at once; elsewhere others have the move.
        (Move.REPLIED_AND_KEPT, Place.US, "answer:meet answer:start"),
        (Move.REPLIED_AND_KEPT, Place.PROVIDER, "answer:meet"),
        (Move.CALLED, Place.US, "answer:meet answer:start"),
        (Move.CALLED, Place.CUSTOMER, "answer:meet"),
        (Move.CALLED, Place.RESOLVED, ""),
        # The customer waits again; words added while they wait change no promise.
        (Move.CUSTOMER_WROTE, Place.CUSTOMER, "answer:start customer:meet us:start solution:run"),
        (Move.CUSTOMER_WROTE, Place.VISIT, "answer:start visit:meet us:start solution:run"),
        (Move.CUSTOMER_WROTE, Place.US, ""),
        (Move.CUSTOMER_WROTE, Place.BOT, "answer:start us:start solution:run"),
        (Move.CUSTOMER_WROTE, Place.RESOLVED, "answer:start us:start solution:run"),
        # Waiting for somebody else frees nobody of the answer that was promised; passing it to the customer does.
        (Move.PASSED_TO_PROVIDER, Place.US, "us:meet provider:start solution:run"),
        (Move.PASSED_TO_VISIT, Place.CUSTOMER, "customer:meet visit:start solution:run"),
        (Move.PASSED_TO_CUSTOMER, Place.US, "answer:drop us:meet customer:start solution:pause"),
        (Move.PASSED_TO_US, Place.INSTALLER, "answer:start installer:meet us:start solution:run"),
        (Move.GIVEN_BACK, Place.US, "answer:drop us:meet solution:pause"),
        (Move.TAKEN, Place.BOT, "answer:start us:start solution:run"),
        (Move.HANDED_OVER, Place.BOT, "answer:start us:start solution:run"),
        # The end.
        (Move.RESOLVED, Place.US, "answer:meet us:meet solution:meet"),
        (Move.RESOLVED, Place.CUSTOMER, "answer:meet customer:meet solution:meet"),
        (Move.RESOLVED, Place.BOT, "answer:meet solution:meet"),
        (Move.REOPENED, Place.RESOLVED, "answer:start us:start solution:run"),
        (Move.BOT_REOPENED, Place.RESOLVED, "solution:pause"),
        (Move.CLOSED, Place.RESOLVED, ""),
        (Move.ABANDONED, Place.BOT, "answer:drop solution:drop"),
    ],
)
def test_what_a_move_does_to_the_clocks(move, before, what):
    assert told(move, before) == what


def test_a_new_ticket_of_ours_promises_an_answer_and_a_solution_and_one_of_the_bot_nothing():
    assert [(effect.clock, effect.act) for effect in at_opening(Place.US)] == [
        (ANSWER, Act.START),
        (Clock.Kind.US, Act.START),
        (Clock.Kind.SOLUTION, Act.RUN),
    ]
    assert at_opening(Place.BOT) == ()


@pytest.mark.parametrize("move, before, word", [cell for cell in CELLS if cell[2] != "x"])
def test_laws_of_the_clocks(move, before, word):
    """Over the whole table: what is ours has an answer to give, what is settled has no clock, each turn one stay."""
    place = after(move, before)
    acts = {effect.clock: effect.act for effect in effects(move, before, place)}
    settled = (Place.RESOLVED, Place.CLOSED)
    if before == place:
        assert set(acts) <= {ANSWER}, "only an answer that was given ends without a change"
        return
    if place == Place.US:
        assert acts[ANSWER] == Act.START
    if place in settled and before not in settled:
        assert {acts[ANSWER], acts[Clock.Kind.SOLUTION]} <= {Act.MEET, Act.DROP}
    stays = {clock: act for clock, act in acts.items() if clock in Turn.values}
    assert stays == {
        **({before.value: Act.MEET} if before not in (Place.BOT, *settled) else {}),
        **({place.value: Act.START} if place not in (Place.BOT, *settled) else {}),
    }
