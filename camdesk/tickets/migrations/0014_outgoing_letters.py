"""What only a letter has moves into a row of its own, beside its delivery: here it is copied, the next migration
takes the old columns away. One statement, whatever state they are in: 1,000,000 letters take a minute or so."""

import django.db.models.deletion
from django.db import migrations, models

COPY = (
    "INSERT INTO tickets_outgoingletter (delivery_id, language, letter_id, subject, text, html, only_if_unread,"
    " merged_into_id, mailbox, originator, charged_at)"
    " SELECT id, language, letter_id, subject, text, html, only_if_unread, merged_into_id, mailbox, originator,"
    " created_at FROM tickets_delivery"
)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0013_deliveries_leased")]

    operations = [
        migrations.RemoveIndex("Delivery", "letters_to_one"),
        migrations.RemoveIndex("Delivery", "letters_by_one"),
        migrations.CreateModel(
            name="OutgoingLetter",
            fields=[
                (
                    "delivery",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="letter",
                        serialize=False,
                        to="tickets.delivery",
                    ),
                ),
                ("language", models.CharField(default="ru", max_length=2)),
                ("letter_id", models.CharField(max_length=200, unique=True)),
                ("subject", models.CharField(blank=True, max_length=300)),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                ("only_if_unread", models.BooleanField(db_default=False, default=False)),
                ("mailbox", models.CharField(blank=True, db_default="", default="", max_length=254)),
                ("originator", models.CharField(blank=True, db_default="", default="", max_length=80)),
                ("charged_at", models.DateTimeField()),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="tickets.outgoingletter",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.AddIndex(
            "OutgoingLetter",
            models.Index(
                condition=models.Q(("mailbox__gt", "")), fields=["mailbox", "charged_at"], name="letters_to_one"
            ),
        ),
        migrations.AddIndex(
            "OutgoingLetter",
            models.Index(
                condition=models.Q(("mailbox__gt", "")), fields=["originator", "charged_at"], name="letters_by_one"
            ),
        ),
    ]
