"""What leaves waits as everything waits (camdesk/lib/leases.py), and says by which channel it leaves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0012_found_by_address")]

    operations = [
        migrations.AddField(
            "Delivery", "channel", models.CharField(db_default="mail", default="mail", max_length=20)
        ),
        migrations.AddField("Delivery", "payload", models.JSONField(default=dict)),
        migrations.AddField(
            "Delivery", "dedupe_key", models.CharField(blank=True, max_length=120, null=True, unique=True)
        ),
        migrations.AddField(
            "Delivery", "receipt", models.CharField(blank=True, db_default="", default="", max_length=200)
        ),
        migrations.AlterField("Delivery", "attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AlterField(
            "Delivery", "last_error", models.CharField(blank=True, db_default="", default="", max_length=500)
        ),
    ]
