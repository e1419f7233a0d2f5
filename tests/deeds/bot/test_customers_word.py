"""«Всё работает» beside a request: a dead camera keeps it open once, and whoever says it again is believed."""

from datetime import timedelta

import pytest

from camdesk.bot.models import Alarm
from camdesk.bot.sessions import customers_word, duties
from camdesk.cameras.models import Camera
from tests.deeds.bot.test_sessions import Chat
from tests.deeds.tickets.test_opening import new, open_ticket


def request_of(world, now, **changes):
    return open_ticket(new(world, **changes), by=world.anna, now=now).ticket


def say_it_works(ticket, world, now, *, insists=False):
    left_open = customers_word.settle(ticket=ticket, by=world.anna, insists=insists, now=now)
    ticket.refresh_from_db()
    return left_open


@pytest.mark.parametrize(
    ("status", "topic", "left_open"),
    [
        ("online", "camera-offline", []),
        ("unstable", "camera-offline", []),
        ("unknown", "camera-offline", []),
        ("offline", "camera-offline", ["Двор"]),
        ("blocked", "camera-offline", ["Двор"]),
        ("offline", "unclear-charge", []),  # it was about money
    ],
)
def test_only_a_dead_camera_keeps_it_open(world, now, status, topic, left_open):
    Camera.objects.filter(pk=world.camera_yard.pk).update(status=status)
    ticket = request_of(world, now, topic=topic)
    assert say_it_works(ticket, world, now) == left_open
    assert ticket.is_open is bool(left_open)


def test_who_says_it_again_is_believed_and_what_was_seen_is_kept(world, now):
    ticket = request_of(world, now)
    assert say_it_works(ticket, world, now, insists=True) == []
    assert not ticket.is_open
    event = ticket.events.get(name="ticket.resolved")
    assert (event.by, event.particulars["seen"]) == (world.anna, "offline")


def test_without_cameras_nothing_is_looked_at(world, now):
    ticket = request_of(world, now, topic="unclear-charge", cameras=[])
    assert say_it_works(ticket, world, now) == []
    assert "seen" not in ticket.events.get(name="ticket.resolved").particulars


def test_the_bot_asks_nothing_about_what_was_settled_beside_it(world, now, data_folder):
    chat = Chat(world, now)
    assert Alarm.objects.filter(session=chat.ticket.pk).exists()
    say_it_works(chat.fresh(), world, now)
    said = chat.fresh().messages.count()
    duties.ring_alarms(now + timedelta(days=2))
    assert chat.fresh().messages.count() == said
