"""Contact points become identities: of any kind, several of one kind, one preferred. Every row stays.

What persons only said of themselves (their e-mail address and number) stood in columns of theirs; from now on it is an
identity too, so that whose an address is is asked in one place.
"""

from django.db import migrations, models
from django.db.models import Q

_AT_ONCE = 2_000


def said_of_themselves(apps, schema_editor):
    Person, Identity = apps.get_model("people", "Person"), apps.get_model("people", "Identity")
    persons = Person.objects.exclude(email="", phone="").order_by("pk").values_list("pk", "email", "phone")
    last = 0
    while batch := list(persons.filter(pk__gt=last)[:_AT_ONCE]):
        last = batch[-1][0]
        rows = [
            Identity(person_id=pk, kind=kind, value=value)
            for pk, email, phone in batch
            for kind, value in (("email", email.strip().lower()), ("phone", phone.strip()))
            if value
        ]
        Identity.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("people", "0009_channel_names")]

    operations = [
        migrations.RemoveConstraint("contactpoint", "contact_point_once_per_person"),
        migrations.RemoveConstraint("contactpoint", "verified_contact_point_is_one_persons"),
        migrations.RemoveIndex("contactpoint", "contact_point_by_value"),
        migrations.RenameModel("ContactPoint", "Identity"),
        migrations.RenameField("identity", "verified_at", "proven_at"),
        migrations.AlterField("identity", "kind", models.CharField(max_length=20)),
        migrations.AlterField(
            "identity",
            "person",
            models.ForeignKey(on_delete=models.deletion.CASCADE, related_name="identities", to="people.person"),
        ),
        migrations.AddField("identity", "preferred", models.BooleanField(db_default=False, default=False)),
        migrations.AddConstraint(
            "identity", models.UniqueConstraint(fields=("person", "kind", "value"), name="identity_once_per_person")
        ),
        migrations.AddConstraint(
            "identity",
            models.UniqueConstraint(
                condition=Q(proven_at__isnull=False), fields=("kind", "value"), name="proven_identity_is_one_persons"
            ),
        ),
        migrations.AddConstraint(
            "identity",
            models.UniqueConstraint(
                condition=Q(preferred=True), fields=("person", "kind"), name="one_preferred_identity_of_a_kind"
            ),
        ),
        migrations.AddConstraint(
            "identity",
            models.CheckConstraint(condition=~Q(kind="") & ~Q(value=""), name="identity_has_a_kind_and_a_value"),
        ),
        migrations.AddIndex("identity", models.Index(fields=["kind", "value"], name="identity_by_value")),
        migrations.RunPython(said_of_themselves, migrations.RunPython.noop),
    ]
