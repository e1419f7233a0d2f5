"""What the models say of indexes is so in the migrated database (lib/own_indexes.py)."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db


def _keys() -> list[tuple[type[models.Model], str]]:
    return [
        (model, field.column)
        for app in apps.get_app_configs()
        if app.name.startswith("camdesk.")
        for model in app.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and not field.db_index
    ]


def _own_indexes(model: type[models.Model], column: str) -> list[str]:
    named = {one.name for one in (*model._meta.indexes, *model._meta.constraints)}
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    return [
        name
        for name, what in found.items()
        if what["index"] and not what["unique"] and what["columns"] == [column] and name not in named
    ]


def test_a_key_without_an_index_of_its_own_has_none_in_the_database():
    keys = _keys()
    assert len(keys) > 15
    assert [(model.__name__, name) for model, column in keys for name in _own_indexes(model, column)] == []


@pytest.mark.django_db(transaction=True)
def test_the_way_back_gives_the_index_again():
    [key] = [(model, column) for model, column in _keys() if model.__name__ == "Alarm"]
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        MigrationExecutor(connection).migrate([("bot", "0004_session_asked")])
        assert len(_own_indexes(*key)) == 1
    finally:
        MigrationExecutor(connection).migrate(leaves)
    assert _own_indexes(*key) == []
