"""How long a word opens what was settled: one number of the playbook in force, wherever it is said."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from camdesk.channels.mail.outgoing.compose import compose
from camdesk.playbook import current
from camdesk.playbook.publishing import publish_document
from camdesk.tickets import reopening, resolution
from camdesk.tickets.models import Delivery, Ticket
from camdesk.ui.moments import day
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.world import customer_says


@pytest.fixture
def resolved(world, now) -> Ticket:
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def in_days(playbook, now):
    def publish(days: int) -> None:
        changed = replace(playbook, limits=replace(playbook.limits, reopen_days=days))
        publish_document(playbook=changed, by=None, now=now)
        current.forget()

    return publish


@pytest.mark.parametrize("days", [3, 14, 30])
def test_the_playbook_says_how_long(resolved, in_days, world, now, days):
    in_days(days)
    until = now + timedelta(days=days)
    assert reopening.until(resolved) == until
    assert day(until) in compose(Delivery.objects.get(kind="resolved")).text
    assert resolution.close_settled(until) == 0
    assert resolution.close_settled(until + timedelta(minutes=1)) == 1
    said = customer_says(ticket=resolved, text="Снова", by=world.anna, now=until, channel="form")
    assert said.ticket.follow_up_of == resolved
    assert reopening.until(Ticket.objects.get(pk=resolved.pk)) is None


def test_we_ship_two_weeks(playbook):
    assert reopening.window() == timedelta(days=14)


def test_a_letter_of_what_is_open_again_names_no_day(resolved, world, now):
    reopening.reopen(ticket=resolved, by=world.anna, now=now)
    assert "Не помогло? Ответьте на это письмо.\n" in compose(Delivery.objects.get(kind="resolved")).text


def test_what_was_settled_anew_meanwhile_is_not_closed(resolved, monkeypatch, now):
    """Between the look and the lock it was opened and settled again: its window has just begun."""
    late = now + timedelta(days=20)
    real = resolution.deed

    def deed(number, *, now):
        Ticket.objects.filter(pk=number).update(resolved_at=late)
        return real(number, now=now)

    monkeypatch.setattr(resolution, "deed", deed)
    resolution.close_settled(late)
    assert not Ticket.objects.get(pk=resolved.pk).is_closed


@pytest.mark.needs_sqlite
def test_what_is_to_be_closed_is_not_looked_for_among_all_that_is_settled(resolved, now):
    """The plan is SQLite's; PostgreSQL's depends on its size."""
    with CaptureQueriesContext(connection) as seen:
        resolution.close_settled(now)
    [sql] = [one["sql"] for one in seen if "resolved_at" in one["sql"] and "LIMIT" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        assert "tickets_to_close" in " ".join(row[3] for row in cursor.fetchall())


def test_without_a_playbook_there_is_nothing_to_close(db, now):
    assert resolution.close_settled(now) == 0
