"""What sources say of cameras: kept, judged, and told; by the API, by a table, by the passing of time."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from camdesk.cameras import readings, status
from camdesk.cameras.health.machine import Manner
from camdesk.cameras.importing import import_cameras, read
from camdesk.cameras.models import Camera, CameraHealth, HealthSource, Reading, StatusSpan
from camdesk.cameras.readings import SaidOfCamera, take_in
from camdesk.people import api_keys
from camdesk.people.models import Agent

API = StatusSpan.Source.API


@pytest.fixture
def gate(world) -> Camera:
    Camera.objects.filter(pk=world.camera_gate.pk).update(external_id="gate")
    world.camera_gate.refresh_from_db()
    return world.camera_gate


def polled(told, now, source="api:1", since=None, interval=30.0):
    return take_in(
        told, source=source, manner=Manner.POLLED, interval=interval, span=API, now=now, listening_since=since or now
    )


def verdict(camera: Camera):
    return Camera.objects.values_list("status", "status_since").get(pk=camera.pk)


def later(now, seconds):
    return now + timedelta(seconds=seconds)


@pytest.mark.whole("camdesk.cameras.readings._take_in")
def test_two_bad_readings_change_the_verdict_and_begin_a_span(gate, now):
    first, second = later(now, 30), later(now, 60)
    assert polled([SaidOfCamera(gate.pk, first, "offline")], first).changed == frozenset()
    assert verdict(gate) == ("online", now)
    assert polled([SaidOfCamera(gate.pk, second, "offline")], second).changed == {gate.pk}
    assert verdict(gate) == ("offline", first)
    assert StatusSpan.objects.filter(camera=gate, ended_at=None).values_list("status", "began_at", "source").get() == (
        "offline", first, "api",
    )  # fmt: skip
    assert Reading.objects.filter(camera=gate, state="offline").count() == 2


def test_in_whatever_order_and_however_often_a_batch_comes_it_says_the_same(gate, now):
    end = later(now, 300)
    told = [SaidOfCamera(gate.pk, later(now, n), "online", bytes=n) for n in (30, 60, 90)]
    told += [SaidOfCamera(gate.pk, later(now, n), "offline") for n in (120, 150)]
    assert polled(reversed(told), end).news == 5
    before = verdict(gate), CameraHealth.objects.values().get(camera=gate), Reading.objects.count()
    assert polled([*told, told[0]], end).news == 0
    assert (verdict(gate), CameraHealth.objects.values().get(camera=gate), Reading.objects.count()) == before
    assert before[0] == ("offline", later(now, 120))
    assert before[2] == 5


@pytest.mark.whole("camdesk.cameras.readings.look_again")
def test_silence_becomes_no_data_by_the_worker(gate, now):
    polled([SaidOfCamera(gate.pk, now, "online")], now)
    assert readings.look_again(later(now, 89), listening_since=now) == 0
    assert readings.look_again(later(now, 90), listening_since=now) == 1
    assert verdict(gate) == ("unknown", later(now, 90))
    assert StatusSpan.objects.get(camera=gate, ended_at=None).source == "time"
    assert readings.look_again(later(now, 500), listening_since=now) == 0, "nothing is due any more"


def test_what_is_looked_at_again(gate, world, now):
    polled([SaidOfCamera(world.camera_yard.pk, now, "online")], now, interval=3000.0)
    polled([SaidOfCamera(gate.pk, now, "online")], now)
    readings.look_again(later(now, 90), listening_since=now)
    assert verdict(gate)[0] == "unknown"
    assert CameraHealth.objects.get(camera=world.camera_yard).due_at > later(now, 90)


def test_a_source_that_speaks_on_change_is_kept_alive_by_other_cameras(gate, world, now):
    def event(camera, at):
        take_in([SaidOfCamera(camera.pk, at, "online")], source="api:1", manner=Manner.EVENTS, span=API, now=at,
                listening_since=now)  # fmt: skip

    event(gate, later(now, 1))
    event(world.camera_door, later(now, 80_000))
    readings.look_again(later(now, 90_000), listening_since=now)
    assert verdict(gate)[0] == "online"
    readings.look_again(later(now, 170_000), listening_since=now)
    assert verdict(gate)[0] == "unknown"


def test_old_readings_are_forgotten_and_what_is_known_stays(gate, now, settings):
    settings.CAMERA_READINGS_HOURS = 24
    polled([SaidOfCamera(gate.pk, now, "online")], now)
    young = later(now, 3600)
    polled([SaidOfCamera(gate.pk, young, "online")], young)
    assert readings.prune(later(now, 24 * 3600 + 1)) == 1
    assert Reading.objects.get().seen_at == young
    assert readings.prune(later(now, 24 * 3600 + 1)) == 0
    assert CameraHealth.objects.filter(camera=gate).exists()


def test_a_thousand_cost_a_bounded_number_of_statements(world, now):
    cameras = Camera.objects.bulk_create(
        [Camera(site=world.shop, name=f"n{n}", external_id=f"n{n}", created_at=now) for n in range(1000)]
    )
    with CaptureQueriesContext(connection) as asked:
        polled([SaidOfCamera(one.pk, now, "online") for one in cameras], now)
    assert len(asked) < 60
    assert Camera.objects.filter(name__startswith="n", status="online").count() == 1000


# --- by the API


@pytest.fixture
def platform(world, client, now):
    _key, token = api_keys.create(name="Platform", role=Agent.Role.ADMINISTRATOR, by=world.ada, now=now)

    def post(items, **more):
        return client.post(
            "/api/v1/cameras/status",
            json.dumps({"items": items} | more),
            headers={"Authorization": f"Bearer {token}"},
            content_type="application/json",
        )

    post.get = lambda path: client.get(path, headers={"Authorization": f"Bearer {token}"})
    return post


def item(seconds: float, state: str = "online", camera: str = "gate", **more):
    seen = timezone.now() + timedelta(seconds=seconds)
    return {"camera": camera, "seen_at": seen.isoformat(), "state": state} | more


def test_the_platform_tells_and_is_answered(gate, platform):
    answer = platform([item(-60, "offline"), item(-30, "offline", reason="source_down")], interval=30)
    assert answer.status_code == 200
    assert answer.json() == {"taken": 2, "late": 0, "changed": 1, "unknown": [], "errors": []}
    found = platform.get("/api/v1/cameras/gate/health").json()
    assert (found["verdict"], found["since"]) == ("offline", found["first_bad_at"])
    (sign,) = found["evidence"]
    assert (sign["word"], sign["state"], sign["in_a_row"], sign["reason"]) == ("bad", "offline", 2, "source_down")
    assert [one["verdict"] for one in found["spans"]] == ["online", "offline"]
    assert found["spans"][-1]["until"] is None


def test_half_of_a_thousand_bad_are_named_and_the_rest_is_taken(gate, platform):
    bad = [
        7, None, {}, "gate", [[[]]], item(0, "burning"), item(0) | {"seen_at": "yesterday"}, item(0, fps=-1),
        item(0, fps="nan"), item(0, bytes=2**64), item(0, camera="x" * 101), item(0, role="toilet"),
        item(0) | {"seen_at": "0001-01-01T00:00:00+14:00"}, item(0, colour="red"), item(0, reason="r" * 201),
    ]  # fmt: skip
    good = [item(-n, camera="gate" if n % 2 else f"nobody-{n}", bytes=str(10_000 - n)) for n in range(500)]
    answer = platform([*bad, *good]).json()
    assert [one["index"] for one in answer["errors"]] == list(range(len(bad)))
    assert all(one["message"] for one in answer["errors"])
    assert (answer["taken"], len(answer["unknown"])) == (250, 250)
    assert "nobody-0" in answer["unknown"]


def test_readings_of_the_future_are_of_now_and_do_not_block(gate, platform):
    platform([item(10**6, "online")], interval=30)
    assert platform([item(0.1, "offline"), item(0.2, "offline")], interval=30).json()["taken"] == 2
    assert verdict(gate)[0] == "offline"


def test_what_the_call_refuses(gate, platform, client, world, now):
    assert platform([item(0)] * 1001).status_code == 422
    assert platform([], interval=0).status_code == 422
    assert platform([]).json()["taken"] == 0
    assert HealthSource.objects.filter(key__startswith="api:").count() == 1, "it is there and nothing changed"
    _key, token = api_keys.create(name="CRM", role=Agent.Role.AGENT, by=world.ada, now=now)
    header = {"headers": {"Authorization": f"Bearer {token}"}, "content_type": "application/json"}
    assert client.post("/api/v1/cameras/status", {"items": [item(0)]}, **header).status_code == 403
    assert client.post("/api/v1/cameras/status", {"items": []}, content_type="application/json").status_code == 401
    assert client.get("/api/v1/cameras/gate/health").status_code == 401
    assert platform.get("/api/v1/cameras/nobody/health").status_code == 404


def test_a_camera_out_of_service_is_unknown(gate, platform, now):
    Camera.objects.filter(pk=gate.pk).update(retired_at=now)
    assert platform([item(0)]).json()["unknown"] == ["gate"]
    assert platform.get("/api/v1/cameras/gate/health").status_code == 404


def test_what_the_platform_sees_counts_more_than_what_a_table_says(gate, platform):
    platform([item(0, "online")], interval=600)
    now = timezone.now()
    take_in([SaidOfCamera(gate.pk, now, "offline")], source="import", manner=Manner.STATED, span="import", now=now)
    assert verdict(gate)[0] == "online"
    platform([item(1, "unknown")], interval=600)
    assert verdict(gate)[0] == "offline", "the table is all there is now"


def test_an_inventory_without_a_status_says_nothing_of_it(gate, platform, client, world, now):
    _key, token = api_keys.create(name="CRM", role=Agent.Role.ADMINISTRATOR, by=world.ada, now=now)
    header = {"headers": {"Authorization": f"Bearer {token}"}, "content_type": "application/json"}
    client.put("/api/v1/sites", {"items": [{"external_id": "s1", "address": "Садовая, 1"}]}, **header)
    row = {"external_id": "gate", "site": "s1", "name": "Ворота"}
    assert client.put("/api/v1/cameras", {"items": [row]}, **header).json()["errors"] == []
    assert verdict(gate) == ("online", now)
    assert status.history(camera=gate, since=now).count() == 1


def test_a_table_changes_nothing_of_what_is_reported_and_says_so(gate, world, platform):
    platform([item(0, "online")], interval=600)
    raw = "external_id;address;name;status\ngate;;;не в сети".encode()
    report = import_cameras(rows=read(raw).rows, by=None, now=timezone.now())
    assert (report.problems, report.updated, report.unchanged) == ([], [], 1)
    assert verdict(gate)[0] == "online"
    platform([item(1, "unknown")], interval=600)
    assert verdict(gate)[0] == "offline", "it was kept"
