"""A picture whose previews are wanted has a row of its own that says when and how often (camdesk/lib/leases.py). The
worker makes it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0016_receipts")]

    operations = [
        migrations.CreateModel(
            name="PreviewJob",
            fields=[
                ("next_try_at", models.DateTimeField()),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("last_error", models.CharField(blank=True, db_default="", default="", max_length=500)),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="preview_job",
                        serialize=False,
                        to="tickets.attachment",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
    ]
