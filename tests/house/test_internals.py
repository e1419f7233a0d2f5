"""What Django and Jinja2 do not promise to keep is touched in camdesk/lib/internals alone, tried with one version."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from camdesk.config import doctor
from camdesk.lib import internals
from camdesk.lib.internals import pipelined_statements
from camdesk.lib.prepared import Prepared
from camdesk.people.models import User
from tests.house.sources import CAMDESK, ROOT

HOME = "lib/internals/"
THEIRS = ("django", "jinja2")
# With an underscore and documented: "Model _meta API", "Managers", "Model._state" of Django; of named tuples.
PUBLIC = frozenset(
    ["_meta", "_default_manager", "_base_manager", "_state", "_db", "_make", "_fields", "_asdict", "_replace"]
)
# Without one, and in no documentation.
INSIDE = frozenset(
    [
        "fields_cache",
        "klass_info",
        "annotation_col_map",
        "get_compiler",
        "get_related_populators",
        "SQLiteCursorWrapper",
    ]
)


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(CAMDESK.rglob("*.py")):
        name = path.relative_to(CAMDESK).as_posix()
        if "migrations" not in path.parts and name != "__main__.py" and not name.startswith(HOME):
            yield name, path


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in PUBLIC


def touched(tree: ast.Module) -> Iterator[str]:
    """Private names of others in a module: imported from them, or asked of what is not its own."""
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    own |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_self(node.value)}
    own |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in THEIRS:
            yield from (alias.name for alias in node.names if private(alias.name) or alias.name in INSIDE)
        elif isinstance(node, ast.Attribute) and not _is_self(node.value) and _is_theirs(node.attr, own):
            yield node.attr


def _is_theirs(name: str, own: set[str]) -> bool:
    return name in INSIDE or (private(name) and name not in own)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def overridden(module: str) -> Iterator[str]:
    """Private names of Django's and Jinja2's classes that a class of this module has, sets or asks for."""
    held = importlib.import_module(module)
    for cls in vars(held).values():
        if not inspect.isclass(cls) or cls.__module__ != module:
            continue
        above = [base for base in cls.__mro__[1:] if base.__module__.partition(".")[0] in THEIRS]
        theirs = {name for base in above for name in vars(base) if private(name)}
        if theirs and not issubclass(cls, dict):
            tree = ast.parse(inspect.getsource(cls))
            said = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            said |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and private(node.attr)}
            yield from sorted(said & theirs)


OTHERS = {  # of packages that are neither; each is tried by tests of its own
    "channels/mail/incoming/smtp_protocol.py": "aiosmtpd",
    "lib/child.py": "os._exit",
    "lib/outbound.py": "httpcore",
    "playbook/cli.py": "argparse",
    "server/addresses.py": "uvicorn",
    "server/protocol.py": "uvicorn",
    "server/serving.py": "os._exit",
    "server/workers.py": "os._exit",
    "ui/icons.py": "lucide",
}


def test_nobody_else_touches_what_is_private() -> None:
    found = [
        f"{name}: {what}"
        for name, path in modules()
        if name not in OTHERS and ("django" in (source := path.read_text()) or "jinja2" in source or "._" in source)
        for what in touched(ast.parse(source))
    ]
    assert found == [], f"through camdesk/{HOME}, please"


def test_nobody_else_overrides_what_is_private() -> None:
    found = []
    for name, path in modules():
        dotted = "camdesk." + name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        if "class " in path.read_text():
            found += [f"{name}: {what}" for what in overridden(dotted)]
    assert found == [], f"through camdesk/{HOME}, please"


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("from django.db.models.query import get_related_populators", ["get_related_populators"]),
        ("from jinja2.runtime import _private", ["_private"]),
        ("row._state.fields_cache", ["fields_cache"]),
        ("post._mutable = False", ["_mutable"]),
        ("row._meta.get_field('x')", []),
        ("def _mine(): ...\nmodule._mine()", []),
    ],
)
def test_what_is_private_is_seen(source: str, seen: list[str]) -> None:
    assert list(touched(ast.parse(source))) == seen


def test_an_override_is_seen() -> None:
    assert "_commit" in list(overridden("camdesk.lib.internals.sqlite_transactions"))


@pytest.mark.parametrize(
    ("package", "tried"), [("django", internals.TRIED_WITH), ("psycopg", pipelined_statements.TRIED_WITH)]
)
def test_it_was_tried_with_the_version_of_the_lock(package: str, tried: str) -> None:
    locked = re.search(rf"^{package}==([\d.]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert locked
    assert locked[1] == tried


def test_with_another_version_queries_are_made_as_django_does_and_it_is_said(world, monkeypatch, caplog) -> None:
    monkeypatch.setattr(internals, "TRIED_WITH", "5.2.0")
    internals.tried.cache_clear()
    try:
        prepared = Prepared(lambda pk: User.objects.filter(pk=pk)[:1], int)
        assert prepared.first(world.anna.user.pk) == world.anna.user
        assert prepared.all(world.anna.user.pk) == [world.anna.user]
        assert prepared._compiled is None
        assert "tried with 5.2.0" in caplog.text
        said = [finding for finding in doctor.findings() if "tried with 5.2.0" in finding.text]
        assert [finding.level for finding in said] == [doctor.WARN]
    finally:
        internals.tried.cache_clear()
