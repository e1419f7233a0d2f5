"""What an insert writes: no foreign key of the conversation has an index beside one that begins with it."""

from django.apps import apps
from django.db import connection


def test_no_key_is_indexed_twice(db):
    """Looked up in the database itself, for migrations may leave there what models do not name. Seen failing with the
    migration left out: a new ticket wrote nine indexes more."""
    twice = []
    for model in apps.get_app_config("tickets").get_models():
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
        ours = {name: what for name, what in found.items() if what["index"] or what["unique"] or what["primary_key"]}
        whole = {name: what["columns"] for name, what in ours.items() if _covers_all(model, name)}
        for name, what in ours.items():
            longer = [columns for columns in whole.values() if columns[: len(what["columns"])] == what["columns"]]
            if not what["unique"] and not what["primary_key"] and _covers_all(model, name) and len(longer) > 1:
                twice.append((model.__name__, what["columns"]))
    assert twice == []


def _covers_all(model, name):
    """Not those of some rows only: what is not in them is not found by them. Nor PostgreSQL's for LIKE."""
    partial = {one.name for one in [*model._meta.indexes, *model._meta.constraints] if getattr(one, "condition", None)}
    return name not in partial and not name.endswith("_like")
