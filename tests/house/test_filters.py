"""Every regular expression of the product is run by the table of filters over hostile texts, or is excused by name."""

import ast
import importlib
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.filters.shapes import made
from tests.filters.table import FILTERS, NEVER_A_STRANGERS

ROOT = Path(__file__).parents[2]
USES = frozenset(("search", "match", "fullmatch", "split", "sub", "subn", "findall", "finditer"))
CALLS = frozenset(f"re.{name}" for name in (*USES, "compile"))


def _modules() -> Iterator[tuple[str, ast.Module]]:
    """(dotted path, syntax tree) of the product's modules that use re; of migrations none."""
    for path in sorted((ROOT / "camdesk").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if "migrations" not in parts and "re." in (source := path.read_text()):
            yield ".".join(parts).removesuffix(".__init__"), ast.parse(source)


MODULES = dict(_modules())


def _calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) in CALLS]


def _named(tree: ast.Module) -> Iterator[str]:
    """The names of a module that hold a pattern, or several."""
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and _calls(node):
            yield from map(ast.unparse, node.targets if isinstance(node, ast.Assign) else [node.target])


PATTERNS = sorted(f"{module}:{name}" for module, tree in MODULES.items() for name in _named(tree))


def _excused(name: str) -> bool:
    return any(name == excused or name.startswith(f"{excused}:") for excused in NEVER_A_STRANGERS)


class Watched:
    """A pattern that says when it is used."""

    def __init__(self, pattern: re.Pattern[Any], name: str, used: set[str]) -> None:
        self._pattern, self._name, self._used = pattern, name, used

    def __getattr__(self, attribute: str) -> Any:
        if attribute in USES:
            self._used.add(self._name)
        return getattr(self._pattern, attribute)


def test_a_regular_expression_has_a_name_of_its_module() -> None:
    """One that is compiled on the way cannot be watched, so nobody would know whether it is ever tried."""
    nameless = [
        f"{module}:{call.lineno}"
        for module, tree in MODULES.items()
        if not _excused(module)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and not _excused(f"{module}:{node.name}")
        for call in _calls(node)
    ]
    assert not nameless, "\n".join(nameless)


def test_every_regular_expression_is_tried_with_hostile_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new one? Put the function that uses it into tests/filters/table.py, with a shape of text that reaches it."""
    used: set[str] = set()
    _watch(monkeypatch, used)
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    for one in FILTERS:
        for shape in one.shapes.values():
            one.run(made(shape, 300))
    missed = [name for name in PATTERNS if name not in used and not _excused(name)]
    assert not missed, "\n".join(missed)
    needless = [name for name in NEVER_A_STRANGERS if name in used]
    assert not needless, "\n".join(needless)


def _watch(monkeypatch: pytest.MonkeyPatch, used: set[str]) -> None:
    """Puts a watched pattern in the place of each, also where another module has taken its name over."""
    for name in PATTERNS:
        module, _colon, own = name.partition(":")
        held = getattr(importlib.import_module(module), own)
        watched = _watched(held, name, used)
        for other in MODULES:
            for taken, value in list(vars(importlib.import_module(other)).items()):
                # Equal patterns are one object: of another module only what it has not made itself is meant.
                if value is held and taken == own and (other == module or f"{other}:{taken}" not in PATTERNS):
                    monkeypatch.setattr(f"{other}.{taken}", watched)
    for module in MODULES:
        for value in list(vars(importlib.import_module(module)).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()  # what is remembered is not read again


def _watched(held: Any, name: str, used: set[str]) -> Any:
    if isinstance(held, dict):
        return {key: _watched(one, name, used) for key, one in held.items()}
    return Watched(held, name, used)
