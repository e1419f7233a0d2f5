"""A page with a stranger's hostile text costs as much more as the text is longer, and not the square of it."""

import time

import pytest
from django.utils import timezone

from camdesk.tickets.models import Message, Ticket
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.filters.shapes import SHAPES, made

pytestmark = pytest.mark.looks

MOST_GROWTH, FLOOR = 30, 0.02  # ten times the text; seconds of CPU that a page costs whatever it shows
HARD = [
    "numbers with a plus", "links", "addresses begun", "addresses of letters", "dots", "brackets of links opened",
    "tags opened", "blanks", "empty lines", "combining marks out of order", "quotes", "digits",
]  # fmt: skip


@pytest.mark.parametrize("shape", HARD)
def test_the_page_of_a_request(world, client_of, shape):
    costs = [_cost(world, client_of, made(SHAPES[shape], size)) for size in (50_000, 500_000)]
    assert costs[1] <= MOST_GROWTH * max(costs[0], FLOOR)


def _cost(world, client_of, text: str) -> float:
    """Seconds of CPU of both its pages, the least of three."""
    ticket: Ticket = open_ticket(new(world), by=world.anna, now=timezone.now()).ticket
    Message.objects.filter(ticket=ticket, seq=1).update(text=text.replace("\x00", ""))
    desk, cabinet = client_of(world.ira), client_of(world.anna)
    costs = []
    for _ in range(3):
        begun = time.process_time()
        assert desk.get(f"/desk/tickets/{ticket.pk}/").status_code == 200
        assert cabinet.get(f"/requests/{ticket.pk}/").status_code == 200
        costs.append(time.process_time() - begun)
    return min(costs)
