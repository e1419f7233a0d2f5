"""Values have names: a frozen dataclass, neither a tuple with names nor a dict with known keys."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("camdesk", "camdesk_demo", "camdesk_bench")
# A tuple with names unpacks by place all the same, and is equal to any other of its length. May only shrink.
TUPLES = {("camdesk/desk/queues.py", "_Stored"): "51 rows are 10 µs of these, 92 µs of a dataclass (said there)"}
# Rooms whose functions give rows to templates.
ROOMS_WITH_PAGES = ("camdesk/desk", "camdesk/cabinet", "camdesk/ui")
# Django's own form: the choices of a field.
PAIRS = {"_roles"}


def _modules(*tops: str) -> Iterator[tuple[str, ast.Module]]:
    for top in tops:
        for path in sorted((ROOT / top).rglob("*.py")):
            if path.parent.name != "migrations":
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def test_no_value_is_a_tuple_or_a_dict_with_names():
    classes = [
        (name, node) for name, tree in _modules(*PACKAGES) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    ]
    assert len(classes) > 400
    named = {(name, one.name) for name, one in classes if {"NamedTuple", "TypedDict"} & set(map(_name, one.bases))}
    assert named == set(TUPLES)
    calls = [
        f"{name}:{node.lineno}"
        for name, tree in _modules(*PACKAGES)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) in ("namedtuple", "NamedTuple", "TypedDict")
    ]
    assert calls == []


def _rows(returned: ast.expr | None) -> bool:
    """Whether it is a list of dicts or of tuples: list[tuple[str, int]], Sequence[Mapping[str, Any]]."""
    if not isinstance(returned, ast.Subscript) or _name(returned.value) not in ("list", "Sequence", "Iterable"):
        return False
    within = returned.slice
    return _name(within.value if isinstance(within, ast.Subscript) else within) in ("dict", "Mapping", "tuple", "Any")


def test_rows_of_a_page_are_no_dicts_and_no_tuples():
    deeds = [
        (name, node)
        for name, tree in _modules(*ROOMS_WITH_PAGES)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]
    assert len(deeds) > 400
    wrong = [f"{name}:{one.lineno} {one.name}" for name, one in deeds if _rows(one.returns) and one.name not in PAIRS]
    assert wrong == []
