"""A conversation while an outage is open: the bot says so at once, signs the customer up, and the news reach them."""

from datetime import timedelta

import pytest

from camdesk.bot.engine.events import Answered, OperatorCalled
from camdesk.bot.sessions import checks
from camdesk.bot.sessions.context import Sight, context_of
from camdesk.cameras.models import Camera, Site
from camdesk.outages import lifecycle
from camdesk.outages.models import Outage, Subscription
from camdesk.outages.scope import OutageScope
from camdesk.playbook import current
from camdesk.tickets.models import Delivery, Event
from tests.deeds.bot.test_sessions import Chat
from tests.deeds.outages.test_outages import outage_of


def test_the_first_answer_tells_the_outage_and_the_news_reach_them(world, now, data_folder):
    outage = outage_of(world, now)
    chat = Chat(world, now)
    chat.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")
    told = " ".join(getattr(reply, "text", "") for reply in chat.replies())
    assert "Нет связи в Заречье" in told
    assert "сегодня до" in told
    assert Subscription.objects.get().person == world.anna
    names = list(Event.objects.filter(ticket=chat.ticket).order_by("seq").values_list("name", flat=True))
    assert "outage.linked" in names
    assert not Delivery.objects.filter(kind="notice").exists(), "they have just heard it"
    lifecycle.close(outage=outage, by=world.leo, now=now + timedelta(hours=1), words=("Кабель цел.", ""))
    letter = Delivery.objects.get(kind="notice")
    assert (letter.to, letter.ticket_id) == ("anna@example.org", chat.ticket.pk)
    assert "Кабель цел." in letter.letter.text


def test_the_bot_knows_only_what_touches_this_customer(world, now):
    outage = outage_of(world, now, scope=OutageScope(sites=(world.house.pk, world.shop.pk), provider=""))
    document = current.current()[1]

    def outages(person):
        return context_of(person=person, document=document, now=now, language="ru", cameras=Sight().cameras_of(person))[
            "outages"
        ]

    mine = {str(camera.pk) for camera in (world.camera_gate, world.camera_yard, world.camera_door)}
    assert [(one["id"], one["kind"], set(one["cameras"])) for one in outages(world.anna)] == [
        (str(outage.pk), "fault", mine)
    ]
    assert [one["cameras"] for one in outages(world.vera)] == [[str(world.camera_till.pk)]]
    assert outages(world.oleg) == []


def test_a_forecast_that_has_passed_is_not_told_as_one(world, now):
    outage_of(world, now, eta=now + timedelta(hours=1))
    document = current.current()[1]
    cameras = Sight().cameras_of(world.anna)
    later = context_of(
        person=world.anna, document=document, now=now + timedelta(hours=2), language="ru", cameras=cameras
    )
    assert later["outages"][0]["eta"] is None


@pytest.mark.parametrize(
    ("status", "hours", "verdict"),
    [
        pytest.param("offline", 1, "planned", id="works are under way and the camera is down: they explain it"),
        pytest.param("online", 1, "online", id="the camera works in spite of them"),
        pytest.param("blocked", 1, "blocked", id="an unpaid bill is no works"),
        pytest.param("offline", -1, "offline", id="works that have not begun explain nothing"),
    ],
)
def test_a_check_during_planned_works(world, now, status, hours, verdict):
    Camera.objects.filter(pk=world.camera_yard.pk).update(status=status)
    begin = now - timedelta(hours=hours)
    outage_of(world, now, kind=Outage.Kind.PLANNED, began_at=begin, eta=begin + timedelta(hours=3))
    args = {"cameras": [str(world.camera_yard.pk)]}
    found = checks.answer("check", args, person=world.anna, language="ru", now=now, sight=Sight())
    assert found.verdict == verdict
    if verdict == "planned":
        assert found.summary == "сегодня до 14:30"


@pytest.mark.parametrize(("zone", "note"), [("Asia/Yekaterinburg", "(Москва, UTC+3)"), ("Europe/Moscow", ""), ("", "")])
def test_whoever_lives_by_another_clock_is_told_ours_by_name(world, now, zone, note):
    Site.objects.filter(pk=world.house.pk).update(time_zone=zone)
    Camera.objects.filter(pk=world.camera_yard.pk).update(status="offline")
    outage_of(world, now)
    outage_of(world, now, kind=Outage.Kind.PLANNED)
    document, cameras = current.current()[1], Sight().cameras_of(world.anna)
    told = context_of(person=world.anna, document=document, now=now, language="ru", cameras=cameras)["outages"]
    assert len(told) == 2
    for one in told:
        assert (note in one["since"], note in one["eta"]) == (True, True)
        assert ("UTC" in one["since"], "UTC" in one["eta"]) == (bool(note), bool(note))
    args = {"cameras": [str(world.camera_yard.pk)]}
    found = checks.answer("check", args, person=world.anna, language="ru", now=now, sight=Sight())
    assert (found.verdict, "UTC" in found.summary) == ("planned", bool(note))


def test_planned_works_are_told_by_the_check_not_as_a_fault(world, now, data_folder):
    outage_of(world, now, kind=Outage.Kind.PLANNED, title_ru="Меняем узел")
    chat = Chat(world, now)
    chat.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")
    told = " ".join(getattr(reply, "text", "") for reply in chat.replies())
    assert "плановые работы" in told


def test_who_goes_on_to_a_person_is_linked_too(world, now, data_folder):
    chat = Chat(world, now)
    chat.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")
    outage_of(world, now)
    chat.play(OperatorCalled(), said="Позвать человека")
    assert chat.fresh().turn == "us"
    assert Event.objects.filter(ticket=chat.ticket, name="outage.linked").count() == 1
    assert Delivery.objects.get(kind="notice").ticket_id == chat.ticket.pk
