"""Templates are read by people, in a diff and beside other windows."""

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
TEMPLATES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "camdesk").glob("*/jinja2/**/*"))
    if path.is_file()
}
WIDEST = 140


def test_no_line_is_too_wide_to_read():
    assert len(TEMPLATES) > 150
    wide = [
        f"{name}:{number}: {len(line)}"
        for name, text in TEMPLATES.items()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > WIDEST
    ]
    assert wide == []


def test_nothing_is_read_by_its_place_in_a_tuple():
    """`item[4]` says nothing, and moves when a field is added: values have names (camdesk/ui/values.py)."""
    code = {name: " ".join(re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text, re.DOTALL)) for name, text in TEMPLATES.items()}
    by_place = re.compile(r"[\w)\]]\[\d+\]")
    assert [(name, found) for name, text in code.items() for found in by_place.findall(text)] == []


def _trees() -> Iterator[tuple[str, nodes.Template]]:
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    for name, text in TEMPLATES.items():
        if name.endswith(".html"):
            yield name, environment.parse(text)


def _of_a_mapping(looped: nodes.Node) -> bool:
    return isinstance(looped, nodes.Call) and isinstance(looped.node, nodes.Getattr) and looped.node.attr == "items"


def test_nothing_is_unpacked_by_place():
    """`for site, cameras in sites` breaks when a third thing is told: only a mapping has keys and values."""
    loops = [(name, loop) for name, tree in _trees() for loop in tree.find_all(nodes.For)]
    assert len(loops) > 150
    by_place = [
        f"{name}:{loop.lineno}"
        for name, loop in loops
        if isinstance(loop.target, nodes.Tuple) and not _of_a_mapping(loop.iter)
    ]
    assert by_place == []
    set_by_place = [
        f"{name}:{one.lineno}"
        for name, tree in _trees()
        for one in tree.find_all(nodes.Assign)
        if isinstance(one.target, nodes.Tuple) and not isinstance(one.node, nodes.Tuple)
    ]
    assert set_by_place == []
