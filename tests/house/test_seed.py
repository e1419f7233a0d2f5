"""Every line of the seed that is claimed is proven by a test that carries its number."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = re.findall(r"^\| (S\d+) \|.*\| (yes|no) \|$", (ROOT / "docs/seed.md").read_text(), re.MULTILINE)


def _proven() -> set[str]:
    return {
        line
        for path in (ROOT / "tests").rglob("test_*.py")
        for marks in re.findall(r"mark\.seed\(([^)]*)\)", path.read_text())
        for line in re.findall(r"S\d+", marks)
    }


def test_all_41_lines_are_listed_once():
    assert [name for name, _claim in ROWS] == [f"S{number}" for number in range(1, 42)]


def test_every_claimed_line_has_a_test():
    assert [name for name, claim in ROWS if claim == "yes" and name not in _proven()] == []
