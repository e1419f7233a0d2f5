"""The crowd keeps what the deeds would have kept, so that what is measured on it is true."""

import re

import pytest

from camdesk.people.models import Agent
from camdesk.tickets import counts
from camdesk.tickets.models import Clock, Event, Message, Ticket, TicketCamera
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.opening import NewTicket, open_ticket
from camdesk.tickets.search.lookup import find
from camdesk_demo.crowd import crowd
from tests.world import customer_says


@pytest.fixture
def crowded(world, now, monkeypatch):
    monkeypatch.setattr("camdesk_demo.crowd._CHUNK", 400)
    return crowd(tickets=1_500, now=now)


def test_as_many_as_asked_for(crowded):
    assert crowded.tickets == Ticket.objects.count() == 1_500
    assert crowded.messages == Message.objects.count()
    assert crowded.events == Event.objects.count()
    assert TicketCamera.objects.exists()
    assert Ticket.objects.filter(turn=Turn.NOBODY).count() > 1_300
    assert Ticket.objects.filter(turn=Turn.US, assignee=None).exists()


def test_counters_are_those_of_a_recount(crowded):
    assert counts.wrong() == {}


def test_clocks_run_as_the_deeds_would_have_let_them(crowded, now):
    for ticket in Ticket.objects.prefetch_related("clocks"):
        live = [clock for clock in ticket.clocks.all() if clock.is_live]
        running = [clock for clock in live if clock.paused_at is None and clock.due_at]
        answers = [clock.due_at for clock in running if clock.kind in ("first_answer", "next_update")]
        assert ticket.next_due_at == min((clock.due_at for clock in running), default=None)
        assert [ticket.promised_at] == (answers or [None])
        assert {clock.kind for clock in live} >= ({ticket.turn, "solution"} if ticket.is_open else set())
        assert not live or ticket.is_open
    overdue = Clock.objects.overdue(now)
    assert overdue.exists()
    assert not overdue.filter(broken_at=None).exists()


def test_words_are_found_as_the_deeds_would_have_kept_them(crowded):
    for message in Message.objects.order_by("pk")[:40]:
        longest = max(re.findall(r"\w+", message.text), key=len)
        assert message.ticket_id in find(longest, limit=1_500), message.text
    assert len(find("камера", limit=1_500)) > 100


def test_every_ticket_ends_at_its_last_event(crowded):
    for ticket in Ticket.objects.all()[:100]:
        seqs = list(ticket.events.order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, ticket.last_seq + 1))


def test_life_goes_on_after_the_crowd(crowded, world, now):
    opened = open_ticket(
        NewTicket(topic="camera-offline", text="и ещё одно", channel="form", person=world.anna, contact_name="Анна"),
        by=world.anna,
        now=now,
    ).ticket
    assert opened.number > 1_500
    customer_says(ticket=opened, text="дополню", by=world.anna, now=now, channel="form")
    customer_says(
        ticket=Ticket.objects.order_by("number").filter(closed_at=None).first(),
        text="и тут",
        by=world.anna,
        now=now,
        channel="form",
    )
    assert crowd(tickets=10, now=now, seed=2).tickets == 10


def test_without_agents_it_says_what_is_missing(playbook, now):
    assert not Agent.objects.exists()
    with pytest.raises(SystemExit, match="needs agents"):
        crowd(tickets=10, now=now)


def test_a_real_installation_gets_no_crowd(world, settings, now):
    settings.DEMO = settings.TESTING = False
    with pytest.raises(SystemExit, match="CAMDESK_DEMO"):
        crowd(tickets=10, now=now)
    assert not Ticket.objects.exists()
