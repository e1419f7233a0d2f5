"""A foreign key without an index of its own, where a composite index or a constraint begins with its column: every new
row wrote it for nothing. For migrations."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import StateApps


def without_own_index(model: str, field: str, key: models.ForeignKey[Any, Any]) -> Operation:
    """AlterField to `key`, which says `db_index=False`. Only indexes go: no table is written anew, as AlterField does
    it on SQLite, and no lock is held long."""
    return _WithoutOwnIndex(model, field, key)


class _WithoutOwnIndex(migrations.AlterField):
    def database_forwards(self, app_label: str, schema: BaseDatabaseSchemaEditor, old: Any, new: Any) -> None:
        model = self._model(app_label, old.apps)
        key = model._meta.get_field(self.name)
        assert isinstance(key, models.ForeignKey)
        with schema.connection.cursor() as cursor:
            found = schema.connection.introspection.get_constraints(cursor, model._meta.db_table)
        for index, what in found.items():
            if what["index"] and not what["unique"] and what["columns"] == [key.column]:
                schema.remove_index(model, models.Index(fields=[self.name], name=index))

    def database_backwards(self, app_label: str, schema: BaseDatabaseSchemaEditor, old: Any, new: Any) -> None:
        index = models.Index(fields=[self.name], name=f"{self.model_name}_{self.name}_own".lower())
        schema.add_index(self._model(app_label, new.apps), index)

    def _model(self, app_label: str, apps: StateApps) -> type[models.Model]:
        return apps.get_model(app_label, self.model_name)
