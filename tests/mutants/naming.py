"""Tests that speak of a function or its module by name, or ask a view at its address: read from the text of the tests,
so never older than they are.

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


def that_ask(function: str, path: str) -> list[str]:
    """Those that ask the view at its address; of a module with views those that ask any of them. Slow ones left out."""
    module = path.removesuffix(".py").replace("/", ".")
    of_module = {name: asked for name, asked in addresses().items() if name.startswith(f"{module}.")}
    wanted = of_module.get(function)
    patterns = [wanted] if wanted is not None else list(of_module.values())
    tests = [one for file in _files() if not file.name.startswith((*_SLOW, *_SLOWER)) for one in file.tests]
    return [test for test, source in tests if any(pattern.search(source) for pattern in patterns)]


@functools.cache
def addresses() -> dict[str, re.Pattern[str]]:
    """By the dotted name of a view what its address looks like in a test: {ticket.pk} or 7 where a number stands."""
    found = dict(_of_the_api())
    for prefix, included in _INCLUDED.findall((ROOT / "camdesk/config/urls.py").read_text()):
        path = ROOT / f"{included.replace('.', '/')}.py"
        found |= dict(_of_urls(f"/{prefix}", ast.parse(path.read_text()))) if path.is_file() else {}
    return found


def _of_urls(prefix: str, tree: ast.Module) -> Iterator[tuple[str, re.Pattern[str]]]:
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    modules = {one.asname or one.name: f"{node.module}.{one.name}" for node in imports for one in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "path" and isinstance(node.args[0], ast.Constant):
            holder, _, view = ast.unparse(node.args[1]).partition(".")
            if view and holder in modules:
                yield f"{modules[holder]}.{view}", _in_a_test(prefix + node.args[0].value)


def _of_the_api() -> Iterator[tuple[str, re.Pattern[str]]]:
    for path in sorted((ROOT / "camdesk/api").glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            for at in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
                if isinstance(at, ast.Call) and ast.unparse(at.func).startswith("router."):
                    yield f"camdesk.api.{path.stem}.{node.name}", _in_a_test(ast.literal_eval(at.args[0]))


_INCLUDED = re.compile(r'path\("([^"]*)", include\("(camdesk[\w.]+)"\)')
_PLACE = re.compile(r"<[^>]*>|\{[^}]*\}")


def _in_a_test(address: str) -> re.Pattern[str]:
    return re.compile(r"(?:\{[^}]*\}|\w+)".join(map(re.escape, _PLACE.split(address))) + r"(?![\w{])")


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
