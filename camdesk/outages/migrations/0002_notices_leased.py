"""A notice under way is carried on under a lease (camdesk/lib/leases.py)."""

from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone


def due_since_it_was_said(apps, schema_editor):
    apps.get_model("outages", "Notice").objects.update(next_try_at=F("at"))


class Migration(migrations.Migration):
    dependencies = [("outages", "0001_outages")]

    operations = [
        migrations.AddField(
            "Notice", "next_try_at", models.DateTimeField(default=timezone.now), preserve_default=False
        ),
        migrations.AddField("Notice", "leased_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("Notice", "attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddField(
            "Notice", "last_error", models.CharField(blank=True, db_default="", default="", max_length=500)
        ),
        migrations.RunPython(due_since_it_was_said, migrations.RunPython.noop),
        migrations.RemoveIndex("Notice", "notices_under_way"),
        migrations.AddIndex(
            "Notice",
            models.Index(fields=["next_try_at"], condition=Q(done_at__isnull=True), name="notices_under_way"),
        ),
    ]
