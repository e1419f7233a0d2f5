"""What was said and is awaited in a request: each condition has the row that only it keeps out (tests/rows.py)."""

import pytest

from camdesk.tickets import (
    conversation,
    ratings,
    reply_channels,
    resolution,
    state,
    thread,
)
from camdesk.tickets.models import Clock, Rating, Ticket
from camdesk.tickets.thread import Audience
from tests import rows
from tests.rows import (
    DAY,
    HOUR,
    MINUTE,
    Query,
    Scene,
    event,
    message,
    proven,
    whether,
)
from tests.rows import scene as scene


def settled(at: Scene):
    return {"turn": "nobody", "resolved_at": at.now}


def elsewhere(at: Scene):
    return {"ticket": at.other}


def clock(at: Scene, **changes):
    meant = {"ticket": at.ticket, "kind": "provider", "seq": 50, "started_at": at.now - DAY, "due_at": at.now - HOUR}
    return Clock.objects.create(**meant | changes)


def broken(at: Scene):
    state.break_overdue(at.now)
    return list(Clock.objects.exclude(broken_at=None).values_list("broken_at", flat=True))


def rated(at: Scene):
    ticket = Ticket.objects.get(pk=at.ticket.pk)
    ticket.turn = "nobody"
    return whether(state.AlreadyRated, lambda: state.rate(ticket, stars=5, comment="", by=None, now=at.now) and None)


def rating(at: Scene, **changes):
    return Rating.objects.create(**{"ticket": at.ticket, "resolution": 1, "stars": 3, "at": at.now} | changes)


def latest_rating(at: Scene):
    ticket = Ticket.objects.get(pk=at.ticket.pk)
    ticket.reopenings = 1
    return ratings.latest(ticket)


def closed_for_good(at: Scene):
    return resolution.close_settled(at.now)


def resolved(at: Scene, **changes):
    return rows.ticket(at, **{"turn": "nobody", "resolved_at": at.now - 90 * DAY} | changes)


def news(at: Scene):
    return [one.text for one in thread.read(at.ticket, Audience.CUSTOMER, after=10, before=60).messages]


def steps(at: Scene):
    return [one.seq for one in thread.read(at.ticket, Audience.CUSTOMER, after=10, before=60).events]


def answers_of_agents(at: Scene):
    event(at, seq=20, name="ticket.reopened")
    return thread.last_answer(at.ticket)


def way_of_answering(at: Scene):
    return reply_channels.known_now(Ticket.objects.select_related("person__user").get(pk=at.ticket.pk))


QUERIES = {
    "what is overdue": Query(
        broken,
        clock,
        {
            "met": lambda at: {"met_at": at.now},
            "that nobody waits for": lambda at: {"dropped_at": at.now},
            "that stands": lambda at: {"paused_at": at.now, "left": HOUR},
            "not yet": lambda at: {"due_at": at.now + HOUR},
        },
    ),
    "whether it is rated": Query(rated, rating, {"another's": elsewhere, "before it was reopened": {"resolution": 0}}),
    "the newest rating": Query(latest_rating, rating, {"another's": elsewhere}),
    "what is closed for good": Query(
        closed_for_good,
        resolved,
        {
            "open": {"turn": "us"},
            "closed": lambda at: {"closed_at": at.now - DAY},
            "settled lately": lambda at: {"resolved_at": at.now - MINUTE},
        },
    ),
    "messages of a stretch": Query(
        news,
        message,
        {
            "another's": elsewhere,
            "before it": {"seq": 10},
            "after it": {"seq": 60},
            "a note": {"kind": "note"},
            "of a call": {"kind": "call"},
        },
    ),
    "events of a stretch": Query(
        steps,
        event,
        {"another's": elsewhere, "before it": {"seq": 10}, "after it": {"seq": 60}, "among agents": {"public": False}},
    ),
    "what was said last before": Query(
        lambda at: thread.customer_words_before(at.ticket, 60),
        lambda at, **unlike: message(at, **{"kind": "customer"} | unlike),
        {"another's": elsewhere, "ours": {"kind": "reply"}, "later": {"seq": 60}},
    ),
    "the last answer": Query(
        answers_of_agents,
        message,
        {
            "another's": elsewhere,
            "the customer's": {"kind": "customer"},
            "nobody's": {"by": None},
            "without words": {"text": ""},
            "before it was opened again": {"seq": 15},
        },
    ),
    "what waits for the customer": Query(
        lambda at: thread.unread(at.ticket),
        message,
        {"another's": elsewhere, "their own": {"kind": "customer"}, "seen": {"seq": 0}},
    ),
    "the last event of a name": Query(
        lambda at: thread.last_event(at.ticket, "message.sent"),
        event,
        {"another's": elsewhere, "of another name": {"name": "note.written"}},
    ),
    "after what a retry is answered": Query(
        lambda at: thread.seq_before(at.ticket, "c-1"),
        lambda at, **unlike: message(at, **{"client_id": "c-1"} | unlike),
        {"another's": elsewhere, "another word": {"client_id": "c-2"}},
    ),
    "one message": Query(
        lambda at: thread.message_at(at.ticket, 50, Audience.CUSTOMER),
        message,
        {"another's": elsewhere, "another": {"seq": 51}, "a note": {"kind": "note"}},
    ),
    "what was said in all of them": Query(
        lambda at: [one.pk for one in thread.talk([at.ticket], Audience.CUSTOMER, most=50)],
        message,
        {"another's": elsewhere, "a note": {"kind": "note"}},
    ),
    "beginnings of what was said": Query(
        lambda at: thread.beginnings([at.ticket.pk], Audience.CUSTOMER),
        message,
        {"another's": elsewhere, "a note": {"kind": "note"}},
    ),
    "how they are answered": Query(
        way_of_answering,
        lambda at, **unlike: message(at, **{"kind": "customer", "channel": "chat"} | unlike),
        {"another's": elsewhere, "ours": {"kind": "reply"}},
    ),
    "whether a letter came back": Query(
        way_of_answering,
        lambda at, **unlike: event(
            at, **{"name": "letter.bounced", "particulars": {"to": "anna@example.org", "permanent": True}} | unlike
        ),
        {"another's": elsewhere, "something else": {"name": "delivery.resent"}},
    ),
    "what was said under this id": Query(
        lambda at: (
            conversation.reply(ticket=at.ticket, text="Ответ", by=at.world.ira, now=at.now, client_id="c-1").text
        ),
        lambda at, **unlike: message(at, **{"client_id": "c-1"} | unlike),
        {"another's": elsewhere, "another id": {"client_id": "c-2"}},
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name):
    proven(QUERIES[name], scene)
