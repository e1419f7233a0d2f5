"""Templates are read by people, in a diff and beside other windows."""

import re
from pathlib import Path

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
    unpacked = re.compile(r"for(?: \w+,){2,} \w+ in")
    assert [(name, found) for name, text in code.items() for found in unpacked.findall(text)] == []
