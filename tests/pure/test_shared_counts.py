"""Counts that several processes share: here in one process that says which of them it is."""

import os

import pytest

from camdesk.lib.shared_counts import SharedCounts
from camdesk.live.hub import Hub
from camdesk.server.addresses import PerAddress
from camdesk.server.workers import LONGEST_PAUSE, Board, SharedState, pause_after


def as_process(counts: SharedCounts, number: int) -> SharedCounts:
    """The same memory, seen by another process."""
    other = object.__new__(SharedCounts)
    other.__dict__.update(counts.__dict__)
    other._mine = number
    return other


def test_each_sees_what_the_others_have_and_not_its_own() -> None:
    first = SharedCounts(3)
    second, third = as_process(first, 1), as_process(first, 2)
    first.add("a", 1)
    second.add("a", 1)
    second.add("a", 1)
    third.add("b", 1)
    assert [one.elsewhere("a") for one in (first, second, third)] == [2, 1, 3]
    second.add("a", -1)
    assert first.elsewhere("a") == 1
    assert first.elsewhere("nobody") == 0


def test_what_a_dead_process_left_is_gone_when_another_takes_its_place() -> None:
    first = SharedCounts(2)
    for _ in range(5):
        as_process(first, 1).add("a", 1)
    assert first.elsewhere("a") == 5
    as_process(first, 1).become(1)
    assert first.elsewhere("a") == 0


def test_many_others_do_not_count_with_a_key() -> None:
    """Seen failing with one place for a key instead of two: some of these had a stranger's count."""
    first = SharedCounts(2)
    second = as_process(first, 1)
    for number in range(2_000):
        second.add(f"somebody {number}", 1)
    wrong = [name for name in (f"nobody {number}" for number in range(200)) if first.elsewhere(name)]
    assert len(wrong) <= 5


def test_it_is_shared_by_a_process_that_was_forked() -> None:
    counts = SharedCounts(2)
    child = os.fork()
    if child == 0:
        counts.become(1)
        counts.add("a", 7)
        os._exit(0)
    os.waitpid(child, 0)
    assert counts.elsewhere("a") == 7


def test_the_connections_of_an_address_are_counted_in_all() -> None:
    counts = SharedCounts(2)
    here, there = PerAddress(3, shared=counts), PerAddress(3, shared=as_process(counts, 1))
    assert [here.enter("192.0.2.1"), there.enter("192.0.2.1"), there.enter("192.0.2.1")] == [True] * 3
    assert not here.enter("192.0.2.1")
    assert not there.enter("192.0.2.1")
    assert here.enter("192.0.2.2"), "another address"
    there.leave("192.0.2.1")
    assert here.enter("192.0.2.1")


@pytest.mark.parametrize(("whole", "servers", "share"), [(20_000, 3, 6667), (12_000, 2, 6000), (1, 4, 1)])
def test_each_has_its_share(whole: int, servers: int, share: int) -> None:
    shared = SharedState.among(servers, duties=False)
    assert shared.share(whole) == share
    assert Hub(in_all=shared.share(whole))._in_all == share


def test_the_board_says_who_is_down_after_a_while() -> None:
    board = Board(["server 1 of 2", "server 2 of 2"])
    assert not board.all_up
    assert board.missing() == [], "it has just begun"
    assert len(board.missing(longer_than=-1)) == 2
    board.up(0)
    assert board.missing(longer_than=-1) == ["server 2 of 2 does not stay up: look into the log"]
    board.up(1)
    assert board.all_up
    board.down(0)
    assert not board.all_up


def test_who_dies_once_is_back_at_once_and_who_always_dies_rests_longer_and_longer() -> None:
    pauses = [pause_after(deaths) for deaths in range(12)]
    assert pauses[:2] == [0.0, 0.0]
    assert pauses == sorted(pauses)
    assert 0 < pauses[2] < 1
    assert pauses[-1] == LONGEST_PAUSE
