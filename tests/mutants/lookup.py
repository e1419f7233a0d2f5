"""Which tests reach a line: read from what tests/mutants/reach.py wrote down, perhaps some commits ago."""

import ast
import difflib
import functools
import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Reach:
    """What each test reaches, as lines were numbered when its file was run."""

    commit: dict[str, str] = field(default_factory=dict)  # by test: of which its lines are
    seconds: dict[str, float] = field(default_factory=dict)  # by test: how long it took
    width: dict[str, int] = field(default_factory=dict)  # by test: how many lines; the fewer, the more it is about them
    masks: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))  # by file, test: a bit a line

    def of(self, path: str, lines: Iterable[int]) -> list[str]:
        """Tests that reach one of these lines (numbered as they are now): of many files by turns, narrow ones first."""
        tests = sorted(self.masks.get(path, {}), key=lambda test: (self.width[test], test))
        lines = list(lines)
        wanted = {}
        for commit in {self.commit[test] for test in tests}:
            old = _older(path, commit)
            wanted[commit] = _mask(old[line] for line in lines if line in old)
        by_file: dict[str, list[str]] = defaultdict(list)
        for test in tests:
            if self.masks[path][test] & wanted[self.commit[test]]:
                by_file[test.split("::")[0]].append(test)
        queues = sorted(by_file.values(), key=lambda tests: self.width[tests[0]])
        longest = max(map(len, queues), default=0)
        return [queue[place] for place in range(longest) for queue in queues if place < len(queue)]


def read(folder: Path) -> Reach:
    """Raises FileNotFoundError where nothing was written down."""
    reach = Reach()
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise FileNotFoundError(folder)
    for path in paths:
        run = json.loads(path.read_text())
        for test, told in run["tests"].items():
            reach.commit[test] = run["commit"]
            reach.seconds[test] = told["seconds"]
            reach.width[test] = sum(map(len, told["lines"].values()))
            for name, lines in told["lines"].items():
                reach.masks[name][test] = _mask(lines)
    return reach


def _mask(lines: Iterable[int]) -> int:
    found = bytearray()
    for line in lines:
        if line >> 3 >= len(found):
            found.extend(bytes((line >> 3) - len(found) + 1))
        found[line >> 3] |= 1 << (line & 7)
    return int.from_bytes(found, "little")


@dataclass(frozen=True)
class Near:
    """Lines of one file, where to look for tests."""

    path: str
    lines: Sequence[int]


def places(path: str, sources: Mapping[str, str], line: int) -> Iterator[Near]:
    """Where to look for tests of a line, nearest first: itself, its function; and of what is read at import (a
    constant, a class) the lines that name it, here or elsewhere. `sources`: of the product, by path."""
    source = sources[path]
    tree = ast.parse(source)
    yield Near(path, [line])
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _begins(node) <= line <= (node.end_lineno or 0)
    ]
    if around:
        inner = max(around, key=_begins)
        yield Near(path, range(inner.body[0].lineno, (inner.end_lineno or 0) + 1))
        return
    for node in tree.body:
        if node.lineno <= line <= (node.end_lineno or 0):
            for name in sorted(_named(node)):
                word = re.compile(rf"\b{re.escape(name)}\b")
                for other, text in sources.items():
                    yield Near(other, [at for at, words in enumerate(text.splitlines(), 1) if word.search(words)])
    yield Near(path, range(1, source.count("\n") + 2))


def marked_for(function: str) -> list[str]:
    """Tests that say of themselves that they hold this function's transaction or hint (tests/whole.py)."""
    return _marks().get(function, [])


def function_at(path: str, source: str, line: int) -> str:
    """The dotted name of the function a line stands in, "" outside of one."""
    names, nodes = [], ast.parse(source).body
    while inner := next((node for node in nodes if _holds(node, line)), None):
        names.append(inner.name)
        nodes = inner.body
    return ".".join([path.removesuffix(".py").replace("/", "."), *names]) if names else ""


def _holds(node: ast.stmt, line: int) -> TypeGuard[ast.FunctionDef | ast.ClassDef]:
    return isinstance(node, ast.FunctionDef | ast.ClassDef) and _begins(node) <= line <= (node.end_lineno or 0)


@functools.cache
def _marks() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for test in ast.parse(path.read_text()).body:
            for mark in test.decorator_list if isinstance(test, ast.FunctionDef) else ():
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) in ("pytest.mark.whole", "pytest.mark.tells"):
                    of = [word.value for word in mark.keywords if word.arg == "of"]
                    said = ast.literal_eval(of[0] if of else mark.args[0])
                    for name in {ast.literal_eval(mark.args[0]), *([said] if isinstance(said, str) else said)}:
                        found[name].append(f"{path.relative_to(ROOT)}::{test.name}")
    return found


def _named(node: ast.stmt) -> set[str]:
    stored = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)}
    return {node.name} if isinstance(node, ast.ClassDef) else stored


def _begins(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return min([node.lineno, *(at.lineno for at in node.decorator_list)])


@functools.cache
def _older(path: str, commit: str) -> dict[int, int]:
    """Line of now, the same line then."""
    now = (ROOT / path).read_text().splitlines()
    then = _then(commit, path).splitlines()
    blocks = difflib.SequenceMatcher(None, then, now, autojunk=False).get_matching_blocks()
    return {block.b + step + 1: block.a + step + 1 for block in blocks for step in range(block.size)}


def stale(folder: Path, files: Iterable[str]) -> list[str]:
    """Of these files of tests: those never run for the map, or changed since."""
    return [name for name in files if not (path := named(folder, name)).is_file() or _changed(path, name)]


def named(folder: Path, name: str) -> Path:
    """Where it stands what the tests of a file reach."""
    return folder / f"{name.replace('/', '.')}.json"


def _changed(path: Path, name: str) -> bool:
    return _then(json.loads(path.read_text())["commit"], name) != (ROOT / name).read_text()


def _then(commit: str, path: str) -> str:
    shown = subprocess.run(["git", "show", f"{commit}:{path}"], cwd=ROOT, capture_output=True, text=True, check=False)
    return shown.stdout
