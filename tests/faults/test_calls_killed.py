"""kill -9 while calls are followed: each becomes one message or one call-back, and each call-back is due once."""

from datetime import timedelta

import pytest

from camdesk.channels.models import Call, CallBack
from camdesk.channels.phone.call_backs import ask, remind
from camdesk.channels.phone.calls import QUIET, follow
from camdesk.channels.phone.exchange_events import ExchangeEvent
from camdesk.channels.phone.hooks import keep
from camdesk.tickets.models import Event, Message, Ticket
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.faults.killing import killed_at

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
ANNA = "+79350000001"


def said(now, **kinds: int) -> None:
    events = [ExchangeEvent("1", kind, seq=seq, customer=ANNA, talk_seconds=30) for kind, seq in kinds.items()]
    keep("asterisk", events, now=now)


def afterwards(now) -> None:
    for moment in (now + timedelta(seconds=1), now + QUIET + timedelta(seconds=1), now + timedelta(hours=2)):
        while follow(moment):
            pass


@pytest.mark.parametrize("point", ["call heard", "call-back settled", "call told"])
def test_an_answered_call_is_told_once_and_nobody_called_again(world, now, point):
    asked = ask(phone=ANNA, wanted_from=now, wanted_until=now + timedelta(hours=1), by=None, now=now)
    said(now, ringing=0, answered=1, ended=9)
    killed_at(point, lambda: follow(now))
    said(now, ringing=0, answered=1, ended=9)  # the exchange heard nothing, and says it again
    afterwards(now)
    assert (Ticket.objects.count(), Message.objects.filter(kind="call").count()) == (1, 1)
    assert Event.objects.filter(name="call.received").count() == 1
    asked.refresh_from_db()
    assert asked.state == "done"
    assert Call.objects.get().told_at is not None


@pytest.mark.parametrize("point", ["call heard", "call-back put", "call-back owed"])
def test_a_missed_call_is_owed_one_call_back(world, now, point):
    said(now, ringing=0, ended=9)
    Call.objects.all().delete()
    keep(
        "asterisk",
        [ExchangeEvent("2", "ringing", customer=ANNA), ExchangeEvent("2", "missed", seq=9, customer=ANNA)],
        now=now,
    )
    killed_at(point, lambda: follow(now))
    afterwards(now)
    assert CallBack.objects.filter(state="waiting").count() + CallBack.objects.filter(state="done").count() == 1


def test_a_call_back_is_due_once(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    ask(phone=ANNA, wanted_from=now, wanted_until=now + timedelta(hours=1), by=None, now=now, ticket=ticket)
    killed_at("reminded", lambda: remind(now))
    assert remind(now + timedelta(minutes=1)) == 0
    assert Event.objects.filter(ticket=ticket, name="callback.due").count() == 1
