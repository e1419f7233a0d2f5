"""The machine's clock jumps: an hour back, a day on, over a change to summer time, past 2038. What was said keeps its
order, nothing that was over lives again, nobody is alarmed twice, and no work is lost or done twice."""

from datetime import UTC, datetime, timedelta

import pytest

from camdesk.lib import leases
from camdesk.lib.leases import Patience
from camdesk.people import invitations
from camdesk.people.invitations import CannotAccept
from camdesk.people.models import Agent
from camdesk.tickets import claiming, conversation, resolution, state, thread
from camdesk.tickets.claiming import CannotClaim
from camdesk.tickets.models import Clock, Delivery, Ticket
from camdesk.tickets.outbox import queue_letter
from camdesk.tickets.search import lookup
from camdesk.tickets.thread import Audience
from tests.deeds.tickets.test_claiming import ask_unproven, token_of
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.world import customer_says

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = [
    pytest.param(-HOUR, id="an hour back"),
    pytest.param(DAY, id="a day on"),
    pytest.param(datetime(2026, 3, 29, 1, 0, tzinfo=UTC) - datetime(2026, 3, 17, 9, 30, tzinfo=UTC), id="summer time"),
    pytest.param(
        datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC) - datetime(2026, 3, 17, 9, 30, tzinfo=UTC), id="past 2038"
    ),
]


@pytest.mark.parametrize("jump", JUMPS)
def test_what_was_said_keeps_its_order(world, now, jump):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    conversation.reply(ticket=ticket, text="Первый ответ", by=world.ira, now=now + HOUR / 2)
    customer_says(ticket=ticket, text="После скачка", by=world.anna, channel="form", now=now + jump)
    resolution.resolve(ticket=ticket, by=world.ira, now=now + jump + HOUR / 60)
    ticket = Ticket.objects.get(pk=ticket.pk)
    shown = thread.read(ticket, Audience.AGENT)
    assert [item.seq for item in shown.items] == sorted(item.seq for item in shown.items)
    words = [item.text for item in shown.items if getattr(item, "text", "")]
    assert words[-2:] == ["Первый ответ", "После скачка"]
    assert ticket.active_at >= now + HOUR / 2, "it never becomes older than it was"
    assert lookup.find("скачка") == [ticket.pk]


@pytest.mark.parametrize("jump", JUMPS)
def test_what_was_used_does_not_live_again(world, now, jump):
    _invitation, token = invitations.invite(email="new@example.org", agent_role=Agent.Role.AGENT, by=world.ada, now=now)
    invitations.accept(token, name="Новый", email="", password="a-long-password", now=now + HOUR)
    claim = token_of(ask_unproven(world, now), now)
    claiming.claim(token=claim, by=world.anna, says_it_is_theirs=True, now=now + HOUR)
    with pytest.raises(CannotAccept):
        invitations.accept(token, name="Вор", email="", password="a-long-password", now=now + jump)
    with pytest.raises(CannotClaim):
        claiming.claim(token=claim, by=world.oleg, says_it_is_theirs=True, now=now + jump)


def test_a_promise_is_broken_once_however_often_the_clock_passes_it(world, now):
    open_ticket(new(world), by=world.anna, now=now)
    for at in (now + DAY, now, now + DAY, now - HOUR, now + 2 * DAY):
        state.break_overdue(at)
    broken = {clock.kind: (clock.broken_at, clock.due_at) for clock in Clock.objects.exclude(broken_at=None)}
    assert broken
    assert all(at == due for at, due in broken.values()), "when it was due, whatever the clock said then"


@pytest.mark.parametrize("jump", [-HOUR, DAY])
def test_what_is_being_done_is_neither_lost_nor_done_twice(world, now, jump):
    """A worker holds the row when the clock of the next one is another: at most the jump later it is taken up."""
    queue_letter(kind=Delivery.Kind.NOTICE, to="anna@example.org", text="Слова", now=now)
    done: list[datetime] = []

    def send(row: Delivery, at: datetime) -> None:
        done.append(at)
        assert leases.done(row, state=Delivery.State.SENT, settled_at=at)

    def meanwhile(row: Delivery, at: datetime) -> None:
        if jump < timedelta():
            work(send, now + jump)  # the other's clock is behind: it is not yet due there
        send(row, at)

    def work(do, at: datetime) -> None:
        leases.work(Delivery.objects.all(), do, give_up=lambda *_: None, patience=Patience(tries=5), now=at, most=5)

    work(meanwhile, now)
    work(send, now + jump)
    work(send, now + abs(jump))
    assert len(done) == 1
