"""A request about the camera is open already: the chat's words go there, once."""

from camdesk.bot.engine.events import Answered, SaidNo, SaidYes
from camdesk.bot.sessions import checks, effects
from camdesk.channels.chat.add_to_request import add_to_request
from camdesk.playbook.flow_checks import CALLS
from camdesk.tickets.models import Ticket
from tests.deeds.bot.test_sessions import Chat


def handed_over(world, now) -> Ticket:
    """Anna's request about the yard, which people have."""
    first = Chat(world, now)
    first.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")
    first.say("позовите человека")
    return first.fresh()


def second(world, now) -> Chat:
    from camdesk.bot.engine.events import Began
    from camdesk.channels.chat.new_chat import start_chat

    chat = Chat.__new__(Chat)
    chat.world, chat.now, chat.count = world, now, 100
    chat.ticket = start_chat(person=world.anna, topic="camera-offline", key="chat-2", language="ru", now=now)
    chat.play(Began(topic="camera-offline"))
    chat.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")
    return chat


def test_it_is_offered_with_its_number_before_anything_is_asked(world, now, data_folder):
    request = handed_over(world, now)
    chat = second(world, now)
    assert chat.kinds()[-1] == "confirm"
    assert f"№ {request.pk}" in chat.replies()[-1].text


def test_the_words_are_added_there_once_and_this_chat_is_over(world, now, data_folder):
    request = handed_over(world, now)
    chat = second(world, now)
    chat.play(SaidYes(), said="Да")
    added = request.messages.filter(client_id=f"chat-{chat.ticket.pk}")
    assert added.count() == 1
    assert "Двор" in added.get().text
    assert chat.fresh().turn == "nobody"
    assert add_to_request(chat.fresh(), {"request.number": request.pk}, now) == {"added": True}
    assert added.count() == 1


def test_another_matter_goes_on(world, now, data_folder):
    handed_over(world, now)
    chat = second(world, now)
    chat.play(SaidNo(), said="Нет")
    assert chat.kinds()[-1] == "ask"


def test_nobody_adds_to_the_request_of_another(world, now, data_folder):
    request = handed_over(world, now)
    Ticket.objects.filter(pk=request.pk).update(person=world.ira)
    chat = second(world, now)
    assert chat.kinds()[-1] == "ask", "another's request is not offered"
    assert add_to_request(chat.fresh(), {"request.number": request.pk}, now) == {"added": False}


def test_it_goes_in_by_the_door_and_the_move_is_ours(world, now, data_folder):
    request = handed_over(world, now)
    chat = second(world, now)
    chat.play(SaidYes(), said="Да")
    request.refresh_from_db()
    assert request.turn == "us"
    assert request.messages.get(client_id=f"chat-{chat.ticket.pk}").channel == "chat"


def test_whatever_a_flow_may_ask_somebody_answers(data_folder):
    assert checks.FROM_RECORDS | effects.registered() == CALLS
