"""A database from before identities: every contact stays whose it was, and as proven as it was."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from camdesk.people.models import Identity

BEFORE = [("people", "0009_channel_names")]


@pytest.fixture
def older(transactional_db):
    """The models as they were; afterwards the database is the present one again, whatever happened."""
    yield MigrationExecutor(connection).migrate(BEFORE).apps
    migrate()


def migrate() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_every_contact_is_kept(older, now):
    persons, points = older.get_model("people", "Person"), older.get_model("people", "ContactPoint")
    anna = persons.objects.create(name="Анна", email="Anna@Example.org", phone="+79350000001", created_at=now)
    oleg = persons.objects.create(name="Олег", email="oleg@example.org", created_at=now)
    nobody = persons.objects.create(name="Никто", created_at=now)
    points.objects.create(person=anna, kind="email", value="anna@example.org", verified_at=now)
    points.objects.create(person=anna, kind="email", value="anna.work@example.org")
    points.objects.create(person=oleg, kind="email", value="anna@example.org")  # merely says so
    before = set(points.objects.values_list("pk", "person", "kind", "value", "verified_at"))
    migrate()
    rows = set(Identity.objects.values_list("pk", "person", "kind", "value", "proven_at"))
    assert before <= rows, "each row is there, under its number"
    assert {row[1:] for row in rows - before} == {
        (anna.pk, "phone", "+79350000001", None),
        (oleg.pk, "email", "oleg@example.org", None),
    }, "what was only said of oneself is an identity too, and proves nothing"
    assert not Identity.objects.filter(person=nobody.pk).exists()
    assert not Identity.objects.filter(preferred=True).exists()
