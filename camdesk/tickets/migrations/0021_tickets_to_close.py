"""What is settled and not closed for good is found by itself: the worker read all settled tickets for it each hour."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0020_request_ids")]

    operations = [
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["resolved_at"],
                condition=models.Q(closed_at__isnull=True, resolved_at__isnull=False),
                name="tickets_to_close",
            ),
        )
    ]
