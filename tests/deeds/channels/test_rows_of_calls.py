"""Calls, and who is to be called back: each condition has the row that only it keeps out (tests/rows.py)."""

from datetime import timedelta

import pytest

from camdesk.channels.models import Call, CallBack, CallEvent
from camdesk.channels.phone import (
    call_back_counts,
    call_back_requests,
    call_back_retries,
    call_backs,
    call_messages,
    caller_id,
    calls,
    live_calls,
)
from camdesk.channels.phone.manual_calls import Talk, write_down
from camdesk.people.identities import PHONE
from camdesk.people.models import Agent, Person
from camdesk.tickets.models import Counter, Ticket
from tests import rows
from tests.rows import DAY, HOUR, MINUTE, Query, Scene, identity, proven, whether
from tests.rows import scene as scene

SAID = "+79351234567"  # nobody's until a row says so
OTHER = "+79351111111"


def call(at: Scene, **changes) -> Call:
    meant = {"provider": "asterisk", "call_id": "1", "direction": "in", "state": "ringing", "customer": SAID}
    return Call.objects.create(**meant | {"began_at": at.now, "moved_at": at.now} | changes)


def call_back(at: Scene, **changes) -> CallBack:
    meant = {"phone": SAID, "wanted_from": at.now, "wanted_until": at.now + HOUR, "created_at": at.now}
    return CallBack.objects.create(**{"next_try_at": at.now} | meant | changes)


def call_event(at: Scene, **changes) -> CallEvent:
    meant = {"provider": "asterisk", "call_id": "1", "kind": "ringing", "direction": "in", "customer": SAID}
    return CallEvent.objects.create(**meant | {"received_at": at.now} | changes)


def agent(at: Scene, **changes) -> Agent:
    who = Person.objects.create(name="Ещё агент")
    return Agent.objects.create(**{"person": who, "phone_extension": "909"} | changes)


def settled(at: Scene):
    return {"state": "done", "settled_at": at.now}


def written_down(at: Scene):
    """How many wait after a call with them was written down."""
    talk = Talk(direction="out", phone=SAID, minutes=3, text="Поговорили")
    write_down(ticket=at.ticket, talk=talk, by=at.world.ira, now=at.now, client_id=None)
    return CallBack.objects.exclude(settled_at=None).count()


def spoken_to(at: Scene):
    """The same of a call that the exchange told us of."""
    over = {"call_id": "over", "state": "ended", "talk_seconds": 60, "moved_at": at.now - HOUR}
    call(at, **over)
    calls.follow(at.now)
    return CallBack.objects.filter(settled_at=at.now).count()


def asked_for_oneself(at: Scene):
    window = call_back_requests.Window("later", at.now + HOUR, at.now + 2 * HOUR)

    def ask():
        made = call_back_requests.ask_for_oneself(phone=SAID, window=window, note="", by=at.world.anna, now=at.now)
        return made.created_at

    return whether(call_back_requests.WaitsAlready, ask)


def asked_often(at: Scene):
    """Twice today; once more is the third time, and the fourth is refused."""
    for number in range(2):
        call_back(at, phone=f"+7935000099{number}", asked_by=at.world.anna)
    window = call_back_requests.Window("later", at.now + HOUR, at.now + 2 * HOUR)
    phone = "+79350000998"
    return whether(
        call_back_requests.TooOften,
        lambda: (
            call_back_requests.ask_for_oneself(phone=phone, window=window, note="", by=at.world.anna, now=at.now)
            and None
        ),
    )


def after_missed(at: Scene):
    """Which one is owed after the call, and about which request."""
    made = call_backs.after_missed(call(at, person=at.world.marina), now=at.now)
    return made.missed, made.ticket_id


def number_due(at: Scene):
    call_back_counts.recount_due()
    return Counter.objects.get(name=call_back_counts.DUE).value


def told(at: Scene):
    calls.follow(at.now)
    return Call.objects.filter(told_at=at.now).count()


def heard(at: Scene):
    """What has become of the calls, by what is said of them."""
    calls.follow(at.now)
    return sorted(Call.objects.values_list("provider", "call_id", "state"))


def told_in_an_older_one(at: Scene):
    found = call_messages._ticket_for(call(at, person=at.world.marina), now=at.now)
    return found.opened_at == at.ticket.opened_at


def newest_call(at: Scene) -> Call:
    found = Call.objects.order_by("-pk").first()
    return found or call(at, told_at=at.now)


def belongs(at: Scene):
    return caller_id.belongs_to(call=newest_call(at), ticket=at.ticket, by=at.world.ira, now=at.now)


def call_backs_of_the_request(at: Scene):
    caller_id.belongs_to(call=call(at), ticket=at.ticket, by=at.world.ira, now=at.now)
    return at.ticket.call_backs.count()


def newest_call_back(at: Scene) -> CallBack:
    """Where there is none: one that is settled."""
    return CallBack.objects.order_by("-pk").first() or call_back(at, **settled(at))


def moved(at: Scene):
    one = newest_call_back(at)
    return call_back_retries.move(
        call_back=one, wanted_from=at.now, wanted_until=at.now + HOUR, by=at.world.ira, now=at.now
    )


def not_reached(at: Scene):
    one = newest_call_back(at)
    one.unanswered = 0  # as the agent's page shows it
    return call_back_retries.not_reached(call_back=one, by=at.world.ira, now=at.now)


def somebodys(at: Scene):
    return {"person": at.world.oleg}


ONE_SAYS = {"proven_at": None, "kind": PHONE.name, "value": SAID}


def says(at: Scene, *, staff=False, **changes):
    who = Person.objects.create(name="Кто-то")
    identity(at, **ONE_SAYS | {"person": who} | changes)
    if staff:
        Agent.objects.create(person=who)


QUERIES = {
    "who may be calling": Query(
        lambda at: caller_id.who_calls(SAID),
        says,
        {"of the staff": {"staff": True}, "another number": {"value": OTHER}},
    ),
    "whose telephone it is": Query(
        lambda at: calls._agent_at("909"),
        agent,
        {"who has left": {"active": False}, "another": {"phone_extension": "1"}},
    ),
    "whose telephones ring": Query(
        lambda at: calls._agents_at(["909"]),
        agent,
        {"who has left": {"active": False}, "another": {"phone_extension": "1"}},
    ),
    "calls on the screen": Query(
        lambda at: live_calls.calls_for(at.world.ira.agent, now=at.now),
        call,
        {
            "among us": {"direction": "internal"},
            "that ring for ever": lambda at: {"moved_at": at.now - 6 * MINUTE},
            "long over": lambda at: {"state": "missed", "moved_at": at.now - 3 * MINUTE},
        },
    ),
    "calls that are over": Query(
        told,
        lambda at, **unlike: call(at, **{"state": "missed", "moved_at": at.now - MINUTE} | unlike),
        {
            "told already": lambda at: {"told_at": at.now - MINUTE},
            "not quite over": lambda at: {"moved_at": at.now - timedelta(seconds=5)},
            "that goes on": {"state": "answered"},
        },
    ),
    "calls whose end was lost": Query(
        told,
        lambda at, **unlike: call(at, **{"state": "ringing", "moved_at": at.now - 2 * HOUR} | unlike),
        {"that go on": lambda at: {"moved_at": at.now - MINUTE}},
    ),
    "what is said of calls": Query(heard, call_event, {"taken in already": {"applied": True}}),
    "what one call is known by": Query(
        lambda at: (call_event(at, kind="ended", talk_seconds=0), heard(at))[1],
        lambda at, **unlike: call_event(at, **{"kind": "answered", "applied": True} | unlike),
        {"another's": {"call_id": "2"}, "of another exchange": {"provider": "mango"}},
    ),
    "what a call may be about": Query(
        belongs,
        call,
        {"told already": lambda at: {"told_at": at.now}, "about another": lambda at: {"ticket": at.other}},
    ),
    "the call-back of a call": Query(
        call_backs_of_the_request,
        call_back,
        {
            "of another number": {"phone": OTHER},
            "settled": settled,
            "about another": lambda at: {"ticket": at.other},
        },
    ),
    "who waits, when a call is written down": Query(written_down, call_back, {"another number": {"phone": OTHER}}),
    "who waits, when they were spoken to": Query(spoken_to, call_back, {"another number": {"phone": OTHER}}),
    "whose number waits already": Query(
        asked_for_oneself, call_back, {"another number": {"phone": OTHER}, "called already": settled}
    ),
    "how often they asked": Query(
        asked_often,
        lambda at, **unlike: call_back(at, **{"asked_by": at.world.anna} | unlike),
        {
            "somebody else did": lambda at: {"asked_by": at.world.oleg},
            "long ago": lambda at: {"created_at": at.now - 2 * DAY},
        },
    ),
    "calls they wait for": Query(
        lambda at: call_back_requests.planned_for(at.world.anna),
        lambda at, **unlike: call_back(at, **{"person": at.world.anna} | unlike),
        {"somebody else's": somebodys, "settled": settled},
    ),
    "what is owed after a missed call": Query(
        after_missed,
        call_back,
        {"another number waits": {"phone": OTHER}, "who was called": settled},
    ),
    "what a missed call is about": Query(
        after_missed,
        lambda at, **unlike: rows.ticket(at, **{"person": at.world.marina} | unlike),
        {"somebody else's": somebodys, "settled": lambda at: {"turn": "nobody", "resolved_at": at.now}},
    ),
    "the request a call belongs to": Query(
        lambda at: call_messages.open_request_of(Call(person=at.world.marina)),
        lambda at, **unlike: rows.ticket(at, **{"person": at.world.marina} | unlike),
        {"somebody else's": somebodys, "settled": lambda at: {"turn": "nobody", "resolved_at": at.now}},
    ),
    "the request a call is told in": Query(
        told_in_an_older_one,
        lambda at, **unlike: rows.ticket(at, **{"person": at.world.marina} | unlike),
        {"somebody else's": somebodys, "settled": lambda at: {"turn": "nobody", "resolved_at": at.now}},
    ),
    "how many are due": Query(
        number_due,
        lambda at, **unlike: call_back(at, **{"reminded_at": at.now} | unlike),
        {"settled": settled, "not yet": {"reminded_at": None}},
    ),
    "a call-back that can be moved": Query(moved, call_back, {"settled": settled}),
    "a call-back that nobody answered": Query(
        not_reached, call_back, {"settled": settled, "a colleague has said so": {"unanswered": 1}}
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name):
    proven(QUERIES[name], scene)


def test_what_is_told_is_told_no_more(scene):
    """Whoever was quicker has told it; the other one's row is as it was read."""
    row = call(scene, state="missed", moved_at=scene.now - HOUR)
    assert calls._tell(row, now=scene.now)
    assert not calls._tell(row, now=scene.now + MINUTE)
    assert Call.objects.get().told_at == scene.now
    assert not Ticket.objects.filter(opened_at__gt=scene.ticket.opened_at).exists()


@pytest.mark.parametrize("spoken", [spoken_to, written_down])
def test_who_was_called_once_and_waits_anew_is_called_off(scene, spoken):
    call_back(scene, state="done", settled_at=None)
    waits = call_back(scene)
    assert spoken(scene) == 1
    waits.refresh_from_db()
    assert waits.state == "done"
