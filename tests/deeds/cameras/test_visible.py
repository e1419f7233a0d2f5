"""What cameras a person may see is found from what is theirs, never by looking through every camera there is."""

import re

import pytest
from django.db import connection

from camdesk.cameras.models import Camera, CameraGrant, Site

QUERIES = {
    "all in order": lambda cameras: cameras.select_related("site", "passport").in_order()[:301],
    "within another": lambda cameras: Camera.objects.filter(pk__in=cameras.values("pk")).order_by("name"),
}


def _a_city_of_others(now):
    sites = Site.objects.bulk_create(
        Site(address=f"Дальняя, {number}", external_id=f"far-{number}") for number in range(500)
    )
    cameras = [Camera(site=site, name="Двор", external_id=f"far-{site.pk}", status_since=now) for site in sites]
    Camera.objects.bulk_create(cameras)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is SQLite's; PostgreSQL's depends on its size")
@pytest.mark.parametrize("name", QUERIES)
def test_the_cameras_of_a_person_are_not_looked_for_among_all(world, now, name):
    _a_city_of_others(now)
    cameras = QUERIES[name](Camera.objects.visible_to(world.anna))
    sql, params = cameras.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql, params)
        plan = " | ".join(row[3] for row in cursor.fetchall())
    assert not re.search(r"SCAN (cameras_camera|cameras_site|V0)", plan), plan


@pytest.mark.django_db
def test_a_camera_granted_and_of_ones_own_organisation_is_shown_once(world, now):
    CameraGrant.objects.create(
        person=world.boris, camera=world.camera_till, kind=CameraGrant.Kind.EMPLOYEE, created_at=now
    )
    names = [camera.name for camera in Camera.objects.visible_to(world.boris).in_order()]
    assert names == ["Киоск", "Касса 1", "Склад", "Торговый зал"]
    assert [camera.name for camera in Camera.objects.visible_to(world.vera)] == ["Касса 1"]
    assert not Camera.objects.visible_to(None)
