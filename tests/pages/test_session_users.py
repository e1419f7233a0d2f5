"""Session and user are asked for at once, and nothing rests on whose the session was before."""

import pytest
from django.db import connection

from camdesk.lib.internals import pipelined_statements
from camdesk.people import session_users
from camdesk.people.models import User

on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite answers without a journey")


@pytest.fixture(autouse=True)
def _nobody_was_here(monkeypatch):
    monkeypatch.setattr(session_users, "_last", {})


@on_postgres
def test_they_are_asked_for_at_once_from_the_second_page_on(world, client_of, monkeypatch):
    anna = client_of(world.anna)
    assert anna.get("/requests/").status_code == 200
    journeys = []
    results = pipelined_statements._results

    def counted(link, asked):
        journeys.append([sql.split(".")[0] for sql, _values in asked])
        return results(link, asked)

    monkeypatch.setattr(pipelined_statements, "_results", counted)
    assert anna.get("/requests/").status_code == 200
    assert journeys[0] == ['SELECT "django_session"', 'SELECT "people_user"']
    assert not any("people_user" in sql for journey in journeys[1:] for sql in journey)


def test_each_page_reads_anew_whether_the_user_may_come_in(world, client_of):
    anna = client_of(world.anna)
    for _time in range(2):
        assert anna.get("/requests/").status_code == 200
    assert session_users._last == {anna.session.session_key: world.anna.user.pk}
    User.objects.filter(pk=world.anna.user.pk).update(is_active=False)
    assert anna.get("/requests/").status_code == 302


def test_whose_the_session_is_says_the_session(world, client_of):
    anna, oleg = client_of(world.anna), client_of(world.oleg)
    session_users._last[anna.session.session_key] = world.oleg.user.pk
    assert world.anna.name in anna.get("/requests/").content.decode()
    assert world.oleg.name in oleg.get("/requests/").content.decode()
    assert session_users._last[anna.session.session_key] == world.anna.user.pk


def test_a_session_that_is_over_lets_nobody_in(world, client_of):
    anna = client_of(world.anna)
    assert anna.get("/requests/").status_code == 200
    anna.session.delete(anna.session.session_key)
    assert anna.get("/requests/").status_code == 302


def test_what_is_remembered_is_bounded(world, client_of, monkeypatch):
    monkeypatch.setattr(session_users, "_MOST", 1)
    for person in (world.anna, world.oleg):
        assert client_of(person).get("/requests/").status_code == 200
    assert list(session_users._last.values()) == [world.oleg.user.pk]
