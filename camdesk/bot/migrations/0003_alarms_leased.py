"""An alarm is due when its next try is: the column has one name wherever something waits (camdesk/lib/leases.py)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bot", "0002_subscriptions_are_of_outages")]

    operations = [
        migrations.RemoveIndex("Alarm", "alarms_due"),
        migrations.RenameField("Alarm", "due_at", "next_try_at"),
        migrations.AddField("Alarm", "leased_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("Alarm", "attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddField(
            "Alarm", "last_error", models.CharField(blank=True, db_default="", default="", max_length=500)
        ),
        migrations.AddIndex("Alarm", models.Index(fields=["next_try_at"], name="alarms_due")),
    ]
