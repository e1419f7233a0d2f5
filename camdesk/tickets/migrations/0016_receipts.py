"""The keys of whatever came in are receipts, as the trade says."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0015_deliveries_apart")]

    operations = [
        migrations.RenameModel("WayIn", "Receipt"),
        migrations.AlterField(
            "Receipt",
            "ticket",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="receipts", to="tickets.ticket"
            ),
        ),
        migrations.RemoveConstraint("Receipt", "way_in_once"),
        migrations.AddConstraint(
            "Receipt", models.UniqueConstraint(fields=["scope", "key"], name="receipt_once")
        ),
    ]
