"""/readyz tries what the process needs, on both databases, and changes nothing by it."""

import pytest

from camdesk.server import readiness
from tests.pages.test_not_written import locked

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


def test_a_folder_that_cannot_be_written_is_not_ready(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "not there")
    [line] = readiness.what_is_wrong()
    assert line == "the data folder cannot be written: No such file or directory"


def test_a_disk_without_room_is_not_ready(settings):
    settings.MIN_FREE_MB = 10**9
    [line] = readiness.what_is_wrong()
    assert "MB of disk are free" in line
