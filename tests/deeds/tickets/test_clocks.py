"""Clocks are rows: what was promised, until when, and what became of it. Camera-offline is answered in an hour and
solved in 24 working hours (8 to 22 in Moscow); the tests begin at 12:30."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from camdesk.playbook import current
from camdesk.playbook.document import Holiday, Text
from camdesk.playbook.publishing import publish_document
from camdesk.tickets import assignment, conversation, promises, resolution, state
from camdesk.tickets.models import Clock, Event, Ticket
from camdesk.tickets.reopening import reopen
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.world import customer_says

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def ticket(world, now) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=now).ticket


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def told(ticket: Ticket, now: datetime) -> dict[str, str]:
    """The newest clock of each kind, in hours from `now`: «1 running», «24 met», «- met» where nothing was promised."""
    said = {}
    for clock in ticket.clocks.order_by("seq"):
        how = "met" if clock.met_at else "dropped" if clock.dropped_at else "paused" if clock.paused_at else "running"
        due = "-" if clock.due_at is None else f"{(clock.due_at - now) / HOUR:g}"
        said[clock.kind] = f"{due} {how}{' broken' if clock.broken_at else ''}"
    return said


def reply(ticket, world, at, **how):
    return conversation.reply(ticket=ticket, text="Смотрим", by=world.ira, now=at, **how)


def write(ticket, world, at):
    return customer_says(ticket=ticket, text="Ещё", by=world.anna, now=at, channel="form")


def test_a_new_request_promises_an_answer_and_a_solution(ticket, now):
    # 9.5 hours today, 14 tomorrow, half an hour on Thursday.
    assert told(ticket, now) == {"first_answer": "1 running", "solution": "44 running", "us": "- running"}
    assert (ticket.promised_at, ticket.next_due_at) == (now + HOUR, now + HOUR)
    assert fresh(ticket).next_due_at == now + HOUR


def test_opening_costs_one_statement_for_the_clocks_and_a_note_none(world, ticket, now):
    with CaptureQueriesContext(connection) as queries:
        open_ticket(new(world), by=world.anna, now=now)
        conversation.note(ticket=ticket, text="Похоже на питание", by=world.ira, now=now)
    assert len([query for query in queries if "tickets_clock" in query["sql"]]) == 1


def test_a_deed_costs_two_statements_for_the_clocks_whatever_it_moves(world, ticket, now):
    for deed in (reply, write, lambda *told: reply(*told, settle=True), write):
        with CaptureQueriesContext(connection) as queries:
            deed(ticket, world, now)
        assert len([query for query in queries if "tickets_clock" in query["sql"]]) == 2
    with CaptureQueriesContext(connection) as queries:
        write(ticket, world, now)
    assert [query for query in queries if "tickets_clock" in query["sql"]] == [], "our move already: nothing changes"


def test_an_answer_in_time_meets_the_promise_and_stops_the_solution(world, ticket, now):
    reply(ticket, world, now + HOUR / 2)
    assert told(ticket, now) == {
        "first_answer": "1 met",
        "us": "- met",
        "customer": "- running",
        "solution": "44 paused",
    }
    assert (fresh(ticket).promised_at, fresh(ticket).next_due_at) == (None, None)
    assert ticket.clocks.get(kind="solution").left == timedelta(hours=23, minutes=30)


def test_what_the_customer_took_is_not_counted_against_us(world, ticket, now):
    reply(ticket, world, now + HOUR)
    write(ticket, world, now + DAY + HOUR)
    # A whole day with the customer, working hours or not: the solution is due a working day later.
    assert told(ticket, now)["solution"] == "68 running"
    assert told(ticket, now)["next_update"] == "26 running"
    assert fresh(ticket).next_due_at == fresh(ticket).promised_at == now + DAY + 2 * HOUR


def test_an_answer_too_late_is_a_broken_promise_for_ever(world, ticket, now):
    reply(ticket, world, now + 3 * HOUR)
    clock = ticket.clocks.get(kind="first_answer")
    assert (clock.met_at, clock.broken_at) == (now + 3 * HOUR, now + HOUR)


def test_the_worker_marks_what_nobody_kept(world, ticket, now):
    assert state.break_overdue(now + HOUR) == 0
    assert not Clock.objects.exclude(broken_at=None).exists(), "due now is not overdue"
    state.break_overdue(now + 2 * HOUR)
    assert told(ticket, now) == {"first_answer": "1 running broken", "solution": "44 running", "us": "- running"}
    assert [clock.kind for clock in Clock.objects.overdue(now + 2 * HOUR)] == ["first_answer"]
    reply(ticket, world, now + 3 * HOUR)
    state.break_overdue(now + 50 * DAY)
    assert told(ticket, now)["first_answer"] == "1 met broken"
    assert told(ticket, now)["solution"] == "44 paused", "what stands is not overdue"


def test_what_stands_is_not_broken_by_time(world, ticket, now):
    reply(ticket, world, now + HOUR / 2)
    resolution.resolve(ticket=ticket, by=world.ira, now=now + 30 * DAY)
    assert told(ticket, now)["solution"] == "44 met", "the customer took a month: our day was never used up"


def test_a_broken_solution_stays_due_when_it_was_however_long_it_stood(world, ticket, now):
    late = now + 5 * DAY
    reply(ticket, world, late)
    write(ticket, world, late + DAY)
    assert told(ticket, now)["solution"] == "44 running broken"
    assert fresh(ticket).next_due_at == now + 44 * HOUR
    assert fresh(ticket).promised_at == late + DAY + HOUR


def test_more_to_come_promises_the_next_update(world, ticket, now):
    reply(ticket, world, now + HOUR / 2, keep_turn=True)
    assert told(ticket, now) == {
        "first_answer": "1 met",
        "next_update": "1.5 running",
        "solution": "44 running",
        "us": "- running",
    }
    assert fresh(ticket).promised_at == now + 1.5 * HOUR


def test_a_promise_by_hand_takes_the_place_of_the_one_before(world, ticket, now):
    promises.promise(ticket=ticket, at=now + 6 * HOUR, by=world.ira, now=now + 2 * HOUR)
    assert told(ticket, now)["first_answer"] == "1 dropped broken", "it was overdue when it was renewed"
    assert told(ticket, now)["next_update"] == "6 running"
    promises.promise(ticket=ticket, at=now + 30 * HOUR, by=world.ira, now=now + 3 * HOUR)
    rows = ticket.clocks.filter(kind="next_update").order_by("seq")
    assert [(row.due_at, row.dropped_at, row.broken_at) for row in rows] == [
        (now + 6 * HOUR, now + 3 * HOUR, None),
        (now + 30 * HOUR, None, None),
    ]
    assert fresh(ticket).promised_at == now + 30 * HOUR
    said = Event.objects.filter(ticket=ticket, name="promise.changed").values_list("seq", flat=True)
    assert [row.seq for row in rows] == sorted(said), "each has the number of the event that began it"
    write(ticket, world, now + 4 * HOUR)
    assert fresh(ticket).promised_at == now + 30 * HOUR, "what an agent has promised stands"


def test_nothing_is_promised_on_what_is_settled(world, ticket, now):
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    with pytest.raises(promises.Settled):
        promises.promise(ticket=ticket, at=now + DAY, by=world.ira, now=now)
    assert (fresh(ticket).promised_at, fresh(ticket).next_due_at) == (None, None)


def test_waiting_for_the_provider_frees_nobody_of_the_answer(world, ticket, now):
    assignment.pass_turn(ticket=ticket, turn="provider", by=world.ira, now=now)
    assert told(ticket, now) == {
        "first_answer": "1 running",
        "us": "- met",
        "provider": "- running",
        "solution": "44 running",
    }
    assignment.pass_turn(ticket=ticket, turn="us", by=world.ira, now=now + HOUR / 2)
    assert fresh(ticket).promised_at == now + HOUR, "not a new promise: the one that was made"


def test_resolving_meets_everything_and_reopening_promises_anew(world, ticket, now):
    resolution.resolve(ticket=ticket, by=world.ira, now=now + HOUR / 2)
    assert told(ticket, now) == {"first_answer": "1 met", "solution": "44 met", "us": "- met"}
    assert not ticket.clocks.live().exists()
    reopen(ticket=ticket, by=world.anna, now=now + DAY)
    assert told(ticket, now) == {"first_answer": "25 running", "solution": "68 running", "us": "- running"}
    assert ticket.clocks.filter(kind="solution").count() == 2


@pytest.mark.parametrize("prelude", ["ours", "answered", "answered with it", "kept", "kept twice"])
def test_a_resolution_taken_back_leaves_the_clocks_as_they_were(world, ticket, now, prelude):
    if prelude in ("answered", "answered with it"):
        reply(ticket, world, now)
    for _reply in range(("kept", "kept twice").index(prelude) + 1 if prelude.startswith("kept") else 0):
        reply(ticket, world, now, keep_turn=True)
    fields = ("turn", "turn_since", "promised_at", "next_due_at", "resolved_at", "reopenings", "first_replied_at")
    before = told(ticket, now), [getattr(fresh(ticket), name) for name in fields]
    # At the very same moment too: an answer that resolves is two moves at once.
    if prelude == "answered with it":
        reply(ticket, world, now, settle=True)
    else:
        resolution.resolve(ticket=ticket, by=world.ira, now=now)
    assert not ticket.clocks.live().exists()
    resolution.take_back(ticket=ticket, by=world.ira, now=now + timedelta(seconds=10))
    assert (told(ticket, now), [getattr(fresh(ticket), name) for name in fields]) == before


def test_the_bot_owes_nothing_until_it_calls_a_person(world, now):
    ticket = open_ticket(new(world, turn="bot"), by=world.anna, now=now).ticket
    assert told(ticket, now) == {}
    assignment.assign(ticket=ticket, to=world.ira.agent, by=world.leo, now=now + HOUR)
    assert told(ticket, now) == {"first_answer": "2 running", "solution": "45 running", "us": "- running"}


def test_a_calendar_published_later_moves_nothing_that_was_promised(world, ticket, playbook, now):
    reply(ticket, world, now + HOUR / 2)
    before = told(ticket, now)
    tomorrow = Holiday((now + DAY).date().isoformat(), Text("День города"))
    changed = replace(playbook, hours=replace(playbook.hours, holidays=(*playbook.hours.holidays, tomorrow)))
    publish_document(playbook=changed, by=None, now=now + HOUR)
    current.forget()
    assert told(ticket, now) == before
    write(ticket, world, now + HOUR)
    assert told(ticket, now)["solution"] == "44.5 running", "counted by the hours it was promised with"
    later = open_ticket(new(world), by=world.anna, now=now).ticket
    assert told(later, now)["solution"] == "68 running", "a new one knows the holiday"


def test_a_turn_may_have_a_limit_and_an_update_its_own_time(world, playbook, now):
    fast = replace(playbook.promises["fast"], waits={"provider": 120}, next_update=30)
    publish_document(playbook=replace(playbook, promises={**playbook.promises, "fast": fast}), by=None, now=now)
    current.forget()
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    reply(ticket, world, now, keep_turn=True)
    assignment.pass_turn(ticket=ticket, turn="provider", by=world.ira, now=now)
    assert told(ticket, now) == {
        "first_answer": "1 met",
        "next_update": "0.5 running",
        "us": "- met",
        "provider": "2 running",
        "solution": "44 running",
    }
    assert fresh(ticket).next_due_at == now + HOUR / 2


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "us", "seq": 9},  # a second live one
        {"kind": "us", "seq": 1, "met_at": 0},  # twice from one event
        {"kind": "visit", "seq": 1, "met_at": 0, "dropped_at": 0},
        {"kind": "visit", "seq": 1, "paused_at": 0},
        {"kind": "visit", "seq": 1, "broken_at": 0},
    ],
)
def test_the_database_holds_what_clocks_are(ticket, now, fields):
    values = {name: now if value == 0 else value for name, value in fields.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.create(ticket=ticket, started_at=now, **values)


def test_next_due_is_the_soonest_of_what_runs_after_every_deed(world, ticket, now):
    deeds = [
        lambda at: reply(ticket, world, at),
        lambda at: write(ticket, world, at),
        lambda at: promises.promise(ticket=ticket, at=at + 100 * HOUR, by=world.ira, now=at),
        lambda at: assignment.pass_turn(ticket=ticket, turn="visit", by=world.ira, now=at),
        lambda at: reply(ticket, world, at, keep_turn=True),
        lambda at: assignment.pass_turn(ticket=ticket, turn="us", by=world.ira, now=at),
        lambda at: resolution.resolve(ticket=ticket, by=world.ira, now=at),
        lambda at: reopen(ticket=ticket, by=world.anna, now=at),
    ]
    for step, deed in enumerate(deeds, 1):
        deed(now + step * HOUR)
        running = [clock for clock in ticket.clocks.live() if clock.paused_at is None and clock.due_at]
        answers = [clock.due_at for clock in running if clock.kind in ("first_answer", "next_update")]
        row = fresh(ticket)
        assert row.next_due_at == min((clock.due_at for clock in running), default=None)
        assert [row.promised_at] == (answers or [None])
