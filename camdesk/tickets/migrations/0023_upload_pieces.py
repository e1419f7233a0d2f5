"""The pieces of a large file are files of the store with rows, so that any process or machine takes the next one. What was
under way in a process's own folder begins anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0022_unproven_files")]

    operations = [
        migrations.CreateModel(
            "UploadPiece",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.BigIntegerField()),
                ("size", models.BigIntegerField(null=True)),
                ("storage_key", models.CharField(max_length=120)),
                ("file", models.ForeignKey("tickets.Attachment", models.CASCADE, related_name="pieces")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["file", "at"],
                        condition=models.Q(size__isnull=False),
                        name="one_piece_from_each_byte",
                    )
                ]
            },
        )
    ]
