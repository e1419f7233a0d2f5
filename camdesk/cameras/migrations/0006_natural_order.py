"""Sites and cameras get the keys they are sorted by; cameras of a site are found by the index that sorts them."""

from django.db import migrations, models
from django.db.models import deletion

import camdesk.lib.natural_order
from camdesk.lib.natural_order import natural_key
from camdesk.lib.own_indexes import without_own_index


AT_ONCE = 500


def write_keys(apps, schema):
    for model, of in (("Site", "address"), ("Camera", "name")):
        rows, last = apps.get_model("cameras", model).objects, 0
        while chunk := list(rows.filter(pk__gt=last).only("pk", of).order_by("pk")[:AT_ONCE]):
            for row in chunk:
                setattr(row, f"{of}_order", natural_key(getattr(row, of)))
            rows.bulk_update(chunk, [f"{of}_order"], batch_size=200)
            last = chunk[-1].pk


class Migration(migrations.Migration):
    dependencies = [("cameras", "0005_no_index_twice")]

    operations = [
        migrations.AddField(
            "site",
            "address_order",
            camdesk.lib.natural_order.NaturalOrder(default=b"", of="address"),
        ),
        migrations.AddField(
            "camera",
            "name_order",
            camdesk.lib.natural_order.NaturalOrder(default=b"", of="name"),
        ),
        migrations.RunPython(write_keys, migrations.RunPython.noop),
        migrations.AddIndex("site", models.Index(fields=["address_order"], name="sites_in_order")),
        migrations.AddIndex("camera", models.Index(fields=["site", "name_order"], name="cameras_in_order")),
        without_own_index(
            "camera",
            "site",
            models.ForeignKey("cameras.site", deletion.PROTECT, related_name="cameras", db_index=False),
        ),
    ]
