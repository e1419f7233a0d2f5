"""How long is waited between two tries, and after how many of them a row is given up."""

from datetime import timedelta

import pytest

from camdesk.lib.leases import Patience

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    "attempts, minutes", [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (30_000, 30)]
)
def test_pauses_double_and_the_last_repeats(attempts, minutes):
    assert Patience(tries=5).pause_after(attempts) == minutes * MINUTE


@pytest.mark.parametrize(
    "minutes, tries",
    [
        (0, 1),
        (1, 2),  # tried, a minute, tried
        (2, 2),
        (3, 3),
        (31, 6),
        (60, 6),
        (61, 7),
        (3 * 24 * 60, 148),
    ],
)
def test_a_span_is_as_many_tries_as_fit_into_it(minutes, tries):
    patience = Patience.lasting(minutes * MINUTE)
    assert patience.tries == tries
    waited = sum((patience.pause_after(attempt) for attempt in range(1, tries)), timedelta())
    assert waited <= minutes * MINUTE < waited + patience.pause_after(tries)


def test_what_else_is_said_of_it_is_kept():
    patience = Patience.lasting(10 * MINUTE, lease=5 * MINUTE, pauses=(MINUTE,))
    assert (patience.lease, patience.pauses, patience.tries) == (5 * MINUTE, (MINUTE,), 11)
