"""How it was settled is rated once, by whom it was settled for."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from camdesk.tickets import ratings, resolution
from camdesk.tickets.models import Event, Rating, Ticket
from camdesk.tickets.reopening import reopen
from camdesk.tickets.state import AlreadyRated, NotResolved
from tests.deeds.tickets.test_opening import new, open_ticket


@pytest.fixture
def ticket(world, now) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=now).ticket


@pytest.fixture
def resolved(world, ticket, now) -> Ticket:
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    return fresh(ticket)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_a_rating_has_one_to_five_stars(world, resolved, now, stars):
    with pytest.raises(ValueError):
        ratings.rate(ticket=resolved, stars=stars, by=world.anna, now=now)


def test_a_resolution_is_rated_once_and_the_next_one_again(world, resolved, now):
    ratings.rate(ticket=resolved, stars=4, comment="Быстро", by=world.anna, now=now)
    with pytest.raises(AlreadyRated):
        ratings.rate(ticket=resolved, stars=1, by=world.anna, now=now)
    assert [(row.resolution, row.stars, row.comment, row.by) for row in Rating.objects.all()] == [
        (1, 4, "Быстро", world.anna)
    ]
    assert Event.objects.filter(name="ticket.rated").count() == 1
    reopen(ticket=resolved, by=world.anna, now=now + timedelta(days=1))
    with pytest.raises(NotResolved):
        ratings.rate(ticket=resolved, stars=1, by=world.anna, now=now)
    assert ratings.of_resolution(fresh(resolved)) is None
    resolution.resolve(ticket=resolved, by=world.ira, now=now + timedelta(days=2))
    assert ratings.of_resolution(fresh(resolved)) is None
    assert ratings.latest(fresh(resolved)).stars == 4
    ratings.rate(ticket=resolved, stars=2, by=world.anna, now=now + timedelta(days=2))
    assert ratings.of_resolution(fresh(resolved)).stars == ratings.latest(fresh(resolved)).stars == 2


def test_what_is_not_settled_is_not_rated(world, ticket, now):
    with pytest.raises(NotResolved):
        ratings.rate(ticket=ticket, stars=5, by=world.anna, now=now)
    assert not Rating.objects.exists()


def test_what_is_closed_for_good_may_still_be_rated(world, resolved, now):
    resolution.close_settled(now + timedelta(days=60))
    assert fresh(resolved).is_closed
    ratings.rate(ticket=resolved, stars=5, by=world.anna, now=now)


def test_an_open_ticket_is_not_asked_for_its_rating(ticket):
    with CaptureQueriesContext(connection) as queries:
        assert ratings.latest(ticket) is None
    assert len(queries) == 0


@pytest.mark.parametrize("fields", [{"resolution": 1, "stars": 3}, {"resolution": 2, "stars": 6}])
def test_the_database_holds_what_ratings_are(world, resolved, now, fields):
    ratings.rate(ticket=resolved, stars=4, by=world.anna, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(ticket=resolved, at=now, **fields)
