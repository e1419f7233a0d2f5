"""What the doctor says of the database's clock and of the store of files."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from django.utils.module_loading import import_string

from camdesk.config import doctor, doctor_database
from camdesk.config.findings import FAIL, OK, WARN
from camdesk.lib import files

MINUTES = 60.0


@pytest.mark.parametrize(
    "ahead, level, words",
    [
        (0.0, OK, "within 1 s"),
        (-42.3, OK, "within 43 s"),
        (5 * MINUTES, OK, "within 300 s"),
        (5 * MINUTES + 1, FAIL, "5 min behind the database's"),
        (-6 * MINUTES, FAIL, "6 min ahead of the database's"),
        (-3600.0, FAIL, "60 min ahead of"),
    ],
)
def test_a_clock_that_is_off_is_told(ahead, level, words):
    said = doctor_database.of_clock(ahead)
    assert (said.level, words in said.text) == (level, True), said.text


@pytest.mark.parametrize("used, level", [(1, OK), (77, OK), (78, WARN), (97, WARN)])
def test_connections_that_run_out_are_told_before_they_do(used, level):
    said = doctor_database.of_places(used, 97)
    assert (said.level, f"{used} of 97 connections" in said.text) == (level, True), said.text


@pytest.mark.needs_postgres
def test_the_places_are_those_of_the_server(transactional_db):
    # Another process of the tests may come or go meanwhile: sometimes nobody does.
    assert any(_one_more_is_counted() for _ in range(30))


def _one_more_is_counted() -> bool:
    before = doctor_database._places()
    with connection.copy().temporary_connection():
        used, places = doctor_database._places()
    assert 1 < used < places
    return (used, places) == (before[0] + 1, before[1])


@pytest.mark.needs_postgres
@pytest.mark.parametrize("off, level", [(0.0, OK), (400.0, FAIL), (-400.0, FAIL)])
def test_the_clock_is_the_databases(db, monkeypatch, off, level):
    real = doctor_database.time.time
    monkeypatch.setattr(doctor_database.time, "time", lambda: real() + off)
    said = [one for one in doctor_database.database() if one.text.startswith("clock:")]
    assert [one.level for one in said] == [level]


def test_a_store_that_cannot_be_used_is_named(data_folder, monkeypatch):
    assert [one.level for one in doctor._store()] == [OK]

    def away(self) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(files.Folder, "probe", away)
    [one] = doctor._store()
    assert (one.level, "Read-only" in one.text) == (FAIL, True)


def sign_in(**data: str) -> None:
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    store.update(data)
    store.create()


def test_two_machines_with_different_keys_are_noticed(db):
    assert list(doctor._secret_key()) == []
    sign_in(who="anna")
    assert [one.level for one in doctor._secret_key()] == [OK]
    with override_settings(SECRET_KEY="of-another-machine-" + "x" * 32):
        sign_in(who="oleg")
        sign_in(who="vera")
        [there] = doctor._secret_key()
    [here] = doctor._secret_key()
    assert (here.level, "2 of the newest 3 sessions" in here.text) == (WARN, True), here.text
    assert (there.level, "1 of the newest 3 sessions" in there.text) == (WARN, True), there.text
    Session.objects.update(expire_date=timezone.now())
    assert list(doctor._secret_key()) == []
