"""Letters that came, and call-backs, wait as everything waits (camdesk/lib/leases.py); a letter that waits for the
scanner has a row of its own. A call-back's count of our calls is called what it counts."""

from datetime import timedelta

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone


def keep_what_waits(apps, schema_editor):
    letters, scans = apps.get_model("channels", "RawLetter"), apps.get_model("channels", "LetterScan")
    letters.objects.filter(state="waiting", attempts__gt=0).update(last_error=F("note"))
    tried = letters.objects.filter(Q(scan_tries__gt=0) | Q(scan_after__isnull=False), scan="waiting")
    now = timezone.now()
    for pk, tries, after in tried.values_list("pk", "scan_tries", "scan_after").iterator(500):
        scans.objects.create(letter_id=pk, attempts=tries, next_try_at=after or now)
    apps.get_model("channels", "CallBack").objects.update(next_try_at=F("wanted_from") - timedelta(minutes=5))


class Migration(migrations.Migration):
    dependencies = [("channels", "0006_letters_scanned")]

    operations = [
        migrations.CreateModel(
            name="LetterScan",
            fields=[
                ("next_try_at", models.DateTimeField()),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("last_error", models.CharField(blank=True, db_default="", default="", max_length=500)),
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="scan_wait",
                        serialize=False,
                        to="channels.rawletter",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AlterField(
            "RawLetter", "attempts", models.PositiveSmallIntegerField(db_default=0, default=0)
        ),
        migrations.AddField(
            "RawLetter", "last_error", models.CharField(blank=True, db_default="", default="", max_length=500)
        ),
        migrations.RenameField("CallBack", "attempts", "unanswered"),
        migrations.AddField(
            "CallBack", "next_try_at", models.DateTimeField(default=timezone.now), preserve_default=False
        ),
        migrations.AddField("CallBack", "leased_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("CallBack", "attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddField(
            "CallBack", "last_error", models.CharField(blank=True, db_default="", default="", max_length=500)
        ),
        migrations.RunPython(keep_what_waits, migrations.RunPython.noop),
        migrations.RemoveField("RawLetter", "scan_after"),
        migrations.RemoveField("RawLetter", "scan_tries"),
    ]
