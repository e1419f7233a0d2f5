"""What waits in a table is leased in one way, by camdesk/lib/leases.py: no model brings a lease of its own, and nobody
else writes the columns of one. A new row may say when it is due; everything else is a function of that module."""

import ast
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from camdesk.lib import leases
from camdesk.lib.leases import Leased
from tests.house.sources import sources

WRITER = "lib/leases.py"
COLUMNS = frozenset(leases._COLUMNS)
NEW = frozenset({"next_try_at"})  # what a new row says
CHANGES = frozenset(["update", "bulk_update", "update_or_create", "setattr"])
LIKE_A_LEASE = ("leas", "claim", "tries", "attempt", "next_try", "retry")
# file → why it is no writer of a lease.
BUILDERS = {
    "camdesk_demo/world.py": "letters of a world that never was, as the worker would have left them",
    "privacy/classification.py": "of somebody erased nothing stays of what a mail server said of their address",
}


def found_in(source: str) -> Iterator[str]:
    """What in this module writes the columns of a lease, in short."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()) if name in COLUMNS:
                yield f".{name} ="
            case ast.Call(func=ast.Attribute(attr=called) | ast.Name(id=called)):
                given = {keyword.arg for keyword in node.keywords if keyword.arg}
                words = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
                if called in CHANGES:
                    yield from (f"{called}({name})" for name in sorted(COLUMNS & (given | words)))
            case ast.Dict(keys=keys):
                named = {key.value for key in keys if isinstance(key, ast.Constant)}
                yield from (f"{{{name}}}" for name in sorted((COLUMNS - NEW) & named))


@pytest.mark.parametrize(
    "source, found",
    [
        ("row.leased_until = None", ".leased_until ="),
        ("row.attempts += 1", ".attempts ="),
        ("rows.update(next_try_at=now)", "update(next_try_at)"),
        ("Model.objects.filter(pk=1).update(state='x', leased_until=None)", "update(leased_until)"),
        ("rows.update(**{'last_error': why})", "update(last_error)"),
        ("changes = {'leased_until': None}", "{leased_until}"),
        ("Model.objects.bulk_update(rows, ['attempts'])", "bulk_update(attempts)"),
        ("setattr(row, 'attempts', 3)", "setattr(attempts)"),
        ("Model.objects.update_or_create(pk=1, defaults={'next_try_at': now})", "update_or_create(next_try_at)"),
    ],
)
def test_the_look_sees_every_way_of_writing(source, found):
    assert found in list(found_in(source))


@pytest.mark.parametrize(
    "source",
    [
        "Model.objects.create(next_try_at=now)",
        "Model(next_try_at=now)",
        "rows.filter(leased_until=None, attempts=0)",
        "leases.anew(rows, at=now, state='waiting')",
        "if row.attempts < 2: pass",
    ],
)
def test_the_look_lets_reading_and_making_be(source):
    assert list(found_in(source)) == []


def test_a_lease_has_one_writer():
    written = {
        name: found
        for name, path in sources()
        if "migrations" not in path.parts and (found := sorted(set(found_in(path.read_text()))))
    }
    assert WRITER in written
    assert {path: found for path, found in written.items() if path != WRITER and path not in BUILDERS} == {}
    assert set(written) >= set(BUILDERS), "an exception outlives its reason"


def test_no_model_brings_a_lease_of_its_own():
    ours = [model for app in apps.get_app_configs() if app.name.startswith("camdesk.") for model in app.get_models()]
    own = [
        f"{model.__name__}.{field.name}"
        for model in ours
        if not issubclass(model, Leased)
        for field in model._meta.local_fields
        if field.name.startswith(LIKE_A_LEASE) or field.name.endswith(("_tries", "_attempts", "leased_until"))
    ]
    assert own == []
    assert all(isinstance(model.waits, models.Q) for model in ours if issubclass(model, Leased))
