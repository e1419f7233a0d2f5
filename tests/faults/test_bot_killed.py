"""kill -9 in the middle of the bot's step: the customer's words are there once, and the conversation goes on."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from camdesk.bot.engine import stored_state
from camdesk.bot.engine.events import Answered, Began, BotEvent, OperatorCalled, WordsTyped
from camdesk.bot.models import Session
from camdesk.bot.sessions import checks, duties
from camdesk.bot.sessions.effects import play_out
from camdesk.channels import inbound
from camdesk.channels.chat.new_chat import start_chat
from camdesk.channels.inbound import Came
from camdesk.tickets.models import Message, Ticket
from tests.faults.killing import killed_at
from tests.untrained import untrained  # noqa: F401

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _cameras_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check is a question to the world, as a real look at a camera is: nothing is answered within the move."""
    monkeypatch.setattr(checks, "FROM_RECORDS", frozenset())


@pytest.fixture
def begun(world, now, data_folder) -> Ticket:
    ticket = start_chat(person=world.anna, topic="camera-offline", key="k", language="ru", now=now)
    play_out(ticket=ticket, event=Began(id="e1", topic="camera-offline"), now=now)
    return ticket


def choosing(ticket: Ticket, world, now: datetime) -> Callable[[], None]:
    """Anna chooses the camera of the yard; the bot looks at it."""
    event = Answered(id="c1", value=[str(world.camera_yard.pk)])
    return saying(ticket, world, now, event, "Двор")


def asking(ticket: Ticket, world, now: datetime) -> Callable[[], None]:
    """Anna says something the bot has to understand first."""
    return saying(ticket, world, now, WordsTyped(id="c1", text="пропал звук на записи"), "пропал звук")


def saying(ticket: Ticket, world, now: datetime, event: BotEvent, words: str) -> Callable[[], None]:
    def say() -> None:
        fresh = Ticket.objects.select_related("person").get(pk=ticket.pk)
        came = Came(channel="chat", person=world.anna, text=words, client_id="c1")
        inbound.say(came, fresh, now=now, press=None if isinstance(event, WordsTyped) else event)

    return say


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.messages.order_by("seq").values_list("kind", flat=True))


POINTS = ["stepped", "moved", "world answered"]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("says", [choosing, asking], ids=["a choice", "words"])
def test_a_retry_after_the_kill_is_one_message_and_the_bot_goes_on(world, begun, now, says, point):
    say, before = says(begun, world, now), kinds(begun)
    killed_at(point, say)
    told = Message.objects.filter(client_id="c1").count()
    assert told == (0 if point == "stepped" else 1), "all of the first move, or nothing of it"
    say()  # the browser sends it again: it has heard no answer
    assert Message.objects.filter(client_id="c1").count() == 1
    later = now + timedelta(minutes=3)
    duties.ring_alarms(later)
    duties.watch(later)
    after = kinds(begun)
    assert after[: len(before)] == before
    assert after[-1] == "bot", "the customer was answered"
    assert len(after) <= len(before) + 3, "what was said once is there once"
    assert stored_state.from_json(Session.objects.get().state).calls == {}
    assert Ticket.objects.get(pk=begun.pk).turn in ("bot", "us")
    assert [duties.ring_alarms(later), duties.watch(later)] == [0, 0], "nothing is left to do, nothing is done twice"


@pytest.mark.parametrize("point", ["moved", "world answered"])
def test_without_a_retry_the_worker_goes_on(world, begun, now, point):
    killed_at(point, choosing(begun, world, now))
    assert stored_state.from_json(Session.objects.get().state).calls, "a check nobody answers"
    assert duties.ring_alarms(now + timedelta(minutes=1)) == 1
    assert stored_state.from_json(Session.objects.get().state).calls == {}
    assert kinds(begun)[-1] == "bot"
    assert Ticket.objects.get(pk=begun.pk).turn == "bot", "by the error branch, not by giving up"


@pytest.mark.parametrize("point", ["moved", "world answered"])
def test_words_nobody_understood_any_more_are_understood_after_all(world, begun, now, point):
    """Seen failing without the alarm: the customer heard nothing until they were asked whether they are still there."""
    killed_at(point, asking(begun, world, now))
    assert duties.ring_alarms(now + timedelta(seconds=20)) == 0, "another process may be at it"
    assert duties.ring_alarms(now + timedelta(seconds=40)) == 1
    assert duties.ring_alarms(now + timedelta(minutes=3)) == 0
    assert kinds(begun)[-2:] == ["customer", "bot"]


@pytest.mark.parametrize("says", [choosing, asking], ids=["a choice", "words"])
def test_a_worker_that_dies_at_an_alarm_leaves_it_to_the_next(world, begun, now, says):
    killed_at("moved", says(begun, world, now))
    killed_at("bot.Alarm leased", lambda: duties.ring_alarms(now + timedelta(seconds=40)))
    assert duties.ring_alarms(now + timedelta(seconds=80)) == 0, "it is under the dead worker's lease"
    assert duties.ring_alarms(now + timedelta(seconds=101)) == 1
    assert kinds(begun)[-1] == "bot"


def test_a_hand_over_that_died_half_way_never_was(world, begun, now):
    calling = saying(begun, world, now, OperatorCalled(id="c1"), "Позвать человека")
    killed_at("stepped", calling)
    assert Ticket.objects.get(pk=begun.pk).turn == "bot"
    assert not begun.events.filter(name="bot.handed_over").exists()
    calling()
    calling()
    assert begun.events.filter(name="bot.handed_over").count() == 1
