"""People have a request, and the bot still hears what is new in it: through the one door, beside them."""

import pytest

from camdesk.bot.engine.events import Answered, OperatorCalled, SaidYes
from camdesk.bot.sessions.current_question import open_reply
from camdesk.channels import inbound
from camdesk.channels.inbound import Came
from camdesk.tickets import assignment, conversation
from camdesk.tickets.models import Message, Ticket
from tests.deeds.bot.test_sessions import Chat


@pytest.fixture
def chat(world, now, data_folder) -> Chat:
    """Anna's yard camera is with a person."""
    chat = Chat(world, now)
    chat.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")
    chat.play(OperatorCalled(), said="Позвать человека")
    return chat


def hear(chat: Chat, text: str) -> str:
    """What the bot says to these words; "" when it says nothing."""
    before = set(Message.objects.filter(kind="bot").values_list("pk", flat=True))
    inbound.say(Came(channel="chat", person=chat.world.anna, text=text), chat.fresh(), now=chat.now)
    assert chat.fresh().messages.filter(kind="customer", text=text).exists()
    new = Message.objects.filter(kind="bot").exclude(pk__in=before).order_by("seq")
    return " / ".join(new.values_list("text", flat=True))


def test_the_time_it_names_is_that_of_the_request(chat):
    assert "Ответим" in hear(chat, "роутер чёрный, кинетик")
    assert "уже у сотрудника, ответим" in hear(chat, "когда ответите?")
    assert chat.fresh().turn == "us"


def test_an_emergency_is_urgent_though_an_agent_has_it(chat, world, now):
    assignment.assign(ticket=chat.fresh(), to=world.ira.agent, by=world.ira, now=now)
    assert "112" in hear(chat, "пожар, горим!")
    assert chat.fresh().urgent


@pytest.mark.parametrize("way", ["assigned", "answered", "answered without taking it"])
def test_nobody_who_answers_is_talked_over(chat, world, now, way):
    if way == "assigned":
        assignment.assign(ticket=chat.fresh(), to=world.ira.agent, by=world.ira, now=now)
    else:
        conversation.reply(ticket=chat.fresh(), text="Смотрю.", by=world.ira, now=now, take=way == "answered")
    assert hear(chat, "когда ответите?") == ""
    assert chat.fresh().turn == "us"


def test_another_matter_is_a_request_of_its_own_with_what_was_found_out(chat, world):
    hear(chat, "ещё вопрос: за что списали лишние деньги в этом месяце, непонятное списание")
    assert chat.fresh().topic_id == "camera-offline", "the request is called as it was"
    hear(chat, "позовите человека")
    [own] = Ticket.objects.filter(follow_up_of=chat.ticket)
    assert (own.topic_id, own.turn) == ("unclear-charge", "us")
    assert "списали лишние деньги" in own.messages.get().text
    assert own.facts["bot"]["path"]


def test_what_has_settled_itself_is_closed_by_the_button_that_is_shown(chat, world):
    assert "Закрыть обращение?" in hear(chat, "уже не надо")
    asked = open_reply(chat.fresh())
    assert asked is not None
    chat.play(SaidYes(question=asked.question), said="Да")
    assert (chat.fresh().turn, chat.fresh().events.get(name="ticket.resolved").by) == ("nobody", world.anna)
    assert open_reply(chat.fresh()) is None


def test_no_button_of_the_bot_is_shown_while_nothing_is_asked(chat):
    assert open_reply(chat.fresh()) is None
