"""Promises that every model keeps."""

import re
from pathlib import Path

from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

CAMDESK = Path(__file__).parents[2] / "camdesk"
FLOORS = ["lib", "nodes", "ui", "people", "cameras", "playbook", "tickets", "outages", "bot", "channels", "privacy"]


def _models() -> list[type[models.Model]]:
    return [model for app in apps.get_app_configs() if app.name.startswith("camdesk.") for model in app.get_models()]


def test_every_model_says_what_it_is_in_the_world():
    assert [
        model.__name__ for model in _models() if not model.__doc__ or model.__doc__.startswith(model.__name__)
    ] == []


def test_the_migrations_of_each_app_end_in_one():
    """Two branches that each add one land as two leaves, and then nobody can migrate."""
    assert MigrationLoader(None).detect_conflicts() == {}


def test_no_model_has_a_default_order():
    assert [model.__name__ for model in _models() if model._meta.ordering] == []


def test_foreign_keys_never_point_upwards():
    """An import check cannot see a string ForeignKey."""
    upwards = []
    for model in _models():
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete) or field.related_model is None:
                continue
            target = field.related_model._meta.app_label
            here = model._meta.app_label
            if target in FLOORS and here in FLOORS and FLOORS.index(target) > FLOORS.index(here):
                upwards.append(f"{model.__name__}.{field.name}")
    assert upwards == []


def test_no_module_is_a_bag():
    bags = re.compile(r"^(utils?|helpers?|common|services?|managers?|misc)(\.py)?$")
    assert [str(path) for path in CAMDESK.rglob("*") if bags.match(path.name)] == []


def test_no_signals_no_raw_sql_no_eval():
    # A field's own `def pre_save` is no signal.
    forbidden = re.compile(
        r"post_save|(?<!def )pre_save|RawSQL|objects\.raw\(|objects\.extra\(|\beval\(|execute\(f\"|execute\(f'"
    )
    found = [
        f"{path.relative_to(CAMDESK)}:{number}"
        for path in CAMDESK.rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if forbidden.search(line) and "literal_eval" not in line and "LISTEN" not in line
    ]
    assert found == []


def test_no_column_is_indexed_twice():
    """A foreign key, or an index, that another index or a unique constraint begins with is written for nothing."""
    assert [f"{model.__name__}: {name}" for model in _models() for name in _indexed_twice(model)] == []


def _indexed_twice(model: type[models.Model]) -> list[str]:
    own = {(field.name, (field.name,)) for field in model._meta.local_fields if field.db_index and not field.unique}
    own |= {(one.name, tuple(one.fields)) for one in model._meta.indexes if one.condition is None}
    unique = {(field.name, (field.name,)) for field in model._meta.local_fields if field.unique}
    unique |= {(one.name, tuple(one.fields)) for one in model._meta.total_unique_constraints}
    return sorted(
        name
        for name, columns in own
        for other, others in own | unique
        if columns and (name, columns) != (other, others) and _begins(others, columns)
    )


def _begins(columns: tuple[str, ...], these: tuple[str, ...]) -> bool:
    """Names as Meta.indexes has them: "-opened_at" is read from the other end. One alone serves either way."""
    if len(these) == 1:
        return bool(columns) and columns[0].lstrip("-") == these[0].lstrip("-")
    return columns[: len(these)] == these
