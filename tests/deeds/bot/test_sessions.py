"""Conversations with the bot: begun, played, handed over, settled, never lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from camdesk.bot.engine import stored_state
from camdesk.bot.engine.events import Answered, Began, OperatorCalled, Restarted, Switched, TopicsAsked, WordsTyped
from camdesk.bot.models import Alarm, Phrase, Session, StepCount
from camdesk.bot.sessions import duties, giving_back
from camdesk.bot.sessions.current_question import asked, open_reply, replies_in
from camdesk.bot.sessions.effects import play_out
from camdesk.channels import inbound
from camdesk.channels.chat.new_chat import start_chat
from camdesk.channels.inbound import Came
from camdesk.tickets import assignment
from camdesk.tickets.models import Message, Ticket


class Chat:
    """Anna at her phone."""

    def __init__(self, world, now, topic="camera-offline"):
        self.world, self.now, self.count = world, now, 0
        self.ticket = start_chat(person=world.anna, topic=topic, key="chat-1", language="ru", now=now)
        self.play(Began(topic=topic) if topic else Restarted())

    def play(self, event, said=None, client_id=None):
        self.count += 1
        event = replace(event, id=client_id or f"e{self.count}")
        if said:
            came = Came(channel="chat", person=self.world.anna, text=said, client_id=client_id)
            inbound.say(came, self.fresh(), now=self.now, press=event)
        else:
            play_out(ticket=self.fresh(), event=event, now=self.now)
        return self.replies()

    def say(self, text, client_id=None):
        return self.play(WordsTyped(text=text), said=text, client_id=client_id)

    def fresh(self) -> Ticket:
        return Ticket.objects.select_related("person").get(pk=self.ticket.pk)

    def replies(self):
        last = Message.objects.filter(ticket=self.ticket, kind="bot").order_by("-seq").first()
        return replies_in(last.data) if last else ()

    def kinds(self):
        return [reply.kind for reply in self.replies()]


@pytest.fixture
def chat(world, now, data_folder) -> Chat:
    return Chat(world, now)


@pytest.mark.seed("S11", "S18")
def test_a_chat_is_a_ticket_from_its_first_message(chat, world):
    ticket = chat.fresh()
    assert (ticket.channel, ticket.turn, ticket.person) == ("chat", "bot", world.anna)
    assert chat.replies()


def test_the_same_key_is_the_same_chat(chat, world, now):
    again = start_chat(person=world.anna, topic="camera-offline", key="chat-1", language="ru", now=now)
    assert again == chat.ticket
    assert Session.objects.count() == 1


def test_the_camera_is_looked_at_before_anything_is_asked(chat, world):
    chat.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")
    state = stored_state.from_json(Session.objects.get().state)
    assert any(value.get("verdict") == "offline" for value in state.vars.values())
    assert state.calls == {}


@pytest.mark.seed("S18", "S19")
def test_a_person_is_called_with_everything_collected_once(chat, world):
    chat.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")
    chat.play(OperatorCalled(), said="Позвать человека")
    ticket = chat.fresh()
    assert ticket.turn == "us"
    assert ticket.next_due_at is not None
    assert ticket.ticket_cameras.get().camera == world.camera_yard
    assert ticket.ticket_cameras.get().diagnosis["status"] == "offline"
    assert ticket.events.filter(name="bot.handed_over").count() == 1
    chat.play(OperatorCalled(), said="Позвать человека")
    assert ticket.events.filter(name="bot.handed_over").count() == 1


def test_after_the_hand_over_words_go_to_the_person_and_the_bot_says_so(chat):
    chat.play(OperatorCalled(), said="Позвать человека")
    before = Message.objects.filter(kind="bot").count()
    chat.say("Алло, вы тут?")
    assert Message.objects.filter(kind="bot").count() == before + 1
    assert Message.objects.filter(text="Алло, вы тут?").exists()


def test_an_agents_assignment_wins_over_the_bot(chat, world, now):
    assignment.assign(ticket=chat.fresh(), to=world.ira.agent, by=world.ira, now=now)
    before = Message.objects.filter(kind="bot").count()
    chat.say("да")
    assert Message.objects.filter(kind="bot").count() == before
    assert chat.fresh().turn == "us"


def test_a_retry_of_the_same_message_is_played_once(chat):
    first = chat.say("не знаю", client_id="c1")
    assert chat.say("не знаю", client_id="c1") == first
    assert Message.objects.filter(client_id="c1").count() == 1


def test_unknown_words_are_classified_and_kept_for_the_agents(chat, world):
    chat.play(TopicsAsked(), said="Другая тема")
    chat.say("абырвалг крокозябра хрясь")
    assert chat.replies()
    assert Phrase.objects.count() <= 1


def test_asking_for_a_person_in_words_is_understood(chat):
    chat.say("позовите живого человека")
    assert chat.fresh().turn == "us"


@pytest.mark.parametrize("words", ["", "   ", "😀" * 500, "<script>alert(1)</script>", "я" * 100_000, "\x00\u202e"])
def test_whatever_is_said_gets_an_answer(chat, words):
    chat.say(words)
    assert chat.fresh().turn in ("bot", "us")


def test_an_alarm_reminds_and_then_closes(chat, world, now):
    chat.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")
    names = set(Alarm.objects.values_list("name", flat=True))
    assert {"remind", "close"} <= names
    before = Message.objects.filter(kind="bot").count()
    assert duties.ring_alarms(now + timedelta(minutes=20)) >= 1
    assert Message.objects.filter(kind="bot").count() == before + 1
    assert duties.ring_alarms(now + timedelta(minutes=20)) == 0


def test_a_conversation_whose_answer_died_with_the_server_is_handed_over(chat, now):
    session = Session.objects.get()
    session.alarms.all().delete()
    session.state = {**session.state, "calls": {"c1-1": {"flow": "x", "step": "y", "save": "", "background": False}}}
    session.save()
    assert duties.watch(now + timedelta(minutes=3)) == 1
    assert chat.fresh().turn == "us"


def test_steps_are_counted(chat, world):
    chat.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")
    assert StepCount.objects.filter(what="enter").exists()
    chat.play(OperatorCalled(), said="Позвать человека")
    assert StepCount.objects.get(what="handed").value == 1


def test_a_failing_check_goes_on_by_its_error_branch(chat, world, monkeypatch):
    from camdesk.bot.sessions import checks

    monkeypatch.setattr(checks, "answer", lambda *a, **k: 1 / 0)
    chat.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")
    assert chat.kinds()
    assert chat.fresh().turn in ("bot", "us")


def test_an_agent_gives_it_back(chat, world, now):
    chat.play(OperatorCalled(), said="Позвать человека")
    said = Message.objects.filter(kind="bot").count()
    assert giving_back.give_back(ticket=chat.fresh(), by=world.ira, now=now)
    assert (chat.fresh().turn, chat.fresh().assignee) == ("bot", None)
    assert Message.objects.filter(kind="bot").count() == said + 1
    assert not giving_back.give_back(ticket=chat.fresh(), by=world.ira, now=now)


def test_another_customers_camera_cannot_be_chosen(chat, world):
    chat.play(Answered(value=[str(world.camera_oleg.pk)]), said="x")
    chat.play(OperatorCalled(), said="Позвать человека")
    assert not chat.fresh().ticket_cameras.exists()


def test_a_chat_is_named_after_the_topic_it_turns_out_to_be_about(chat):
    chat.play(Switched(topic="no-sound"), said="Нет звука")
    assert (chat.fresh().topic_id, chat.fresh().subject) == ("no-sound", "Нет звука")


@pytest.mark.parametrize(
    "stored",
    [{"schema": 99, "facts": {"led": "off"}}, {"schema": 2, "frames": 5, "facts": {"led": "off"}}, ["что-то"], "нет"],
    ids=["of a newer release", "damaged", "a list", "a string"],
)
def test_a_state_that_cannot_be_read_is_a_persons_and_is_kept(chat, stored):
    Session.objects.update(state=stored)
    assert open_reply(chat.fresh()) is None, "the page is shown, with nothing to press"
    chat.say("мигает красным")
    ticket, kept = chat.fresh(), stored_state.from_json(Session.objects.get().state)
    assert (ticket.turn, ticket.messages.filter(text="мигает красным").count()) == ("us", 1)
    assert (kept.status, kept.unreadable) == ("handed", stored)
    assert ticket.facts.get("led") == ("off" if isinstance(stored, dict) else None)
    assert ticket.events.get(name="bot.handed_over").particulars["reason"] == "fault"


def test_the_watchdog_hands_over_what_cannot_be_read(chat, now):
    Alarm.objects.all().delete()
    Session.objects.update(state={"schema": 99})
    assert duties.watch(now + timedelta(minutes=3)) == 1
    assert chat.fresh().turn == "us"


def test_what_was_asked_and_cannot_be_read_is_not_shown_and_loses_nothing(chat):
    before = open_reply(chat.fresh())
    assert before is not None
    Session.objects.update(asked={"question": {"kind": "nonsense"}})
    assert open_reply(chat.fresh()) is None
    assert asked(chat.fresh(), before.question) == before, "it is found among what was said"
