"""Every event that is written stands in the table of tickets/events.py and in docs/events.md, and nothing else does."""

import ast
import re
from pathlib import Path

from camdesk.tickets.events import KINDS
from camdesk.ui.icons import is_icon

ROOT = Path(__file__).parents[2]
WRITTEN = {
    name
    for path in (ROOT / "camdesk").rglob("*.py")
    for name in re.findall(r'(?:record|make|first)\(\s*\w+,\s*"([a-z_]+\.[a-z_]+)"', path.read_text())
}
TOLD = dict(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| ([^|]+) \|", (ROOT / "docs/events.md").read_text(), re.MULTILINE))


def test_every_event_that_is_written_stands_in_the_table_and_no_other_does():
    assert WRITTEN
    assert sorted(WRITTEN ^ set(KINDS)) == []


def test_every_event_is_documented_and_no_other_is():
    assert sorted(TOLD.keys() ^ KINDS.keys()) == []


def test_the_document_says_who_sees_it():
    """Where it depends, it says on what."""
    publicity = {"yes": True, "no": False}
    assert {name: publicity.get(said) for name, said in TOLD.items()} == {
        name: kind.public for name, kind in KINDS.items()
    }


def test_every_event_has_a_sign():
    assert [name for name, kind in KINDS.items() if not is_icon(kind.icon)] == []


def _tables(source: str) -> list[set[object]]:
    """The collections of constants that are written out in a module."""
    kinds = ast.Dict | ast.Set | ast.Tuple | ast.List
    written = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    parts = [node.keys if isinstance(node, ast.Dict) else node.elts for node in written]
    return [{part.value for part in one if isinstance(part, ast.Constant)} for one in parts]


def test_there_is_no_second_table_of_events():
    """Whoever tells events apart by a list of their names, to word them or to hide them, keeps one."""
    several = {
        path.relative_to(ROOT / "camdesk").as_posix()
        for path in (ROOT / "camdesk").rglob("*.py")
        if "migrations" not in path.parts and any(len(table & KINDS.keys()) > 3 for table in _tables(path.read_text()))
    }
    assert several == {"tickets/events.py"}
