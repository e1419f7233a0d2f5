"""Whether the database has the shape this version knows."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from camdesk.lib import schema

pytestmark = pytest.mark.django_db


@pytest.fixture
def applied():
    return MigrationRecorder(connection).migration_qs


def test_it_fits_after_migrations(applied):
    assert schema.fit() == schema.Fit()
    schema.refuse_waiting()


def test_a_migration_that_was_not_had_waits(applied):
    newest = applied.filter(app="people").order_by("-name")[0]
    newest.delete()
    assert schema.fit().waiting == (f"people.{newest.name}",)
    with pytest.raises(SystemExit, match=rf"1 migrations wait .people.{newest.name}.: run camdesk prepare first"):
        schema.refuse_waiting()
    schema.refuse_newer()


def test_a_newer_camdesk_has_been_here(applied):
    applied.create(app="people", name="9001_from_the_future")
    applied.create(app="tickets", name="9002_from_the_future")
    assert schema.fit().newer == ("people.9001_from_the_future", "tickets.9002_from_the_future")
    with pytest.raises(SystemExit, match=r"people.9001_from_the_future and 1 more.: start that version"):
        schema.refuse_newer()


def test_tables_of_others_are_nobodys_business(applied):
    applied.create(app="grafana", name="0001_initial")
    assert schema.fit() == schema.Fit()
