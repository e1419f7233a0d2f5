"""Tries at the same moment are counted before any password is looked at."""

import threading
from collections import Counter

import pytest
from django.db import connection

from camdesk.lib.rates import Rate
from camdesk.people import limits
from camdesk.people.limits import Limited
from camdesk.people.sign_in_limits import try_code, try_password

pytestmark = pytest.mark.django_db(transaction=True)
ANNA = "anna@example.org"


@pytest.fixture(params=["memory", "database"], autouse=True)
def counted(request, settings):
    settings.LIMITS = request.param


def at_once(times: int, work) -> Counter:
    gate, said = threading.Barrier(times), Counter()

    def run(number: int) -> None:
        gate.wait(10)
        try:
            work(number)
            said["looked at"] += 1
        except Limited as limited:
            said[limited.limit] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


def test_a_burst_from_one_address_gets_five_looks(now):
    said = at_once(12, lambda n: try_password(ANNA, address="203.0.113.7", device="", now=now))
    assert said["looked at"] == 5
    assert sum(said.values()) == 12


def test_a_burst_of_codes_from_everywhere_gets_as_many_as_all_strangers_have(now, settings):
    settings.RATES = {**settings.RATES, "code_account": Rate(4, 3600)}
    said = at_once(12, lambda n: try_code(7, address=f"203.0.113.{n}", device="", now=now))
    assert said == {"looked at": 4, "code_account": 8}


def test_a_try_that_was_refused_or_right_is_counted_nowhere(now):
    def wait(limit: str, whose: str) -> int:
        return limits.wait_of(limit, whose, now=now)

    tries = [try_password(ANNA, address="203.0.113.7", device="", now=now) for _ in range(5)]
    counts = [list(one.counts) for one in tries]
    for _ in range(20):
        with pytest.raises(Limited) as refused:
            try_password(ANNA, address="203.0.113.7", device="", now=now)
        assert refused.value.limit == "sign_in_pair"
    assert wait("sign_in_address", "203.0.113.7") == 0, "the twenty were no tries"
    tries[0].take_back(now=now)
    assert try_password(ANNA, address="203.0.113.7", device="", now=now).counts == counts[0]
    for one in tries[1:]:
        one.take_back(now=now)
        one.take_back(now=now)
    looks = [try_password(ANNA, address="203.0.113.7", device="", now=now) for _ in range(4)]
    assert len(looks) == 4
    with pytest.raises(Limited):
        try_password(ANNA, address="203.0.113.7", device="", now=now)


@pytest.mark.parametrize("typed", [ANNA, " Anna@Example.org ", "ANNA@EXAMPLE.ORG"])
def test_a_login_is_the_same_however_it_is_typed(now, typed):
    counts = try_password(typed, address="2001:db8::1", device="", now=now).counts
    assert counts == try_password(ANNA, address="2001:db8::ffff", device="", now=now).counts
    assert ANNA not in str(counts), "no address of a person lies in the counts"
