"""The one writer of a camera's status: its history as spans, whole whatever comes late, twice or at once."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext

from camdesk.cameras import status
from camdesk.cameras.importing import import_cameras, read
from camdesk.cameras.models import Camera, StatusSpan
from camdesk.cameras.status import Reported, record
from camdesk.people import api_keys
from camdesk.people.models import Agent

API = StatusSpan.Source.API


def spans(camera: Camera) -> list[tuple[str, object, object]]:
    rows = StatusSpan.objects.filter(camera=camera).order_by("began_at")
    return list(rows.values_list("status", "began_at", "ended_at"))


def now_of(camera: Camera) -> tuple[str, object]:
    return Camera.objects.values_list("status", "status_since").get(pk=camera.pk)


def whole() -> None:
    """What is promised of every history: the open span is the camera's status, spans touch and none overlaps."""
    for camera in Camera.objects.all():
        rows = list(StatusSpan.objects.filter(camera=camera).order_by("began_at"))
        for one, following in pairwise(rows):
            assert one.ended_at == following.began_at
        if rows:
            assert (rows[-1].ended_at, rows[-1].status, rows[-1].began_at) == (None, camera.status, camera.status_since)
        else:
            assert (camera.status, camera.status_since) == (Camera.Status.UNKNOWN, None)


@pytest.fixture
def gate(world) -> Camera:
    return world.camera_gate


def test_a_change_ends_one_span_and_begins_another(gate, now):
    fell = now + timedelta(hours=2)
    assert record([Reported(gate.pk, "offline", fell)], source=API, now=fell) == {gate.pk}
    assert spans(gate) == [("online", now, fell), ("offline", fell, None)]
    assert now_of(gate) == ("offline", fell)
    whole()


@pytest.mark.parametrize(
    ("told", "hours"), [("online", 3), ("online", -3), ("offline", -1)], ids=["same", "same, earlier", "late"]
)
def test_what_is_no_news_or_came_too_late_changes_nothing(gate, now, told, hours):
    before = spans(gate)
    later = now + timedelta(hours=5)
    assert record([Reported(gate.pk, told, now + timedelta(hours=hours))], source=API, now=later) == set()
    assert (spans(gate), now_of(gate)) == (before, ("online", now))


def test_several_in_one_batch_are_taken_in_their_order(gate, now):
    moments = [now + timedelta(hours=hours) for hours in (1, 2, 3)]
    told = zip(("offline", "online", "unstable"), moments, strict=True)
    record([Reported(gate.pk, one, at) for one, at in told], source=API, now=moments[-1])
    assert [one for one, _began, _ended in spans(gate)] == ["online", "offline", "online", "unstable"]
    whole()


def test_of_the_same_moment_the_later_word_counts(gate, now):
    record([Reported(gate.pk, "offline", now)], source=API, now=now)
    assert spans(gate) == [("offline", now, None)]
    at = now + timedelta(hours=1)
    record([Reported(gate.pk, "online", at), Reported(gate.pk, "blocked", at)], source=API, now=at)
    assert spans(gate) == [("offline", now, at), ("blocked", at, None)]
    record([Reported(gate.pk, "online", at), Reported(gate.pk, "offline", at + timedelta(hours=1))], source=API, now=at)
    whole()


def test_what_is_said_of_tomorrow_is_said_of_now(gate, now):
    later = now + timedelta(hours=1)
    record([Reported(gate.pk, "offline", now + timedelta(days=9))], source=API, now=later)
    assert now_of(gate) == ("offline", later)


def test_a_camera_that_is_not_there_is_left_out(gate, now):
    assert record([Reported(10**9, "offline", now)], source=API, now=now) == set()


def test_the_database_itself_keeps_one_open_span_that_runs_forward(gate, now):
    for bad in (
        {"began_at": now + timedelta(hours=1)},  # a second open one
        {"began_at": now, "ended_at": now + timedelta(hours=1)},  # two of the same moment
        {"began_at": now + timedelta(hours=2), "ended_at": now + timedelta(hours=2)},
        {"began_at": now + timedelta(hours=2), "ended_at": now + timedelta(hours=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            StatusSpan.objects.create(camera=gate, status="offline", source=API, **bad)


def many(world, now, number: int) -> list[Camera]:
    cameras = [
        Camera(site=world.shop, organisation=world.chain, name=f"Камера {n}", external_id=f"many-{n}", created_at=now)
        for n in range(number)
    ]
    return Camera.objects.bulk_create(cameras)


def test_many_cost_a_bounded_number_of_statements(world, now):
    cameras = many(world, now, 3 * status._AT_ONCE)
    record([Reported(one.pk, "online", now) for one in cameras], source=API, now=now)
    later = now + timedelta(hours=1)
    with CaptureQueriesContext(connection) as asked:
        changed = record([Reported(one.pk, "offline", later) for one in cameras], source=API, now=later)
    assert len(changed) == 3 * status._AT_ONCE
    assert len(asked) <= 3 * 12, "three batches: locking, ending, beginning, the cameras themselves"
    assert StatusSpan.objects.filter(ended_at=None, status="offline", began_at=later).count() == 3 * status._AT_ONCE
    with CaptureQueriesContext(connection) as asked:
        assert record([Reported(one.pk, "offline", later) for one in cameras], source=API, now=later) == set()
    assert len(asked) <= 3 * 3


def table(rows: list[tuple[str, str]]) -> bytes:
    return ("external_id;address;organisation;name;status\n" + "\n".join(
        f"{external};проспект Мира, 40;Магазины «Ладья»;{external};{told}" for external, told in rows
    )).encode()  # fmt: skip


def test_a_table_writes_a_span_of_every_change_and_a_second_reading_none(world, now):
    first = table([(f"new-{n}", "в сети") for n in range(150)])
    assert import_cameras(rows=read(first).rows, by=None, now=now).problems == []
    assert StatusSpan.objects.filter(source="import", began_at=now).count() == 150
    later = now + timedelta(hours=1)
    second = table([(f"new-{n}", "не в сети" if n % 2 else "в сети") for n in range(150)])
    report = import_cameras(rows=read(second).rows, by=None, now=later)
    assert (len(report.updated), report.unchanged) == (75, 75)
    assert report.updated[0].changes == {"status": ("online", "offline")}
    assert import_cameras(rows=read(second).rows, by=None, now=later + timedelta(hours=1)).unchanged == 150
    assert StatusSpan.objects.filter(source="import").count() == 225
    whole()


def test_a_dry_run_writes_none(world, now):
    before = StatusSpan.objects.count()
    report = import_cameras(rows=read(table([("gate-x", "в сети")])).rows, by=None, now=now, dry_run=True)
    assert (len(report.created), StatusSpan.objects.count()) == (1, before)


def test_a_status_said_twice_in_one_table_is_what_was_said_last(world, now):
    raw = table([("till", "не в сети"), ("till", "в сети")])
    import_cameras(rows=read(raw).rows, by=None, now=now + timedelta(hours=1))
    whole()


@pytest.mark.parametrize("since", [None, "2026-03-17T10:00:00Z", "2026-03-17T10:00:00"])
def test_the_api_writes_the_same_history(world, client, now, since):
    _key, token = api_keys.create(name="Platform", role=Agent.Role.ADMINISTRATOR, by=world.ada, now=now)
    header = {"headers": {"Authorization": f"Bearer {token}"}, "content_type": "application/json"}
    client.put("/api/v1/sites", {"items": [{"external_id": "s1", "address": "Садовая, 1"}]}, **header)
    row = {"external_id": "api-1", "site": "s1", "name": "Ворота", "status": "offline", "status_since": since}
    assert client.put("/api/v1/cameras", {"items": [row]}, **header).json()["created"] == 1
    assert client.put("/api/v1/cameras", {"items": [row]}, **header).json()["unchanged"] == 1
    camera = Camera.objects.get(external_id="api-1")
    assert [one for one, _began, _ended in spans(camera)] == ["offline"]
    assert since is None or camera.status_since.isoformat() == "2026-03-17T10:00:00+00:00"
    late = row | {"status": "online", "status_since": "2026-03-01T00:00:00Z"}
    assert client.put("/api/v1/cameras", {"items": [late]}, **header).json()["unchanged"] == 1
    news = row | {"status": "online", "status_since": None}
    assert client.put("/api/v1/cameras", {"items": [news]}, **header).json()["updated"] == 1
    whole()


def test_old_spans_are_forgotten_and_the_open_one_stays(gate, now, settings):
    settings.CAMERA_HISTORY_DAYS = 400
    for day, told in enumerate(("offline", "online", "offline"), 1):
        record([Reported(gate.pk, told, now + timedelta(days=day))], source=API, now=now + timedelta(days=day))
    assert len(spans(gate)) == 4
    assert status.prune(now + timedelta(days=401, hours=1)) == 1
    assert status.prune(now + timedelta(days=2000)) == 2
    assert status.prune(now + timedelta(days=2000)) == 0
    assert [one for one, _began, ended in spans(gate) if ended is None] == ["offline"]
    whole()


@pytest.fixture
def older(transactional_db):
    """The models of before there was a history; afterwards the database is the present one again."""
    executor = MigrationExecutor(connection)
    yield executor.migrate([("cameras", "0001_initial")]).apps
    _migrate()


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_what_is_known_of_cameras_becomes_their_first_span(older, now):
    make = older.get_model("cameras", "Camera").objects.create
    site = older.get_model("cameras", "Site").objects.create(address="Садовая, 1")
    make(site=site, name="since", status="offline", status_since=now)
    make(site=site, name="whenever", status="online")
    make(site=site, name="never", status="unknown")
    _migrate()
    since, whenever, never = (Camera.objects.get(name=name) for name in ("since", "whenever", "never"))
    assert spans(since) == [("offline", now, None)]
    assert [(one, ended) for one, _began, ended in spans(whenever)] == [("online", None)]
    assert spans(never) == []
    assert set(StatusSpan.objects.values_list("source", flat=True)) == {"known"}
    whole()
