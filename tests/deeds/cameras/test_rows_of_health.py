"""Cameras that are due and readings that are old: each condition has the row that only it keeps out (tests/rows.py)."""

import pytest

from camdesk.cameras import readings
from camdesk.cameras.models import Camera, CameraHealth, HealthSource, Reading
from tests.rows import DAY, HOUR, MINUTE, Query, Scene, proven
from tests.rows import scene as scene


def camera(at: Scene) -> Camera:
    return Camera.objects.create(site=at.world.shop, name="Новая", created_at=at.now)


def memory(at: Scene, **changes) -> CameraHealth:
    return CameraHealth.objects.create(camera=camera(at), **{"due_at": at.now} | changes)


def reading(at: Scene, **changes) -> Reading:
    source = HealthSource.objects.get_or_create(key="api:1", defaults={"heard_at": at.now})[0]
    meant = {"received_at": at.now - 2 * DAY, "seen_at": at.now, "role": "live", "state": "online"}
    return Reading.objects.create(camera=camera(at), source=source, **meant | changes)


QUERIES = {
    "what time alone may change": Query(
        lambda at: readings.look_again(at.now, listening_since=at.now - DAY),
        memory,
        {"later": lambda at: {"due_at": at.now + MINUTE}, "never": {"due_at": None}},
    ),
    "readings that are too old": Query(
        lambda at: readings.prune(at.now), reading, {"young": lambda at: {"received_at": at.now - HOUR}}
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name):
    proven(QUERIES[name], scene)
