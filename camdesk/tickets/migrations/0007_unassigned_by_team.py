from django.db import migrations
from django.db.models import Count


def count(apps, schema_editor):
    """Requests without an agent are counted by team, too: outsiders of a closed team see the number without them."""
    Ticket = apps.get_model("tickets", "Ticket")
    Counter = apps.get_model("tickets", "Counter")
    waiting = Ticket.objects.exclude(turn="nobody").filter(assignee=None, team__isnull=False)
    rows = waiting.order_by().values_list("team_id", "turn").annotate(Count("pk"))
    Counter.objects.bulk_create(
        [Counter(name=f"unassigned:{team}:{turn}", value=number) for team, turn, number in rows]
    )


def forget(apps, schema_editor):
    apps.get_model("tickets", "Counter").objects.filter(name__regex=r"^unassigned:[0-9]+:").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0006_ratings"),
    ]

    operations = [
        migrations.RunPython(count, forget),
    ]
