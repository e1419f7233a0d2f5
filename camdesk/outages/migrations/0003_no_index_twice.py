"""A foreign key that a constraint or a composite index begins with has no index of its own."""

from django.db import migrations, models
from django.db.models import deletion

from camdesk.lib.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [("outages", "0002_notices_leased")]

    operations = [
        without_own_index(
            "outagecamera",
            "outage",
            models.ForeignKey("outages.outage", deletion.CASCADE, related_name="members", db_index=False),
        ),
        without_own_index(
            "outageticket",
            "outage",
            models.ForeignKey("outages.outage", deletion.CASCADE, related_name="links", db_index=False),
        ),
        without_own_index(
            "recipient",
            "notice",
            models.ForeignKey("outages.notice", deletion.CASCADE, related_name="recipients", db_index=False),
        ),
        without_own_index(
            "subscription",
            "outage",
            models.ForeignKey("outages.outage", deletion.CASCADE, related_name="subscriptions", db_index=False),
        ),
    ]
