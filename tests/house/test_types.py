"""mypy is strict on the whole package. What it overlooks is named here, and only shrinks."""

import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Frozen history; and the demo, which no customer meets.
OVERLOOKED = {"camdesk.*.migrations.*", "camdesk_demo.*"}
IGNORED_LINES = 25
_IGNORE = re.compile(r"#\s*type:\s*ignore(?P<code>\[[a-z, -]+\])?(?P<why>.*)")


def _settings() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]


def _ignores() -> Iterator[tuple[str, re.Match]]:
    for path in sorted((ROOT / "camdesk").rglob("*.py")):
        if "type: ignore" not in path.read_text() or "migrations" in path.parts:
            continue
        with path.open("rb") as file:
            for token in tokenize.tokenize(file.readline):
                if token.type == tokenize.COMMENT and (found := _IGNORE.search(token.string)):
                    yield f"{path.relative_to(ROOT)}:{token.start[0]}", found


def test_no_module_is_overlooked_but_those_named():
    overlooked = {name for table in _settings()["overrides"] if table.get("ignore_errors") for name in table["module"]}

    assert _settings()["strict"]
    assert "camdesk" in _settings()["files"]
    assert overlooked == OVERLOOKED


def test_a_line_that_is_overlooked_says_of_what_and_why():
    bare = [place for place, found in _ignores() if not found["code"] or not re.search(r"#\s*\w.{5}", found["why"])]

    assert bare == []


def test_lines_that_are_overlooked_only_become_fewer():
    assert len(list(_ignores())) <= IGNORED_LINES
