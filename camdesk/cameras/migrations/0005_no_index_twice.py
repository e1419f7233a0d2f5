"""A foreign key that a constraint or a composite index begins with has no index of its own."""

from django.db import migrations, models
from django.db.models import deletion

from camdesk.lib.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [("cameras", "0004_site_time_zone"), ("people", "0012_no_index_twice")]

    operations = [
        without_own_index(
            "camera",
            "organisation",
            models.ForeignKey(
                "people.organisation", deletion.CASCADE, null=True, blank=True, related_name="cameras", db_index=False
            ),
        ),
        without_own_index(
            "cameragrant",
            "person",
            models.ForeignKey("people.person", deletion.CASCADE, related_name="camera_grants", db_index=False),
        ),
        without_own_index(
            "statusspan",
            "camera",
            models.ForeignKey("cameras.camera", deletion.CASCADE, related_name="status_spans", db_index=False),
        ),
    ]
