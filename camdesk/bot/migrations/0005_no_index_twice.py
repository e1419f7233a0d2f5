"""A foreign key that a constraint or a composite index begins with has no index of its own."""

from django.db import migrations, models
from django.db.models import deletion

from camdesk.lib.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [("bot", "0004_session_asked")]

    operations = [
        without_own_index(
            "alarm",
            "session",
            models.ForeignKey("bot.session", deletion.CASCADE, related_name="alarms", db_index=False),
        ),
    ]
