from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def free_doubles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Whoever had an extension first keeps it; the others name theirs anew."""
    agents = apps.get_model("people", "Agent").objects.filter(active=True).exclude(phone_extension="")
    seen: set[str] = set()
    for agent in agents.order_by("pk"):
        if agent.phone_extension in seen:
            agent.phone_extension = ""
            agent.save(update_fields=["phone_extension"])
        seen.add(agent.phone_extension)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.RunPython(free_doubles, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("active", True), models.Q(("phone_extension", ""), _negated=True)),
                fields=("phone_extension",),
                name="one_agent_per_extension",
            ),
        ),
    ]
