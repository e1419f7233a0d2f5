"""A foreign key that a composite index or a constraint begins with has no index of its own: a new ticket wrote them for
nothing."""

from typing import Any

from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models import deletion

from camdesk.lib.own_indexes import without_own_index


def _unindexed(model: str, field: str, to: str, on_delete: Any, related: str, *, null: bool = False) -> Operation:
    key: Any = models.ForeignKey(to, on_delete, null=null, blank=null, related_name=related, db_index=False)
    return without_own_index(model, field, key)


class Migration(migrations.Migration):
    dependencies = [("people", "0011_invitation_of_a_person"), ("tickets", "0018_remote_id")]

    operations = [
        _unindexed("attachment", "uploaded_by", "people.person", deletion.SET_NULL, "+", null=True),
        _unindexed("draft", "person", "people.person", deletion.CASCADE, "drafts"),
        _unindexed("event", "ticket", "tickets.ticket", deletion.PROTECT, "events"),
        _unindexed("message", "ticket", "tickets.ticket", deletion.PROTECT, "messages"),
        _unindexed("ticket", "assignee", "people.agent", deletion.SET_NULL, "tickets", null=True),
        _unindexed("ticket", "organisation", "people.organisation", deletion.SET_NULL, "tickets", null=True),
        _unindexed("ticket", "person", "people.person", deletion.PROTECT, "tickets"),
        _unindexed("ticket", "team", "people.team", deletion.SET_NULL, "tickets", null=True),
        _unindexed("ticketcamera", "ticket", "tickets.ticket", deletion.CASCADE, "ticket_cameras"),
    ]
