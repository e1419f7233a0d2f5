"""The dictionary is complete both ways: every model and every class that many rooms share is in docs/words.md, and
every word that is said to be code is a class of the code."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).parents[2]
OF_CODE, WITHOUT_A_CLASS = (ROOT / "docs/words.md").read_text().split("\n## ")
SHARED_BY = 3  # rooms that import a class, besides the one it lives in: from here on it is a word of the house


def _words(text: str) -> list[str]:
    return re.findall(r"^\| ([A-Z]\w+) \|", text, re.MULTILINE)


def _models() -> list[str]:
    ours = [app for app in apps.get_app_configs() if app.name.startswith("camdesk.")]
    return [model.__name__ for app in ours for model in app.get_models()]


def _classes() -> dict[str, tuple[str, list[str]]]:
    """{public class: (its room, the names of its bases)}."""
    found = {}
    for path in (ROOT / "camdesk").rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and path.parent.name != "migrations":
                found[node.name] = (path.relative_to(ROOT).parts[1], [ast.unparse(base) for base in node.bases])
    return found


def _importing_rooms() -> dict[str, set[str]]:
    rooms = defaultdict(set)
    for path in (ROOT / "camdesk").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("camdesk."):
                for alias in node.names:
                    rooms[alias.name].add(path.relative_to(ROOT).parts[1])
    return rooms


def _is_fault(name: str, classes: dict[str, tuple[str, list[str]]]) -> bool:
    bases = classes[name][1] if name in classes else []
    return any(base.endswith(("Exception", "Error")) or _is_fault(base, classes) for base in bases)


def test_every_model_is_a_word_of_the_dictionary():
    assert _models()
    assert sorted(set(_models()) - set(_words(OF_CODE))) == []


def test_every_class_that_many_rooms_share_is_a_word_of_the_dictionary():
    """Faults are not: their names are sentences of the module that raises them."""
    classes, rooms = _classes(), _importing_rooms()
    shared = [name for name, (home, _) in classes.items() if len(rooms[name] - {home}) >= SHARED_BY]
    assert {"Ticket", "Person", "Playbook"} <= set(shared)
    assert sorted(name for name in shared if not _is_fault(name, classes) and name not in _words(OF_CODE)) == []


def test_every_word_of_the_code_is_a_class():
    assert sorted(set(_words(OF_CODE)) - set(_classes())) == []


def test_a_word_without_a_class_has_none():
    """When one is built, its line moves up."""
    assert _words(WITHOUT_A_CLASS)
    assert sorted(set(_words(WITHOUT_A_CLASS)) & set(_classes())) == []


def test_no_word_stands_twice():
    words = _words(OF_CODE) + _words(WITHOUT_A_CLASS)
    assert sorted(words) == sorted(set(words))
