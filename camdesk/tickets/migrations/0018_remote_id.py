"""A receipt is of what came in; what the other side calls a delivery is its id there."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0017_previews_leased")]

    operations = [migrations.RenameField("Delivery", "receipt", "remote_id")]
