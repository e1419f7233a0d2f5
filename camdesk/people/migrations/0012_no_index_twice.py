"""A foreign key that a constraint or a composite index begins with has no index of its own."""

from django.db import migrations, models
from django.db.models import deletion

from camdesk.lib.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [("people", "0011_invitation_of_a_person")]

    operations = [
        without_own_index(
            "identity",
            "person",
            models.ForeignKey("people.person", deletion.CASCADE, related_name="identities", db_index=False),
        ),
        without_own_index(
            "membership",
            "person",
            models.ForeignKey("people.person", deletion.CASCADE, related_name="memberships", db_index=False),
        ),
    ]
