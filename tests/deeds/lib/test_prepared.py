"""Prepared queries give what the queryset itself would give."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Count, F, Q

from camdesk.cameras.models import Camera
from camdesk.lib.prepared import Prepared, insert, save
from camdesk.people.models import User
from camdesk.tickets.models import Delivery, Draft, OutgoingLetter


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
    named = Prepared(lambda names: Camera.objects.filter(name__in=names).order_by("pk"), list[str])
    assert named.all([camera.name for camera in mine]) == list(named._build([camera.name for camera in mine]))
    assert named.all(["%s", "' OR 1=1 --"]) == []


def test_values_come_as_values_list_gives_them(world, now):
    Draft.objects.create(person=world.anna, place="form", content={"text": "ё"}, saved_at=now)
    tuples = Prepared(
        lambda person: Draft.objects.filter(person_id=person).values_list("content", "saved_at", "person__name"), int
    )
    assert tuples.all(world.anna.pk) == [({"text": "ё"}, now, world.anna.name)]
    single = Prepared(lambda person: Draft.objects.filter(person_id=person).values_list("saved_at", flat=True), int)
    assert single.first(world.anna.pk) == now
    counted = Prepared(
        lambda sites: (
            Camera.objects.filter(site_id__in=sites)
            .values("site_id")
            .annotate(total=Count("pk"), off=Count("pk", filter=Q(status="offline")))
            .values_list("site_id", "total", "off")
        ),
        list[int],
    )
    sites = [world.house.pk, world.camera_oleg.site_id]
    assert sorted(counted.all(sites)) == sorted(counted._build(sites))
    with pytest.raises(TypeError):
        Prepared(lambda person: Draft.objects.filter(person_id=person).values("place"), int).first(1)


def test_a_new_row_is_what_save_would_have_made(world, now, django_assert_num_queries):
    row = Draft(person=world.anna, place="form", content={"text": "«ё» 😀"}, saved_at=now)
    with django_assert_num_queries(1):
        insert(row)
    assert row == Draft.objects.get()
    assert (row._state.adding, row._state.db) == (False, "default")
    kept = Draft.objects.get()
    assert (kept.person, kept.place, kept.content, kept.saved_at) == (world.anna, "form", {"text": "«ё» 😀"}, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Draft(person=world.anna, place="form", content={}, saved_at=now))


def test_rows_of_one_statement_get_keys_of_their_own(world, now, django_assert_num_queries):
    rows = [Draft(person=world.anna, place=f"ticket:{number}", content={}, saved_at=now) for number in range(20)]
    with django_assert_num_queries(1):
        insert(*rows)
    assert {row.pk: row.place for row in rows} == dict(Draft.objects.values_list("pk", "place"))
    with django_assert_num_queries(0):
        insert()


@pytest.mark.django_db
def test_a_row_made_beside_one_that_was_not_saved_yet_gets_its_key(now):
    delivery = Delivery(kind="notice", to="anna@example.org", next_try_at=now, created_at=now)
    letter = OutgoingLetter(delivery=delivery, letter_id="a@b", charged_at=now)
    insert(delivery)
    insert(letter)
    assert OutgoingLetter.objects.select_related("delivery").get().delivery == delivery


def test_all_columns_of_a_row_are_saved(world, now, django_assert_num_queries):
    row = Draft.objects.create(person=world.anna, place="form", content={}, saved_at=now)
    row.place, row.content = "elsewhere", {"text": "новое"}
    with django_assert_num_queries(1):
        save(row)
    kept = Draft.objects.get()
    assert (kept.place, kept.content, kept.saved_at) == ("elsewhere", {"text": "новое"}, now)
    Draft.objects.all().delete()
    with pytest.raises(DatabaseError):
        save(row)


def test_what_the_database_is_to_work_out_is_for_save(world, now):
    row = Draft.objects.create(person=world.anna, place="form", content={}, saved_at=now)
    row.place = F("place")
    with pytest.raises(TypeError):
        save(row)
