"""A foreign key that a composite index or a constraint begins with has no index of its own: a new ticket wrote them for
nothing. Only indexes go: no table is written anew (as AlterField does it on SQLite), and no lock is held long."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import deletion

_KEYS = (
    ("Attachment", "uploaded_by"),
    ("Draft", "person"),
    ("Event", "ticket"),
    ("Message", "ticket"),
    ("Ticket", "assignee"),
    ("Ticket", "organisation"),
    ("Ticket", "person"),
    ("Ticket", "team"),
    ("TicketCamera", "ticket"),
)


def _drop(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    for name, field in _KEYS:
        model = apps.get_model("tickets", name)
        column = model._meta.get_field(field).column
        with schema.connection.cursor() as cursor:
            found = schema.connection.introspection.get_constraints(cursor, model._meta.db_table)
        for index, what in found.items():
            if what["index"] and not what["unique"] and what["columns"] == [column]:
                schema.remove_index(model, models.Index(fields=[field], name=index))


def _restore(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    for name, field in _KEYS:
        index = models.Index(fields=[field], name=f"{name}_{field}_own".lower())
        schema.add_index(apps.get_model("tickets", name), index)


def _unindexed(model: str, field: str, to: str, on_delete: Any, related: str, *, null: bool = False) -> Any:
    key: Any = models.ForeignKey(to, on_delete, null=null, blank=null, related_name=related, db_index=False)
    return migrations.AlterField(model, field, key)


class Migration(migrations.Migration):
    dependencies = [("people", "0011_invitation_of_a_person"), ("tickets", "0018_remote_id")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(_drop, _restore)],
            state_operations=[
                _unindexed("attachment", "uploaded_by", "people.person", deletion.SET_NULL, "+", null=True),
                _unindexed("draft", "person", "people.person", deletion.CASCADE, "drafts"),
                _unindexed("event", "ticket", "tickets.ticket", deletion.PROTECT, "events"),
                _unindexed("message", "ticket", "tickets.ticket", deletion.PROTECT, "messages"),
                _unindexed("ticket", "assignee", "people.agent", deletion.SET_NULL, "tickets", null=True),
                _unindexed("ticket", "organisation", "people.organisation", deletion.SET_NULL, "tickets", null=True),
                _unindexed("ticket", "person", "people.person", deletion.PROTECT, "tickets"),
                _unindexed("ticket", "team", "people.team", deletion.SET_NULL, "tickets", null=True),
                _unindexed("ticketcamera", "ticket", "tickets.ticket", deletion.CASCADE, "ticket_cameras"),
            ],
        )
    ]
