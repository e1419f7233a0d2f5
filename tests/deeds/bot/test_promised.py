"""One promised time: what the bot says of it is what the request holds, and what the playbook's settings make of it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from camdesk.bot.engine.events import Answered, Began, OperatorCalled, Switched
from camdesk.bot.engine.replies import HandedOver
from camdesk.bot.sessions import promised
from camdesk.bot.sessions.current_question import replies_in
from camdesk.bot.sessions.effects import play_out
from camdesk.cameras.models import Site
from camdesk.channels.chat.new_chat import start_chat
from camdesk.playbook import current
from camdesk.playbook.flow_binding import flows_of
from camdesk.playbook.promises import due_after
from camdesk.tickets.models import Message, Ticket
from tests.deeds.bot.test_sessions import Chat

MOSCOW = ZoneInfo("Europe/Moscow")
NOON, NIGHT = datetime(2026, 3, 17, 12, 30, tzinfo=MOSCOW), datetime(2026, 3, 17, 23, 40, tzinfo=MOSCOW)


def handed_over(world, topic: str, language: str, now: datetime) -> Ticket:
    """A conversation about the topic in which a person is called."""
    ticket = start_chat(person=world.anna, topic=topic, key=f"chat-{topic}", language=language, now=now)
    for number, event in enumerate((Began(topic=topic), OperatorCalled())):
        play_out(ticket=fresh(ticket), event=type(event)(**{**vars_of(event), "id": f"e{number}"}), now=now)
    return fresh(ticket)


def vars_of(event: Began | OperatorCalled) -> dict[str, str]:
    return {"topic": event.topic} if isinstance(event, Began) else {}


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("person").get(pk=ticket.pk)


def said_of(ticket: Ticket) -> str:
    """The words of the hand-over."""
    words = [
        reply.text
        for message in Message.objects.filter(ticket=ticket, kind="bot").order_by("seq")
        for reply in replies_in(message.data)
        if isinstance(reply, HandedOver)
    ]
    assert len(words) == 1
    return words[0]


@pytest.mark.parametrize(("now", "language"), [(NOON, "ru"), (NIGHT, "en")], ids=["day", "night"])
def test_every_topic_says_the_time_that_its_request_holds(world, data_folder, now, language):
    document = current.current()[1]
    for topic in document.topics.values():
        ticket = handed_over(world, topic.id, language, now)
        promise = document.promises[topic.promise]
        due = due_after(promise, document.hours, now, timedelta(minutes=promise.first_reply))
        assert (ticket.turn, ticket.promised_at) == ("us", due), topic.id
        told = promised.in_words(due, now=now, zone=None, language=language)
        assert told.strip(), topic.id
        assert told in said_of(ticket), topic.id


def test_no_hand_over_names_another_time(world):
    """Whichever of them is said: by day and by night, in both languages, in parts and in the common flow too."""
    flows = {flow.id: flow for flow in flows_of(current.current()[1]).values()}
    texts = [
        (flow.id, text.get(language))
        for flow in flows.values()
        for step in flow.steps
        if step.handover
        for text in (step.handover.open, step.handover.closed)
        for language in ("ru", "en")
        if text
    ]
    assert len(texts) > 200
    assert [flow for flow, text in texts if text.count("{promised|") != 1] == []


def test_the_time_of_another_clock_names_its_own(world, now, data_folder):
    """Who lives by the clock of Yekaterinburg is told by ours, as in letters and on the page."""
    Site.objects.update(time_zone="Asia/Yekaterinburg")
    chat = Chat(world, now)
    chat.play(OperatorCalled())
    assert "(Москва, UTC+3)" in said_of(chat.fresh())


def test_a_topic_that_turned_out_later_has_its_own_promise(world, now, data_folder):
    """«Другое» promises hours; what it turned out to be about is what counts."""
    chat = Chat(world, now, topic="")
    chat.play(Switched(topic="suspected-intrusion"))
    chat.play(OperatorCalled())
    ticket, document = chat.fresh(), current.current()[1]
    assert document.topics[document.other_topic].promise != "urgent"
    assert ticket.promised_at == now + timedelta(minutes=document.promises["urgent"].first_reply)
    assert promised.in_words(ticket.promised_at, now=now, zone=None, language="ru") in said_of(ticket)


def test_a_second_look_changes_nothing_that_was_promised(world, now, data_folder):
    """To say a time is not to promise it: nothing stands in a request that stays with the bot."""
    chat = Chat(world, now)
    chat.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")
    assert (chat.fresh().turn, chat.fresh().promised_at) == ("bot", None)
