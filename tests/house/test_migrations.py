"""Machines become newer one after the other (docs/upgrading.md): so what a migration makes of the database must do for
the processes of the version before, which write it meanwhile. Seen failing with each kind of UNFIT."""

from collections.abc import Iterator

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

BEFORE = {
    "bot": "0006",
    "cameras": "0007",
    "channels": "0010",
    "nodes": "0001",
    "outages": "0004",
    "people": "0015",
    "playbook": "0003",
    "privacy": "0001",
    "tickets": "0023",
}
"""The last ones of each app from before the rule; whoever comes from there stops all machines."""

ALL_MUST_STOP: dict[str, str] = {}
"""Migrations that break the rule, with the reason; the page of upgrades names each."""


def newer() -> Iterator[migrations.Migration]:
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if migration.__module__.startswith("camdesk.") and name > BEFORE.get(app, "") + "~":
            yield migration


def unfit(operation: Operation) -> str:
    """Why processes of the version before could not go on beside it; "" where they can."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return next(filter(None, map(unfit, operation.database_operations)), "")
    if isinstance(operation, migrations.AddField):
        field = operation.field
        fits = field.null or field.many_to_many or field.has_db_default()
        return "" if fits else f"{operation.name} is not written by them, and has no db_default"
    gone = (migrations.RemoveField, migrations.DeleteModel, migrations.RenameField, migrations.RenameModel)
    return "they still ask for what it takes away" if isinstance(operation, gone) else ""


def test_older_processes_can_go_on_with_a_newer_database() -> None:
    found = {f"{one.app_label}.{one.name}": list(filter(None, map(unfit, one.operations))) for one in newer()}
    assert {name: why for name, why in found.items() if why and name not in ALL_MUST_STOP} == {}


UNFIT = (
    migrations.AddField("ticket", "mood", models.CharField(max_length=9, default="")),
    migrations.RemoveField("ticket", "subject"),
    migrations.RenameField("ticket", "subject", "title"),
    migrations.DeleteModel("ticket"),
    migrations.SeparateDatabaseAndState([migrations.RemoveField("ticket", "subject")]),
)
FIT = (
    migrations.AddField("ticket", "mood", models.CharField(max_length=9, default="", db_default="")),
    migrations.AddField("ticket", "mood", models.CharField(max_length=9, null=True)),
    migrations.CreateModel("Mood", [("id", models.BigAutoField(primary_key=True))]),
    migrations.SeparateDatabaseAndState([], [migrations.RemoveField("ticket", "subject")]),
)


@pytest.mark.parametrize("operation", UNFIT, ids=lambda one: type(one).__name__)
def test_what_they_cannot_go_on_with_is_seen(operation: Operation) -> None:
    assert unfit(operation)


@pytest.mark.parametrize("operation", FIT, ids=lambda one: type(one).__name__)
def test_what_they_can_is_let_be(operation: Operation) -> None:
    assert not unfit(operation)
