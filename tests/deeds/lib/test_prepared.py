"""Prepared queries give what the queryset itself would give."""

from datetime import timedelta

import pytest
from django.db.models import F

from camdesk.cameras.models import Camera
from camdesk.lib.prepared import Prepared
from camdesk.people.models import User
from camdesk.tickets.models import Draft


def test_rows_come_as_the_queryset_gives_them_with_what_was_selected_beside(world, django_assert_num_queries):
    prepared = Prepared(lambda pk: User.objects.select_related("person__agent").filter(pk=pk), int)
    for user in (world.anna.user, world.ira.user):  # the second run has another value in the same SQL
        agent = getattr(user.person, "agent", None)
        with django_assert_num_queries(1):
            found = prepared.first(user.pk)
            assert found == user
            assert found.created_at == user.created_at
            assert found.person.name == user.person.name
            assert getattr(found.person, "agent", None) == agent


def test_nothing_found_is_none(world):
    assert Prepared(lambda pk: User.objects.filter(pk=pk), int).first(10**12) is None


def test_text_moments_and_json_survive(world, now):
    Draft.objects.create(person=world.anna, place="form", content={"text": "«ё» 😀"}, saved_at=now)
    prepared = Prepared(lambda place, then: Draft.objects.filter(place=place, saved_at__gt=then), str, type(now))
    [row] = prepared.all("form", now - timedelta(seconds=1))
    assert (row.content, row.saved_at) == ({"text": "«ё» 😀"}, now)
    assert prepared.all("form", now) == []


def test_a_value_used_twice_is_put_in_twice(world):
    prepared = Prepared(lambda pk: Camera.objects.filter(site__person_id=pk, grants__person_id=pk).order_by("pk"), int)
    assert prepared.all(world.anna.pk) == [world.camera_gate, world.camera_yard, world.camera_door]


@pytest.mark.parametrize(
    "build",
    [
        lambda pk: User.objects.all(),  # the value is lost
        lambda pk: User.objects.filter(pk=pk).prefetch_related("emailaddress_set"),
        lambda pk: User.objects.filter(pk=pk).union(User.objects.filter(pk=pk)),
    ],
)
def test_what_cannot_be_prepared_is_said_at_once(world, build):
    with pytest.raises(TypeError):
        Prepared(build, int).first(1)


def test_what_is_annotated_comes_with_the_row(world):
    prepared = Prepared(lambda pk: User.objects.filter(pk=pk).annotate(again=F("pk")), int)
    found = prepared.first(world.anna.user.pk)
    assert found is not None
    assert (found, found.again) == (world.anna.user, world.anna.user.pk)


def test_a_value_of_another_kind_is_refused(world):
    with pytest.raises(ValueError):
        Prepared(lambda pk: User.objects.filter(pk=pk), int).first("1 OR 1=1")


def test_a_list_of_any_length_is_put_in(world):
    prepared = Prepared(
        lambda pks, site: Camera.objects.filter(pk__in=pks, site_id=site).order_by("pk"), list[int], int
    )
    mine = [world.camera_gate, world.camera_yard, world.camera_oleg]
    pks = [camera.pk for camera in mine]
    assert prepared.all(pks, world.house.pk) == mine[:2]
    assert prepared.all(pks[:1], world.house.pk) == mine[:1]
    assert prepared.all([], world.house.pk) == []
