"""What the bot has heard unasked is told to the agent."""

from camdesk.tickets.answers import heard_of
from tests.deeds.bot.test_sessions import Chat


def test_the_agent_sees_what_was_heard(world, now, data_folder):
    chat = Chat(world, now, topic="")
    chat.say(f"{world.camera_yard.name} не показывает, лампочка не горит")
    chat.say("позовите человека")
    assert heard_of(chat.fresh()) == f"камера {world.camera_yard.name}, индикатор не горит"


def test_who_chose_only_buttons_has_said_nothing(world, now, data_folder):
    chat = Chat(world, now)
    chat.say("позовите человека")
    assert heard_of(chat.fresh()) == ""
