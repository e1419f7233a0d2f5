"""A database from before the natural order: its sites and cameras have their keys."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from camdesk.cameras.models import Camera, Site
from camdesk.lib.natural_order import natural_key


@pytest.fixture
def older(transactional_db):
    executor = MigrationExecutor(connection)
    before = [("cameras", "0005_no_index_twice")]
    executor.migrate(before)
    yield MigrationExecutor(connection).loader.project_state(before).apps
    _forward()


def _forward() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_what_was_there_is_sorted_too(older) -> None:
    site, camera = older.get_model("cameras", "Site"), older.get_model("cameras", "Camera")
    for number in range(1203):  # more than are written at once
        camera.objects.create(site=site.objects.create(address=f"Мира, {number}"), name=f"Касса {number}")
    _forward()
    assert {bytes(one.address_order) == natural_key(one.address) for one in Site.objects.all()} == {True}
    assert [one.name for one in Camera.objects.in_order()] == [f"Касса {number}" for number in range(1203)]
