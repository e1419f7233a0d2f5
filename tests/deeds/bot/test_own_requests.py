"""Of two matters in one message the second becomes a request of its own when the first is handed over: once, and though
the server dies in between."""

from datetime import timedelta

import pytest

from camdesk.bot.engine.effects import Collected
from camdesk.bot.engine.events import OperatorCalled, Switched, Understood
from camdesk.bot.models import Alarm
from camdesk.bot.sessions import duties, effects
from camdesk.cabinet.chat_page import chat_to_show
from camdesk.channels.own_requests import own_request
from camdesk.tickets.models import Ticket
from tests.deeds.bot.test_sessions import Chat


@pytest.fixture
def chat(world, now, data_folder) -> Chat:
    """Anna wrote of two things, and began with the first."""
    chat = Chat(world, now, topic="")
    chat.play(Understood(topics=("camera-offline", "unclear-charge"), several=True))
    chat.play(Switched(topic="camera-offline"), said="Не работает одна камера")
    return chat


def _args(topic: str, words: str = "") -> dict[str, object]:
    return {"topic": topic, "words": words, "once": topic, "data": Collected()}


def own_of(chat: Chat) -> list[Ticket]:
    return list(Ticket.objects.filter(follow_up_of=chat.ticket).order_by("number"))


def test_it_is_opened_for_the_people_of_its_topic(chat, world, now):
    chat.play(OperatorCalled(), said="Позвать человека")
    [own] = own_of(chat)
    assert (own.topic_id, own.turn, own.person, own.channel) == ("unclear-charge", "us", world.anna, "chat")
    assert own.next_due_at is not None
    assert chat.fresh().topic_id == "camera-offline"
    assert not Alarm.objects.filter(session=chat.ticket.pk).exists()
    assert chat_to_show(world.anna, now=now) == chat.ticket, "the panel goes on with the conversation"


def test_it_is_opened_once(chat, now):
    chat.play(OperatorCalled(), said="Позвать человека")
    again = own_request(chat.fresh(), _args("unclear-charge"), now)
    assert [one.pk for one in own_of(chat)] == [again["request"]]


def test_whoever_dies_in_between_leaves_an_alarm_that_opens_it(chat, now, monkeypatch):
    monkeypatch.setattr(effects, "carry_out", lambda *args, **kwargs: None)
    chat.play(OperatorCalled(), said="Позвать человека")
    monkeypatch.undo()
    assert own_of(chat) == []
    duties.ring_alarms(now + timedelta(minutes=1))
    assert [one.topic_id for one in own_of(chat)] == ["unclear-charge"]
    assert not Alarm.objects.filter(session=chat.ticket.pk).exists()


def test_a_topic_that_is_gone_is_opened_as_another(chat, now):
    own_request(chat.fresh(), _args("gone", "кто-нибудь?"), now)
    [own] = own_of(chat)
    assert own.messages.get().text == "кто-нибудь?"
    assert own.topic_id == "other"
