"""What every test stands on: a fixed moment, no network but this machine's, SQLite or PostgreSQL by the environment.

CAMDESK_DATABASE_URL=postgresql://… runs the same tests on PostgreSQL (bin/test does both).
"""

import ipaddress
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import hypothesis
import pytest
from django.conf import settings
from django.core.management.commands import flush

from camdesk.lib.log_lines import Lines
from camdesk.outages import open_outages
from camdesk.people import limits
from camdesk.playbook import current
from tests import limit, migrated, snapshot, trained, whole
from tests.world import client_of, playbook, world  # noqa: F401

# By hand every run tries new examples; where a run decides what lands it tries the same ones, so that it decides by the
# change and not by chance.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)  # a Tuesday, 12:30 in Moscow: working hours


@pytest.fixture
def now() -> datetime:
    """The moment the tests happen at; deeds take it as `now=`."""
    return NOW


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings) -> bool:  # type: ignore[no-untyped-def]
    """A database that was migrated before is taken as it is."""
    return migrated.place_copy()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_keepdb, django_db_blocker):  # type: ignore[no-untyped-def]
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            migrated.keep_copy()
    return django_db_setup


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    """After each test that commits, the tables are emptied, and what Django keeps of its models in two of them is
    worked out anew. It is what it was: its rows are put in."""
    real = flush.emit_post_migrate_signal

    def again(*words: object, **more: object) -> None:
        snapshot.once("what Django keeps of its models", lambda: real(*words, **more))

    flush.emit_post_migrate_signal = again
    yield
    flush.emit_post_migrate_signal = real


@pytest.fixture(autouse=True)
def _no_playbook_remembered() -> None:
    """Version 1 of another test is not version 1 of this one, its outages are over, and nobody has tried anything."""
    current.forget()
    open_outages.forget()
    limits.forget()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that would reach another machine fails with its address instead."""
    real = socket.socket.connect
    real_ex = socket.socket.connect_ex

    def checked(address: object) -> None:
        if isinstance(address, tuple) and not _is_here(str(address[0])):
            pytest.fail(f"a test tried to reach {address[0]}", pytrace=True)

    def connect(self: socket.socket, address):  # type: ignore[no-untyped-def]
        checked(address)
        return real(self, address)

    def connect_ex(self: socket.socket, address):  # type: ignore[no-untyped-def]
        checked(address)
        return real_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_ex)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")


@pytest.fixture
def log_as_written(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """`text` of it is what an operator reads."""
    caplog.handler.setFormatter(Lines())
    return caplog


@pytest.fixture
def data_folder(tmp_path, settings):  # type: ignore[no-untyped-def]
    """A data folder for one test, with the places that a start makes."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    (tmp_path / "incoming").mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "incoming")
    return tmp_path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with limit.limited(limit.seconds_for(item)):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with limit.limited(limit.seconds_for(item)):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Tests that are marked so prove a deed whole while they call it (tests/whole.py)."""
    with whole.proven([mark for mark in pyfuncitem.iter_markers() if mark.name in ("whole", "tells")]):
        return (yield)


def pytest_sessionstart() -> None:
    """Catalogues are compiled before the first test: gettext keeps for good what it found when it was first asked."""
    from camdesk.config.translations import compile_all

    compile_all()
    trained.share()


_DATABASE = frozenset({"db", "transactional_db", "django_db_blocker", "django_db_setup"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that only mean something on the other database are left out: not collected, so never "skipped". On
    PostgreSQL so are those that ask no database, and those of looks: the run on SQLite has them."""
    postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    stays: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        stays[_is_for_postgres(item) if postgres else not item.get_closest_marker("needs_postgres")].append(item)
    if stays[False]:
        config.hook.pytest_deselected(items=stays[False])
    items[:] = sorted(stays[True], key=lambda item: item.get_closest_marker("long") is None)


def _is_for_postgres(item: pytest.Item) -> bool:
    if item.get_closest_marker("needs_postgres"):
        return True
    asks = item.get_closest_marker("django_db") or _DATABASE & set(getattr(item, "fixturenames", ()))
    return bool(asks) and not any(item.get_closest_marker(name) for name in ("needs_sqlite", "looks"))
