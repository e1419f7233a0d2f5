"""Tests that speak of a function or its module by name: read from the text of the tests, so never older than they are.

The map of lines (tests/mutants/reach.py) costs an hour and is made once in a while; what was written since is found
here.
"""

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.mutants.lookup import ROOT

_SLOW = ("tests/journeys", "tests/deeds/demo", "tests/deeds/upgrade", "tests/faults", "tests/house")
_SLOWER = ("tests/faults", "tests/house")  # asked only where no other test is found


@dataclass(frozen=True)
class File:
    name: str
    text: str
    tests: tuple[tuple[str, str], ...]  # (id, its source)


def that_name(function: str, path: str, *, slow: bool) -> list[str]:
    """Those that name the function (of a class: the class) in a file that names its module; then all others of it.
    `function`: as lookup.function_at gives it, "" for none. `slow`: those that are asked last instead."""
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    parent, _, last = module.rpartition(".")
    imported = re.compile(rf"{re.escape(module)}\b|from {re.escape(parent)} import [^\n]*(\n[^)]*)?\b{last}\b")
    names = [name for name in function.removeprefix(module).strip(".").split(".") if name]
    word = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b") if names else None
    nearest, near = [], []
    for file in _files():
        if file.name.startswith(_SLOWER if slow else _SLOW) != slow or not imported.search(file.text):
            continue
        for test, source in file.tests:
            (nearest if word and word.search(source) else near).append(test)
    return nearest + near


@functools.cache
def _files() -> tuple[File, ...]:
    return tuple(_read())


def _read() -> Iterator[File]:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        name, text = str(path.relative_to(ROOT)), path.read_text()
        lines = text.splitlines()
        found = []
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                first = min([node.lineno, *(at.lineno for at in node.decorator_list)])
                found.append((f"{name}::{node.name}", "\n".join(lines[first - 1 : node.end_lineno])))
        yield File(name, text, tuple(found))
