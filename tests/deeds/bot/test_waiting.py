"""Waiting is no solution: the move is the customer's until a time, and the bot looks again by itself."""

from datetime import timedelta

import pytest

from camdesk.bot.engine import stored_state
from camdesk.bot.engine.events import Answered, SaidYes
from camdesk.bot.models import Alarm, Session
from camdesk.bot.sessions import duties
from camdesk.tickets import conversation
from tests.deeds.bot.test_sessions import Chat


@pytest.fixture
def waiting(world, now, data_folder) -> Chat:
    """Anna has paid today, and will wait for the payment to arrive."""
    chat = Chat(world, now, topic="payment-failed")
    chat.play(Answered(value="missing"), said="Оплатил, а денег на счёте нет")
    chat.play(Answered(value="today"), said="Сегодня или вчера вечером")
    chat.play(SaidYes(), said="Да")
    return chat


def test_it_is_the_customers_move_until_a_time_and_nothing_is_solved(waiting, now):
    ticket = waiting.fresh()
    assert (ticket.turn, ticket.is_open) == ("customer", True)
    event = ticket.events.get(name="bot.waits")
    assert event.particulars["until"] == (now + timedelta(days=1)).isoformat()
    assert not ticket.events.filter(name="ticket.resolved").exists()
    assert Alarm.objects.filter(name="look").exists()


def test_when_the_time_has_come_the_bot_takes_up_again_by_itself(waiting, now):
    duties.ring_alarms(now + timedelta(hours=25))
    ticket = waiting.fresh()
    assert ticket.turn == "bot"
    assert waiting.kinds()[-1] == "confirm"
    waiting.play(SaidYes(), said="Да")
    ticket = waiting.fresh()
    assert ticket.turn == "nobody"
    assert ticket.events.get(name="ticket.resolved").particulars["seen"] == "unknown"


def test_who_comes_back_before_is_heard_by_the_bot(waiting):
    waiting.say("ну как там")
    assert waiting.fresh().turn == "bot"
    assert waiting.kinds()[-1] == "confirm"
    assert "ну как там" in stored_state.from_json(Session.objects.get().state).notes


def test_who_says_that_it_works_is_asked_whether_to_close(waiting):
    waiting.say("всё, заработало, спасибо")
    assert waiting.kinds()[-1] == "confirm"
    waiting.play(SaidYes(question="close"), said="Да")
    assert waiting.fresh().turn == "nobody"


def test_what_waits_for_an_agent_is_no_business_of_the_bots(waiting, world, now):
    conversation.reply(ticket=waiting.fresh(), text="Проверьте почту", by=world.ira, now=now)
    waiting.say("проверил")
    assert waiting.fresh().turn == "us"
    duties.ring_alarms(now + timedelta(hours=25))
    assert waiting.fresh().turn == "us"


def test_an_alarm_of_a_wait_that_is_over_does_nothing(waiting, now):
    waiting.say("позовите человека")
    assert waiting.fresh().turn == "us"
    duties.ring_alarms(now + timedelta(hours=25))
    assert waiting.fresh().turn == "us"
