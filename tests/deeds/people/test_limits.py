"""How often: the same count in the memory of a process and in the database."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from camdesk.lib.rates import Rate
from camdesk.people import limits
from camdesk.people.limits import Limited, network_of, take, wait_of
from camdesk.people.models import Limit

MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["memory", "database"], autouse=True)
def counted(request, settings):
    settings.LIMITS = request.param
    settings.RATES = {"knocks": Rate(3, 60), "free": None}
    limits.forget()
    yield request.param
    limits.forget()


@pytest.mark.django_db
def test_what_is_more_within_the_window_waits_for_its_end(now):
    for second in (0, 10, 20):
        take("knocks", 17, now=now + timedelta(seconds=second))
    for second, wait in ((20, 40), (59, 1), (59.5, 1)):
        with pytest.raises(Limited) as refused:
            take("knocks", 17, now=now + timedelta(seconds=second))
        assert (refused.value.limit, refused.value.wait) == ("knocks", wait)
    for _ in range(3):
        take("knocks", 17, now=now + MINUTE)
    with pytest.raises(Limited):
        take("knocks", 17, now=now + MINUTE)


@pytest.mark.django_db
def test_everybody_has_a_count_of_their_own(now):
    for whose in (17, 18, "203.0.113.7"):
        for _ in range(3):
            take("knocks", whose, now=now)
        assert wait_of("knocks", whose, now=now) == 60
    assert wait_of("knocks", 19, now=now) == 0


@pytest.mark.django_db
def test_looking_counts_nothing(now):
    for _ in range(5):
        assert wait_of("knocks", 17, now=now) == 0
    take("knocks", 17, now=now)
    assert wait_of("knocks", 17, now=now) == 0
    take("knocks", 17, now=now)
    take("knocks", 17, now=now)
    assert wait_of("knocks", 17, now=now + timedelta(seconds=15)) == 45
    assert wait_of("knocks", 17, now=now + MINUTE) == 0


@pytest.mark.django_db
def test_what_was_none_after_all_is_given_back_and_nothing_more(now):
    take("knocks", 17, now=now)
    for _ in range(3):
        limits.give_back("knocks", 17, now=now)
    limits.give_back("free", 17, now=now)
    for _ in range(3):
        take("knocks", 17, now=now)
    with pytest.raises(Limited):
        take("knocks", 17, now=now)
    limits.give_back("knocks", 17, now=now + MINUTE)
    assert wait_of("knocks", 17, now=now) == 60, "what is over is not counted down"


@pytest.mark.django_db
def test_what_is_not_limited_is_not_counted(now, counted, django_assert_num_queries):
    with django_assert_num_queries(0):
        for _ in range(100):
            take("free", 17, now=now)
        assert wait_of("free", 17, now=now) == 0


@pytest.mark.django_db
def test_it_costs_one_statement_where_several_processes_count(now, counted, django_assert_num_queries):
    with django_assert_num_queries(1 if counted == "database" else 0):
        take("knocks", 17, now=now)


@pytest.mark.django_db(transaction=True)
def test_all_at_once_are_counted_one_after_the_other(now):
    gate, passed = threading.Barrier(8), []

    def knock():
        gate.wait(10)
        try:
            take("knocks", 17, now=now)
            passed.append(1)
        except Limited:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=knock) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(passed) == 3


@pytest.mark.django_db
def test_a_crowd_of_made_up_names_does_not_wash_away_the_count_of_one(now, counted, monkeypatch):
    monkeypatch.setattr(limits, "_MOST_REMEMBERED", 50)
    for _ in range(3):
        take("knocks", "anna", now=now)
    for n in range(500):
        take("knocks", n, now=now + timedelta(seconds=n / 100))
    assert wait_of("knocks", "anna", now=now + timedelta(seconds=5)) == 55
    if counted == "memory":
        assert len(limits._memory._counts) <= 50


@pytest.mark.django_db
def test_what_is_over_is_swept(now, counted):
    from camdesk.worker.duties import forget_old_limits

    if counted == "memory":
        return
    take("knocks", 17, now=now)
    forget_old_limits(now + timedelta(seconds=59))
    assert Limit.objects.count() == 1
    forget_old_limits(now + timedelta(seconds=61))
    assert not Limit.objects.exists()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_what_counts_as_one_address(address, network):
    assert network_of(address) == network
