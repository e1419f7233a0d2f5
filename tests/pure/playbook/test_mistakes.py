"""mistakes/ is a playbook full of faults, each announced at the end of its line: «# fault: code»."""

from __future__ import annotations

import re
from pathlib import Path

from camdesk.playbook.loading import load

MISTAKES = Path(__file__).parent / "mistakes"
FAULT = re.compile(r"# fault: ([a-z0-9-]+)$")
# Where a comment cannot stand.
ELSEWHERE = {
    ("articles/camera-offline.ru.md", 7, "unknown-article"),
    ("articles/orphan.ru.md", 1, "unreachable"),
    ("flow.yaml", 1, "unknown-file"),
}


def announced() -> set[tuple[str, int, str]]:
    found = set(ELSEWHERE)
    for path in [*MISTAKES.rglob("*.yaml"), *MISTAKES.rglob("*.md")]:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if match := FAULT.search(line):
                found.add((path.relative_to(MISTAKES).as_posix(), number, match[1]))
    return found


def test_every_planted_mistake_is_named_where_it_stands_and_nothing_else_is() -> None:
    loaded = load(MISTAKES)
    assert loaded.playbook is None
    named = [(problem.file, problem.line, problem.code) for problem in loaded.problems]
    assert sorted(named) == sorted(announced())
    assert len(named) >= 30


def test_problems_read_as_file_line_and_words() -> None:
    for problem in load(MISTAKES).problems:
        assert re.fullmatch(r"[\w/.-]+:\d+: \S.{9,}", str(problem)), str(problem)
