"""Calls become messages of somebody's request, or call-backs; each once."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from camdesk.channels.models import Call, CallBack
from camdesk.channels.phone import call_backs
from camdesk.channels.phone.call_backs import BadWindow, ask, remind, settle
from camdesk.channels.phone.call_messages import log_call, tell
from camdesk.channels.phone.calls import QUIET, STALE, follow
from camdesk.channels.phone.exchange_events import ExchangeEvent
from camdesk.channels.phone.hooks import keep
from camdesk.channels.phone.templated import parser
from camdesk.people import identities
from camdesk.people.models import Identity, Person
from camdesk.tickets.models import Event, Message, Ticket
from tests.deeds.tickets.test_opening import new, open_ticket

ANNA = "+79350000001"


@pytest.fixture
def ticket(world, now) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=now).ticket


@pytest.fixture
def proven(world, now):
    Identity.objects.update_or_create(person=world.anna, kind="phone", value=ANNA, defaults={"proven_at": now})


def hear(now, *kinds: str, call_id: str = "1", customer: str = ANNA, **more) -> None:
    order = {"ringing": 0, "answered": 1, "ended": 9}
    keep(
        "asterisk",
        [ExchangeEvent(call_id, kind, seq=order[kind], customer=customer, **more) for kind in kinds],
        now=now,
    )
    while follow(now):
        pass


def test_a_call_is_one_message_in_the_persons_open_request(world, ticket, proven, now):
    world.ira.agent.phone_extension = "101"
    world.ira.agent.save()
    hear(now, "ringing", "answered", extension="101")
    call = Call.objects.get()
    assert (call.state, call.person, call.agent) == ("answered", world.anna, world.ira.agent)
    hear(now, "ended", talk_seconds=95)
    hear(now, "ended", "ringing", talk_seconds=95)
    message = Message.objects.get(kind="call")
    assert (message.ticket, message.by) == (ticket, world.ira)
    assert message.data == {"direction": "in", "phone": ANNA, "seconds": 95, "recording": ""}
    assert Event.objects.filter(ticket=ticket, name="call.received").count() == 1
    ticket.refresh_from_db()
    assert ticket.turn == "us", "a call alone moves no turn"


def test_a_caller_without_a_request_gets_one(world, proven, now):
    hear(now, "ringing", "answered", "ended", talk_seconds=30)
    ticket = Ticket.objects.get()
    assert (ticket.person, ticket.channel, ticket.verified) == (world.anna, "phone", False)
    assert "+7 935 000-00-01" in ticket.subject.replace("\u00a0", " ")
    assert ticket.messages.get().kind == "call"
    assert not ticket.deliveries.exists()


def test_a_number_that_was_only_said_names_nobody(world, now):
    Identity.objects.filter(value=ANNA).update(proven_at=None)
    identities.say(Person.objects.create(name="Тёзка", phone=ANNA, created_at=now), identities.PHONE, ANNA)
    hear(now, "ringing", "answered", "ended", talk_seconds=30)
    call = Call.objects.get()
    assert call.person is None
    assert set(call.candidates) >= {world.anna.pk}
    assert len(call.candidates) == 2
    assert call.ticket.person not in (world.anna, world.oleg)


@pytest.mark.whole("camdesk.channels.phone.calls._tell")
def test_a_missed_call_is_a_call_back_and_only_one(world, ticket, proven, now):
    hear(now, "ringing", "ended")
    hear(now, "ringing", "ended", call_id="2")
    one = CallBack.objects.get()
    assert (one.phone, one.person, one.ticket, one.missed) == (ANNA, world.anna, ticket, True)
    assert Event.objects.filter(ticket=ticket, name="call.missed").count() == 1
    assert not Message.objects.filter(kind="call").exists()


@pytest.mark.whole("camdesk.channels.phone.call_backs.settle")
def test_whoever_was_called_back_is_not_called_again(world, ticket, proven, now):
    hear(now, "ringing", "ended")
    hear(now, "ringing", "answered", "ended", call_id="2", direction="out", talk_seconds=40)
    one = CallBack.objects.get()
    assert one.state == "done"
    assert Event.objects.filter(ticket=ticket, name="callback.done").count() == 1
    assert Event.objects.filter(ticket=ticket, name="call.made").count() == 1


@pytest.mark.whole("camdesk.channels.phone.calls._apply")
def test_a_call_of_legs_is_over_when_nothing_follows(world, ticket, proven, now):
    keep(
        "mango",
        [ExchangeEvent("E", "answered", "a", 1, customer=ANNA), ExchangeEvent("E", "ended", "a", 2, customer=ANNA)],
        now=now,
    )
    follow(now)
    assert not Message.objects.filter(kind="call").exists(), "perhaps another agent is rung"
    follow(now + QUIET)
    assert Message.objects.filter(kind="call").count() == 1


def test_a_call_whose_end_was_lost_ends_after_an_hour(world, ticket, proven, now):
    hear(now, "ringing", "answered")
    follow(now + STALE)
    assert Call.objects.get().state == "ended"
    assert Message.objects.filter(kind="call").count() == 1
    assert follow(now + 2 * STALE) == 0


def test_two_workers_tell_a_call_once(world, ticket, proven, now):
    hear(now, "ringing", "answered", "ended", talk_seconds=30)
    assert not tell(Call.objects.get(), now=now)
    assert Message.objects.filter(kind="call").count() == 1


def test_a_hidden_number_opens_nothing(world, now):
    hear(now, "ringing", "ended", customer="")
    assert Call.objects.get().told_at == now
    assert not Ticket.objects.exists()
    assert not CallBack.objects.exists()


def test_an_agent_writes_down_a_call(world, ticket, now):
    message = log_call(
        ticket=ticket, direction="out", phone=ANNA, minutes=7, text="Объяснил про питание", by=world.ira, now=now
    )
    assert (message.kind, message.by, message.data["seconds"]) == ("call", world.ira, 420)
    ticket.refresh_from_db()
    assert ticket.first_replied_at == ticket.clocks.get(kind="first_answer").met_at == now
    assert ticket.clocks.get(kind="next_update").is_live, "it is still our move: they are to hear from us again"
    with pytest.raises(ValueError):
        log_call(ticket=ticket, direction="up", phone=ANNA, minutes=7, text="", by=world.ira, now=now)


@pytest.mark.tells("camdesk.channels.phone.call_backs._remind", "desk.callback", "desk.callbacks", "desk.ticket")
@pytest.mark.whole("camdesk.channels.phone.call_backs._remind")
def test_a_call_back_is_reminded_of_once_and_settled_once(world, ticket, now):
    at = now + timedelta(hours=1)
    one = ask(phone=ANNA, wanted_from=at, wanted_until=at + timedelta(hours=2), by=world.anna, now=now, ticket=ticket)
    assert remind(now) == 0
    assert [remind(at), remind(at)] == [1, 0]
    event = Event.objects.get(name="callback.due")
    assert (event.ticket, event.public) == (ticket, False)
    assert settle(call_back=one, by=world.ira, now=at)
    assert not settle(call_back=one, by=world.ira, now=at)
    assert CallBack.objects.get().settled_by == world.ira.agent


def test_asking_again_moves_the_window(world, ticket, now):
    for hours in (1, 3):
        at = now + timedelta(hours=hours)
        ask(phone=ANNA, wanted_from=at, wanted_until=at, by=world.anna, now=now, ticket=ticket)
    assert CallBack.objects.get().wanted_from == now + timedelta(hours=3)


def test_a_window_in_the_past_is_refused(world, now):
    for begin, end in ((2, 1), (-2, -1)):
        window = {"wanted_from": now + timedelta(hours=begin), "wanted_until": now + timedelta(hours=end)}
        with pytest.raises(BadWindow):
            ask(phone=ANNA, by=None, now=now, **window)


def test_a_call_missed_at_night_is_returned_in_working_hours(world, proven, now):
    night = now.replace(hour=23)
    hear(night, "ringing", "ended")
    one = CallBack.objects.get()
    assert one.wanted_from == now.replace(hour=5, minute=0) + timedelta(days=1), "eight in the morning in Moscow"
    assert [call_backs.remind(night), call_backs.remind(one.wanted_from)] == [0, 1]


SPELLINGS = {
    # (as the exchange writes it): whom we call back; "" it cannot be read, and is shown as it is
    "8 (935) 111-22-98": "+79351112298", "+7 (935) 111-22-95": "+79351112295", "00375291234502": "+375291234502",
    "89351112233": "+79351112233", "79351112294": "+79351112294", "9351112296": "+79351112296",
    "810375291234503": "+375291234503", "sip:+79351112299@pbx.local": "+79351112299",
    '"Иван" <sip:+79351112298@pbx.local;user=phone>': "+79351112298", "8-935-111-22-98,5": "+79351112298",
    "7 935 111 22 98/2": "+79351112298", "+7 935 111’22’98": "+79351112298", "8_935_111_22_98": "+79351112298",
    "sip:%2B79351112298@pbx": "+79351112298", "+7 (935) 111-22-98 доб. 5": "+79351112298",
    "+7935111229": "", "8*935*111#2298": "", "+7935111-22-98, +7935111-22-99": "",
}  # fmt: skip


def _rang(customer: str, now) -> None:
    """The exchange says that they called, and that nobody answered."""
    for kind in ("ringing", "ended"):
        said = urlencode({"linkedid": "1", "customer": customer, "kind": kind})
        keep("asterisk", parser("asterisk")(said.encode()), now=now)
    while follow(now):
        pass


@pytest.mark.parametrize("said", SPELLINGS)
def test_a_missed_call_is_owed_a_call_however_its_number_is_spelled(world, now, said):
    _rang(said, now)
    assert CallBack.objects.get().phone == (SPELLINGS[said] or said), said


@pytest.mark.parametrize("said", ["anonymous", "", "101", "sip:200@pbx.local", "Restricted"])
def test_who_hides_or_is_one_of_us_is_owed_none(world, now, said):
    _rang(said, now)
    assert not CallBack.objects.exists()


def test_a_call_of_a_number_nobody_can_read_becomes_a_request_all_the_same(world, now):
    hear(now, "ringing", "answered", "ended", talk_seconds=30, customer="8*935*111#2298")
    ticket = Ticket.objects.get()
    assert (ticket.contact_name, ticket.contact_phone) == ("8*935*111#2298", "")
    assert "8*935*111#2298" in ticket.subject
    assert not Identity.objects.filter(value__contains="*").exists()
