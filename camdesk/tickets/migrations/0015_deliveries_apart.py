"""A delivery keeps what every channel has: the columns of letters are in tickets_outgoingletter by now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0014_outgoing_letters")]

    operations = [
        migrations.RemoveField("Delivery", field)
        for field in (
            "language",
            "letter_id",
            "subject",
            "text",
            "html",
            "mailbox",
            "originator",
            "only_if_unread",
            "merged_into",
        )
    ] + [migrations.AlterField("Delivery", "to", models.CharField(max_length=254))]
