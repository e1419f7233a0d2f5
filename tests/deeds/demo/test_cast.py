"""The cast of the tests is what its docstring says: a test of rights is worth what its outsider is."""

import pytest

from camdesk.cameras.models import Camera
from camdesk.people.models import Person
from camdesk_demo.world import build


def names(person):
    return [camera.name for camera in Camera.objects.visible_to(person).in_order()]


def test_a_resident_sees_the_cameras_of_the_house(world):
    assert names(world.anna) == ["Входная дверь", "Двор", "Калитка"]


def test_the_owner_sees_every_camera_of_the_chain(world):
    assert names(world.boris) == ["Киоск", "Касса 1", "Склад", "Торговый зал"]


def test_an_employee_sees_the_camera_granted(world):
    assert names(world.vera) == ["Касса 1"]


def test_the_outsider_sees_what_is_the_outsiders(world):
    assert names(world.oleg) == ["Участок"]


def test_staff_and_strangers_own_no_camera(world):
    assert [names(person) for person in (world.marina, world.ira, world.leo, world.ada, None)] == [[]] * 5


def test_a_client_is_signed_in_as_the_person(world, client_of):
    assert client_of(world.anna).session["_auth_user_id"] == str(world.anna.user.pk)
    assert "_auth_user_id" not in client_of(None).session


def test_a_real_installation_gets_no_invented_people(db, settings, now):
    settings.DEMO = settings.TESTING = False
    with pytest.raises(SystemExit, match="CAMDESK_DEMO"):
        build(now=now)
    assert not Person.objects.exists()
