"""Chats their customer has left do not stay open for ever."""

from datetime import timedelta

import pytest

from camdesk.bot.engine.events import Answered, Began, OperatorCalled, SaidYes
from camdesk.bot.models import Session
from camdesk.bot.sessions import abandoning, duties
from camdesk.tickets import counts
from camdesk.tickets.models import Event, Message, Ticket
from camdesk.tickets.search import lookup
from tests.deeds.bot.test_sessions import Chat


@pytest.fixture
def chat(world, now, data_folder) -> Chat:
    return Chat(world, now)


def days_later(now, days: float) -> None:
    """The worker's time passes: the reminder, the closing of the flow, the look for abandoned chats."""
    for hours in range(0, int(days * 24) + 1, 6):
        moment = now + timedelta(hours=hours)
        duties.ring_alarms(moment)
        duties.watch(moment)
        abandoning.end_abandoned(moment)


def answered(chat: Chat) -> Chat:
    chat.play(Answered(value=[str(chat.world.camera_yard.pk)]), said="Двор")
    return chat


def test_a_conversation_left_half_way_is_closed_after_its_reminder(chat, now):
    answered(chat)
    days_later(now, 1.5)
    assert chat.fresh().turn == "bot", "the flow has said that it stops; they may still come back"
    days_later(now, 2.5)
    ticket = chat.fresh()
    assert (ticket.turn, ticket.is_closed) == ("nobody", True)
    assert ticket.events.filter(name="chat.abandoned").count() == 1
    assert counts.read(["all:bot", "all:nobody"]) == {"all:bot": 0, "all:nobody": 1}


def test_a_chat_in_which_nothing_was_said_leaves_nothing(chat, now):
    """The server died between the ticket and its first words."""
    assert not chat.ticket.messages.filter(kind="customer").exists()
    days_later(now, 2.5)
    assert (Ticket.objects.count(), Event.objects.count(), Message.objects.count()) == (0, 0, 0)
    assert Session.objects.count() == 0
    assert counts.read(["all:bot", "all:nobody"]) == {"all:bot": 0, "all:nobody": 0}
    assert lookup.find("камера", within=Ticket.objects.all(), before=None, limit=5) == []


@pytest.mark.tells(
    "camdesk.bot.sessions.abandoning._forget", "desk.ticket", of="camdesk.tickets.timeline.tell_gone_after_commit"
)
@pytest.mark.whole("camdesk.bot.sessions.abandoning._forget")
def test_choosing_a_topic_and_reading_on_is_no_request(world, now, data_folder):
    chat = Chat(world, now)
    chat.play(Began(topic="camera-offline"), said="Не работает одна камера")
    assert chat.ticket.messages.filter(kind="customer").count() == 1
    days_later(now, 2.5)
    assert not Ticket.objects.exists()


def test_words_are_a_request_even_when_they_were_the_only_ones(chat, now):
    chat.say("у меня пропала картинка во дворе")
    days_later(now, 3)
    assert Ticket.objects.filter(pk=chat.ticket.pk).exists()


def test_who_comes_back_in_time_goes_on(chat, now):
    answered(chat)
    days_later(now, 1.5)
    chat.now = now + timedelta(hours=37)
    chat.play(SaidYes(), said="Да")
    days_later(now + timedelta(hours=37), 0.9)
    assert chat.fresh().turn == "bot"
    assert Session.objects.get().state.get("status") != "left"


def test_who_waits_for_us_is_not_left_alone(chat, now):
    """The worker was off for a day while the bot owed an answer: late, but to a person."""
    answered(chat)
    session = Session.objects.get()
    session.alarms.all().delete()
    session.state = {**session.state, "calls": {"c9": {"flow": "x", "step": "y", "save": "", "background": False}}}
    session.save()
    abandoning.end_abandoned(now + timedelta(days=2))
    assert chat.fresh().turn == "us"


def test_what_a_person_has_is_theirs(chat, now):
    chat.play(OperatorCalled(), said="Позвать человека")
    days_later(now, 4)
    assert chat.fresh().turn == "us"
