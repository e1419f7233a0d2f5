"""A file that waits for the scanner has a row of its own that says when and how often (camdesk/lib/leases.py). The
worker makes it; here only those keep theirs that were tried before."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone


def keep_the_tries(apps, schema_editor):
    attachments, scans = apps.get_model("tickets", "Attachment"), apps.get_model("tickets", "FileScan")
    tried = attachments.objects.filter(Q(scan_tries__gt=0) | Q(scan_after__isnull=False), scan="waiting")
    now = timezone.now()
    for pk, tries, after in tried.values_list("pk", "scan_tries", "scan_after").iterator(500):
        scans.objects.create(file_id=pk, attempts=tries, next_try_at=after or now)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0010_channel_names")]

    operations = [
        migrations.CreateModel(
            name="FileScan",
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
                        related_name="scan_wait",
                        serialize=False,
                        to="tickets.attachment",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(keep_the_tries, migrations.RunPython.noop),
        migrations.RemoveField("Attachment", "scan_after"),
        migrations.RemoveField("Attachment", "scan_tries"),
    ]
