"""The customer rates how a ticket was settled: once for each resolution."""

from datetime import datetime

from camdesk.lib.internals.related_cache import prefetched
from camdesk.lib.prepared import BoundQuery, Prepared
from camdesk.people.models import Person
from camdesk.tickets import state
from camdesk.tickets.models import Rating, Ticket
from camdesk.tickets.timeline import deed, record

STARS = range(1, 6)
_OF_TICKET = Prepared(lambda ticket: Rating.objects.filter(ticket_id=ticket), int)


def rate(*, ticket: Ticket, stars: int, comment: str = "", by: Person, now: datetime) -> Rating:
    """Raises ValueError for another number than 1 to 5, state.NotResolved, state.AlreadyRated."""
    if stars not in STARS:
        raise ValueError(stars)
    with deed(ticket.pk, now=now) as locked:
        return rate_locked(locked, stars=stars, comment=comment, by=by, now=now)


def rate_locked(ticket: Ticket, *, stars: int, comment: str = "", by: Person, now: datetime) -> Rating:
    """On the locked ticket, as part of a deed; raises the same."""
    rating = state.rate(ticket, stars=stars, comment=comment, by=by, now=now)
    record(ticket, "ticket.rated", by=by, now=now, stars=stars)
    return rating


def latest(ticket: Ticket) -> Rating | None:
    """The newest of all. One query, none on what was never settled or where `ratings` are prefetched."""
    if _never_settled(ticket):
        return None
    rows = ticket.ratings.all() if prefetched(ticket, "ratings") else _OF_TICKET.all(ticket.pk)
    return max(rows, key=lambda rating: rating.resolution, default=None)


def questions(ticket: Ticket) -> list[BoundQuery]:
    """What `latest` will ask, for lib/prepared.ahead."""
    return [] if _never_settled(ticket) else [_OF_TICKET.of(ticket.pk)]


def _never_settled(ticket: Ticket) -> bool:
    return ticket.is_open and not ticket.reopenings


def of_resolution(ticket: Ticket) -> Rating | None:
    """That of the resolution the ticket stands at; None when it is not rated yet, or is not resolved."""
    rating = None if ticket.is_open else latest(ticket)
    return rating if rating is not None and rating.resolution == state.resolution_number(ticket) else None
