"""Whose screen a call is for, who calls, what becomes of it at the hands of agents and of the customer themselves."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from camdesk.channels.models import Call, CallBack
from camdesk.channels.phone.call_back_requests import PER_DAY, TooOften, WaitsAlready, ask_for_oneself, planned_for
from camdesk.channels.phone.call_back_retries import move, not_reached
from camdesk.channels.phone.call_backs import BadWindow, ask, remind, settle, take_back
from camdesk.channels.phone.caller_id import NotACandidate, belongs_to, name_caller
from camdesk.channels.phone.calls import WRITING, follow
from camdesk.channels.phone.exchange_events import ExchangeEvent
from camdesk.channels.phone.hooks import keep
from camdesk.channels.phone.live_calls import calls_for
from camdesk.channels.phone.manual_calls import Talk, write_down
from camdesk.channels.phone.windows import Window
from camdesk.lib import bus
from camdesk.people.extensions import ExtensionTaken, NoExtension, set_extension
from camdesk.people.models import Agent, Identity, Person
from camdesk.tickets import assignment
from camdesk.tickets.models import Event, Message, Ticket
from tests.deeds.tickets.test_opening import new, open_ticket

ANNA = "+79350000001"
STRANGER = "+79359999999"


@pytest.fixture
def ticket(world, now) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=now).ticket


@pytest.fixture
def phones(world) -> None:
    set_extension(agent=world.ira.agent, extension="101")
    set_extension(agent=world.leo.agent, extension="102")


@pytest.fixture
def heard(monkeypatch, django_capture_on_commit_callbacks):
    """Every (channels, hint) that left."""
    said: list[tuple[list[str], dict]] = []
    monkeypatch.setattr(bus, "publish", lambda channels, hint: said.append((list(channels), hint)))
    return said


def hear(now, *kinds: str, call_id: str = "1", customer: str = STRANGER, **more) -> Call:
    order = {"ringing": 0, "answered": 1, "ended": 9}
    keep(
        "asterisk",
        [ExchangeEvent(call_id, kind, seq=order[kind], customer=customer, **more) for kind in kinds],
        now=now,
    )
    while follow(now):
        pass
    return Call.objects.get(call_id=call_id)


def screens(world, now) -> list[str]:
    """Whose pages show a call."""
    return [name for name in ("ira", "leo", "ada") if calls_for(getattr(world, name).agent, now=now)]


# --- whose screen


def test_a_call_is_on_the_screen_of_whose_telephone_rings(world, phones, now):
    hear(now, "ringing", extension="101")
    assert screens(world, now) == ["ira"]
    hear(now, "answered", extension="101")
    assert screens(world, now) == ["ira"]


def test_a_call_for_nobody_in_particular_is_on_every_screen_until_somebody_answers(world, phones, now):
    hear(now, "ringing")
    assert screens(world, now) == ["ira", "leo", "ada"]
    hear(now, "answered", extension="102")
    assert screens(world, now) == ["leo"]


def test_a_group_is_rung_together_and_one_answers(world, phones, now):
    for extension in ("101", "102"):
        hear(now, "ringing", extension=extension, leg_id=extension)
    assert screens(world, now) == ["ira", "leo"]
    hear(now, "answered", extension="102", leg_id="102")
    assert screens(world, now) == ["leo"]


def test_an_extension_nobody_has_named_rings_for_all(world, now):
    hear(now, "ringing", extension="555")
    assert screens(world, now) == ["ira", "leo", "ada"]


def test_the_card_stays_a_moment_after_the_end_and_goes(world, phones, now):
    hear(now, "ringing", "answered", "ended", extension="101", talk_seconds=20)
    assert screens(world, now) == ["ira"]
    assert screens(world, now + timedelta(minutes=3)) == []


def test_a_call_whose_end_was_lost_does_not_ring_for_ever(world, phones, now):
    hear(now, "ringing", extension="101")
    assert screens(world, now + timedelta(minutes=6)) == []


def test_who_waits_on_the_line_is_shown_as_long_as_they_wait(world, phones, now):
    keep("asterisk", [ExchangeEvent("1", "queued", customer=STRANGER)], now=now)
    follow(now)
    assert screens(world, now + timedelta(minutes=20)) == ["ira", "leo", "ada"]


def test_a_call_among_us_is_no_card(world, phones, now):
    hear(now, "ringing", extension="101", direction="internal", customer="")
    assert screens(world, now) == []


def test_whose_telephone_no_longer_rings_hears_it_too(world, phones, now, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        hear(now, "ringing", extension="101", leg_id="a")
    assert heard[-1] == ([f"agent:{world.ira.agent.pk}"], {"call": Call.objects.get().pk, "state": "ringing"})
    with django_capture_on_commit_callbacks(execute=True):
        hear(now, "answered", extension="102", leg_id="b")
    assert heard[-1][0] == sorted([f"agent:{world.ira.agent.pk}", f"agent:{world.leo.agent.pk}"])


# --- who calls, and about what


def candidate(world, now) -> Person:
    Identity.objects.filter(value=ANNA).update(proven_at=None)
    return world.anna


def test_an_agent_asks_who_it_is_and_the_call_goes_to_that_persons_request(world, ticket, phones, now):
    person = candidate(world, now)
    call = hear(now, "ringing", "answered", extension="101", customer=ANNA)
    assert (call.person, call.candidates) == (None, [person.pk])
    name_caller(call=call, person=person, by=world.ira, now=now)
    call = hear(now, "ended", customer=ANNA, talk_seconds=60)
    assert (call.person, call.named_by, call.ticket) == (person, world.ira.agent, ticket)


def test_only_a_candidate_can_be_named(world, ticket, phones, now):
    candidate(world, now)
    call = hear(now, "ringing", extension="101", customer=ANNA)
    with pytest.raises(NotACandidate):
        name_caller(call=call, person=world.oleg, by=world.ira, now=now)
    assert Call.objects.get().person is None


def test_a_mistake_is_taken_back_and_a_proven_number_stays(world, phones, now):
    person = candidate(world, now)
    call = hear(now, "ringing", extension="101", customer=ANNA)
    for whom in (person, None):
        name_caller(call=Call.objects.get(pk=call.pk), person=whom, by=world.ira, now=now)
        assert Call.objects.get(pk=call.pk).person == whom
    Identity.objects.filter(value=ANNA).update(proven_at=now)
    proven = hear(now, "ringing", call_id="2", customer=ANNA)
    name_caller(call=proven, person=None, by=world.ira, now=now)
    assert Call.objects.get(pk=proven.pk).person == world.anna


def test_the_request_an_agent_opens_while_talking_takes_the_call(world, ticket, phones, now):
    call = hear(now, "ringing", "answered", extension="101")
    assert belongs_to(call=call, ticket=ticket, by=world.ira, now=now)
    call = hear(now, "ended", talk_seconds=60)
    assert (call.ticket, call.message.ticket, Ticket.objects.count()) == (ticket, ticket, 1)
    assert not belongs_to(call=call, ticket=ticket, by=world.ira, now=now)


def test_an_agent_has_time_to_write_a_new_request_down(world, phones, now):
    """They hang up and are still typing: no second request opens under their hands."""
    call = hear(now, "ringing", "answered", "ended", extension="101", talk_seconds=60)
    follow(now + WRITING / 2)
    assert not Ticket.objects.exists()
    theirs = open_ticket(new(world), by=world.ira, now=now).ticket
    belongs_to(call=call, ticket=theirs, by=world.ira, now=now)
    follow(now + WRITING / 2)
    assert (Ticket.objects.count(), Message.objects.get(kind="call").ticket) == (1, theirs)


def test_what_nobody_wrote_down_opens_by_itself(world, phones, now):
    hear(now, "ringing", "answered", "ended", extension="101", talk_seconds=60)
    follow(now + WRITING)
    assert Ticket.objects.get().messages.get().kind == "call"


# --- writing down


def talk(**changes) -> Talk:
    return Talk(**{"direction": "out", "phone": ANNA, "minutes": 4, "text": "Объяснила", "again": None} | changes)


def test_a_double_click_is_one_entry_with_one_consequence(world, ticket, now):
    again = Window("", now + timedelta(hours=1), now + timedelta(hours=3))
    for _click in range(2):
        write_down(ticket=ticket, talk=talk(again=again), by=world.ira, now=now, client_id="c1")
    assert Message.objects.filter(kind="call").count() == 1
    assert Event.objects.filter(name="callback.asked").count() == 1
    assert CallBack.objects.get().wanted_from == again.start


@pytest.mark.whole("camdesk.channels.phone.manual_calls.write_down", at="channels_callback")
def test_whoever_was_spoken_to_is_called_back_no_more(world, ticket, now):
    for minutes, state in ((0, "waiting"), (4, "done")):
        ask(phone=ANNA, wanted_from=now, wanted_until=now + timedelta(hours=1), by=None, now=now, ticket=ticket)
        write_down(ticket=ticket, talk=talk(minutes=minutes), by=world.ira, now=now, client_id=f"c{minutes}")
        assert CallBack.objects.get().state == state


def test_what_was_said_is_for_agents_only(world, ticket, now):
    message = write_down(ticket=ticket, talk=talk(), by=world.ira, now=now, client_id="c")
    assert (message.public, message.text) == (False, "Объяснила")
    assert list(ticket.messages.public().filter(kind="call")) == []


# --- calling back


@pytest.fixture
def waiting(world, ticket, now) -> CallBack:
    return ask(
        phone=ANNA, wanted_from=now, wanted_until=now + timedelta(hours=2), by=world.anna, now=now,
        person=world.anna, ticket=ticket, note="после обеда",
    )  # fmt: skip


def test_nobody_answered_moves_the_window_and_tells_the_customer(world, ticket, waiting, now):
    assert not_reached(call_back=waiting, by=world.ira, now=now)
    assert not not_reached(call_back=waiting, by=world.leo, now=now), "a colleague has just said so"
    waiting.refresh_from_db()
    assert (waiting.unanswered, waiting.wanted_from, waiting.state) == (1, now + timedelta(minutes=30), "waiting")
    event = Event.objects.get(name="callback.unanswered")
    assert (event.public, event.ticket) == (True, ticket)
    not_reached(call_back=waiting, by=world.ira, now=now)
    waiting.refresh_from_db()
    assert (waiting.unanswered, waiting.wanted_from) == (2, now + timedelta(hours=2))


def test_after_another_try_one_is_reminded_again(world, waiting, now):
    assert remind(now) == 1
    not_reached(call_back=waiting, by=world.ira, now=now)
    assert [remind(now), remind(now + timedelta(minutes=30))] == [0, 1]


@pytest.mark.whole("camdesk.channels.phone.call_back_retries.move")
def test_another_time(world, waiting, now):
    later = now + timedelta(hours=5)
    assert move(call_back=waiting, wanted_from=later, wanted_until=later, by=world.ira, now=now)
    assert CallBack.objects.get().wanted_from == later
    assert Event.objects.filter(name="callback.moved", public=True).count() == 1
    with pytest.raises(BadWindow):
        move(call_back=waiting, wanted_from=now, wanted_until=now - timedelta(hours=1), by=world.ira, now=now)
    settle(call_back=waiting, by=world.ira, now=now)
    assert not move(call_back=waiting, wanted_from=later, wanted_until=later, by=world.ira, now=now)
    assert not not_reached(call_back=waiting, by=world.ira, now=now)


def test_a_withdrawn_one_is_put_back_unless_another_waits(world, waiting, now):
    settle(call_back=waiting, by=world.ira, now=now, dropped=True)
    assert not Event.objects.get(name="callback.dropped").public
    assert take_back(call_back=waiting, by=world.ira, now=now)
    assert not take_back(call_back=waiting, by=world.ira, now=now)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.settled_at, waiting.settled_by) == ("waiting", None, None)
    settle(call_back=waiting, by=world.ira, now=now)
    ask(phone=ANNA, wanted_from=now, wanted_until=now + timedelta(hours=1), by=None, now=now)
    assert not take_back(call_back=waiting, by=world.ira, now=now)


def test_whoever_has_the_request_is_reminded(world, ticket, waiting, now, heard, django_capture_on_commit_callbacks):
    assignment.assign(ticket=ticket, to=world.leo.agent, by=world.ira, now=now)
    ask(phone=STRANGER, wanted_from=now, wanted_until=now + timedelta(hours=1), by=None, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        assert remind(now) == 2
    told = {tuple(channels) for channels, hint in heard if "callback" in hint}
    assert told == {(f"agent:{world.leo.agent.pk}",), ("desk",)}


def test_a_strangers_missed_call_finds_its_request(world, ticket, now):
    hear(now, "ringing", "ended")
    at = now + timedelta(hours=1)
    ask(phone=STRANGER, wanted_from=at, wanted_until=at, by=world.ira, now=now, person=world.anna, ticket=ticket)
    one = CallBack.objects.get()
    assert (one.ticket, one.person, one.wanted_from) == (ticket, world.anna, at)


def test_when_whoever_had_the_request_has_left_everybody_is_reminded(
    world, ticket, waiting, now, heard, django_capture_on_commit_callbacks
):
    assignment.assign(ticket=ticket, to=world.leo.agent, by=world.ira, now=now)
    Agent.objects.filter(person=world.leo).update(active=False)
    with django_capture_on_commit_callbacks(execute=True):
        remind(now)
    assert {tuple(channels) for channels, hint in heard if "callback" in hint} == {("desk",)}


# --- asked by the customer


def window(now) -> Window:
    return Window("now", now, now + timedelta(hours=2))


def test_a_customer_asks_twice_and_is_called_once(world, ticket, now):
    for _click in range(2):
        ask_for_oneself(phone=ANNA, window=window(now), note="о дворе", by=world.anna, now=now, ticket=ticket)
    (one,) = planned_for(world.anna)
    assert (one.note, one.ticket, one.asked_by) == ("о дворе", ticket, world.anna)
    assert Event.objects.filter(name="callback.asked").count() == 1


def test_nobody_moves_anothers_call(world, waiting, now):
    with pytest.raises(WaitsAlready):
        ask_for_oneself(phone=ANNA, window=window(now + timedelta(days=1)), note="", by=world.oleg, now=now)
    assert (CallBack.objects.get().wanted_from, CallBack.objects.get().person) == (now, world.anna)


def test_not_a_hundred_a_day(world, now):
    for number in range(PER_DAY):
        one = ask_for_oneself(phone=f"+7935999000{number}", window=window(now), note="", by=world.anna, now=now)
        settle(call_back=one, by=world.anna, now=now, dropped=True)
    with pytest.raises(TooOften):
        ask_for_oneself(phone=ANNA, window=window(now), note="", by=world.anna, now=now)
    tomorrow = now + timedelta(days=1, minutes=1)
    assert ask_for_oneself(phone=ANNA, window=window(tomorrow), note="", by=world.anna, now=tomorrow)


def test_whoever_withdraws_their_own_reads_it(world, waiting, now):
    settle(call_back=waiting, by=world.anna, now=now, dropped=True)
    assert Event.objects.get(name="callback.dropped").public


# --- extensions


def test_one_telephone_is_one_agents(world, phones):
    with pytest.raises(ExtensionTaken) as refused:
        set_extension(agent=world.ada.agent, extension="101")
    assert refused.value.name == world.ira.name
    set_extension(agent=world.ira.agent, extension="")
    set_extension(agent=world.ada.agent, extension=" 101 ")
    assert Agent.objects.get(person=world.ada).phone_extension == "101"


@pytest.mark.parametrize("wrong", ["сто", "1 2", "1" * 21, "<b>", "+7935"])
def test_what_no_exchange_calls_a_telephone(world, wrong):
    with pytest.raises(NoExtension):
        set_extension(agent=world.ira.agent, extension=wrong)


def test_the_database_keeps_extensions_apart_and_a_former_agent_frees_theirs(world, phones):
    with pytest.raises(IntegrityError), transaction.atomic():
        Agent.objects.filter(person=world.leo).update(phone_extension="101")
    Agent.objects.filter(person=world.ira).update(active=False)
    Agent.objects.filter(person=world.leo).update(phone_extension="101")


def test_the_telephone_is_its_agents_and_not_a_former_ones(world):
    for person, active in ((world.ira, False), (world.leo, True)):
        Agent.objects.filter(person=person).update(phone_extension="300", active=active)
    with pytest.raises(ExtensionTaken) as refused:
        set_extension(agent=world.ada.agent, extension="300")
    assert refused.value.name == world.leo.name
