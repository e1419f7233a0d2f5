"""/readyz tries what the process needs, on both databases, and changes nothing by it."""

import shutil
import time
from types import SimpleNamespace

import pytest
from django.core.files.storage import FileSystemStorage

from camdesk.config.doctor import _data_folder
from camdesk.config.findings import FAIL
from camdesk.lib import bus, files, schema
from camdesk.lib.bucket import Bucket
from camdesk.server import readiness
from camdesk.worker import duties
from tests.pages.test_not_written import locked

MB = 1024 * 1024
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _room(data_folder, settings):
    settings.MIN_FREE_MB = 0


def test_all_is_well():
    assert readiness.what_is_wrong() == []


@pytest.mark.needs_sqlite
def test_a_locked_database_answers_and_is_not_ready(monkeypatch):
    monkeypatch.setattr(readiness, "LOCK_SECONDS", 0.05)
    with locked():
        [line] = readiness.what_is_wrong()
    assert line == "the database cannot be written: the database is locked by another process"
    assert readiness.what_is_wrong() == []


@pytest.mark.needs_postgres
def test_a_database_that_only_reads_is_not_ready(monkeypatch):
    from django.db import connection

    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    monkeypatch.setattr(readiness, "close_old_connections", lambda: None)
    try:
        [line] = readiness.what_is_wrong()
    finally:
        connection.close()
    assert line == "the database cannot be written: the database may not be written"


def test_migrations_that_wait_are_not_ready(monkeypatch):
    """A backup of an older version was put back under a process that runs."""
    monkeypatch.setattr(schema, "fit", lambda: schema.Fit(waiting=("people.0001_initial", "people.0002_more")))
    assert readiness.what_is_wrong() == ["2 migrations wait: run camdesk prepare"]


def test_streams_are_ready_while_the_bus_is_heard(monkeypatch):
    assert readiness.what_is_wrong_with_streams() == []
    monkeypatch.setattr(bus, "is_deaf", lambda: True)
    assert "the bus does not answer" in readiness.what_is_wrong_with_streams()[0]


def test_a_folder_that_cannot_be_written_is_not_ready(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "not there")
    [line] = readiness.what_is_wrong()
    assert line == "the data folder cannot be written: No such file or directory"


@pytest.mark.parametrize(
    "whole, free, ready",
    [(10_000, 200, True), (10_000, 199, False), (1_000, 50, True), (1_000, 49, False)],
    ids=["a large disk", "under what is asked for", "a small disk", "under a twentieth of it"],
)
def test_a_disk_without_room_is_not_ready_and_is_told_when_files_are_refused(settings, monkeypatch, whole, free, ready):
    """The same figures, in MB, decide whether a file is taken (lib/disk_reserve.py)."""
    settings.MIN_FREE_MB = 200
    usage = SimpleNamespace(total=whole * MB, free=free * MB)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    said = [] if ready else [f"only {free} MB of disk are free under the data folder"]
    assert readiness.what_is_wrong() == said
    [found] = [one for one in _data_folder() if one.text.startswith("disk: ")]
    assert (found.level == FAIL) == (not ready)


class Away(FileSystemStorage):
    def exists(self, name: str) -> bool:
        raise ConnectionError("https://KEY:SECRET@store.example refused")


class Hanging(FileSystemStorage):
    def exists(self, name: str) -> bool:
        time.sleep(1)
        return False


@pytest.mark.parametrize(
    "storage, said",
    [
        (FileSystemStorage, []),
        (Away, ["the store of files cannot be used: ConnectionError"]),
        (Hanging, ["the store of files does not answer within 0 s (CAMDESK_FILES_URL)"]),
    ],
)
def test_a_store_on_another_machine_that_is_away_is_not_ready(monkeypatch, tmp_path, storage, said):
    place = files.Store(incoming=tmp_path / "in", home=Bucket(storage(tmp_path)), disk=files.Disk())
    monkeypatch.setattr(files, "store", lambda: place)
    monkeypatch.setattr(readiness, "STORE_SECONDS", 0.2)
    assert readiness.what_is_wrong() == said


def test_a_shared_folder_that_is_gone_is_not_ready(monkeypatch, tmp_path):
    home = files.Folder(tmp_path / "not mounted", files.Disk())
    monkeypatch.setattr(files, "store", lambda: files.Store(incoming=tmp_path / "in", home=home, disk=files.Disk()))
    assert readiness.what_is_wrong() == ["the store of files cannot be used: No such file or directory"]


def test_a_worker_does_the_lanes_it_is_given_and_no_made_up_ones():
    assert duties.of_lanes([]) == duties.DUTIES
    assert {duty.lane for duty in duties.of_lanes(["mail", "mail in"])} == {"mail", "mail in"}
    with pytest.raises(SystemExit, match=r"there is no lane 'mial'; did you mean 'mail'\?"):
        duties.of_lanes(["mail", "mial"])
