"""Reads one YAML file of the playbook and remembers on which line everything stood.

Mappings come back as `Node` (a dict), sequences as `Items` (a list), scalars as str, int, float, bool or None.
Nothing here raises on bad input: every fault becomes a `Problem`, so that an author sees all of them at once.

Stricter than YAML 1.1 on purpose:
- only `true` and `false` are booleans; `on`, `off`, `yes`, `no` stay words;
- dates, times (`09:00`) and numbers with a leading zero stay words;
- keys are always words, and a key given twice is a fault;
- anchors, aliases, merge keys and tags are refused: a file must say what it means where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 1_000_000
MAX_DEPTH = 40

# libyaml reads a whole playbook in a fraction of the pure parser's time; both give the same events.
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+\Z")
_MAX_INTEGER_CHARS = 18


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in the playbook: `file` relative to its directory with "/" between folders, `line` from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of the playbook. `code` is a short stable word for tests and tools, `text` is for the author."""

    file: str
    line: int
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class Node(dict[str, Any]):
    """A mapping of the file: `mark` is its first line, `mark_of(key)` the line of that key."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self._marks: dict[str, Mark] = {}

    def mark_of(self, key: str) -> Mark:
        """The line of `key`; the line of the mapping itself when the key is not there."""
        return self._marks.get(key, self.mark)

    def put(self, key: str, value: Any, mark: Mark) -> None:
        self[key] = value
        self._marks[key] = mark


class Items(list[Any]):
    """A sequence of the file: `mark` is its first line, `mark_of(index)` the line of that item."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self._marks: list[Mark] = []

    def mark_of(self, index: int) -> Mark:
        """The line of item `index`; the line of the sequence itself when there is no such item."""
        return self._marks[index] if -len(self._marks) <= index < len(self._marks) else self.mark

    def put(self, value: Any, mark: Mark) -> None:
        self.append(value)
        self._marks.append(mark)


def problem_at(mark: Mark, code: str, text: str) -> Problem:
    """A `Problem` at `mark`."""
    return Problem(mark.file, mark.line, code, text)


def read_text(path: Path, file: str, problems: list[Problem]) -> str | None:
    """The text of `path` (UTF-8, at most MAX_BYTES), or None with a problem that names `file`."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        problems.append(Problem(file, 1, "unreadable", f"the file cannot be read: {error.strerror or error}"))
        return None
    if len(raw) > MAX_BYTES:
        problems.append(Problem(file, 1, "too-large", f"the file is larger than {MAX_BYTES} bytes"))
        return None
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problems.append(Problem(file, line, "not-utf8", "the file is not UTF-8 text"))
        return None


def read_yaml(path: Path, file: str, problems: list[Problem]) -> Node | Items | None:
    """The content of the YAML file `path`, named `file` in marks and problems.

    None when nothing can be said about the content (unreadable, broken syntax, empty, a bare scalar).
    A repeated key, an alias and the like are reported and skipped, the rest of the file is still given.
    """
    text = read_text(path, file, problems)
    return None if text is None else parse_yaml(text, file, problems)


def parse_yaml(text: str, file: str, problems: list[Problem]) -> Node | Items | None:
    """As `read_yaml`, for text that is already in hand."""
    composer = _Composer(file, problems)
    try:
        value = composer.document(yaml.parse(text, Loader=_PARSER))
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        line = at.line + 1 if at else 1
        problems.append(Problem(file, line, "syntax", _in_words(error, text, line)))
        return None
    except yaml.reader.ReaderError as error:
        line = text[: max(error.position, 0)].count("\n") + 1
        problems.append(Problem(file, line, "syntax", "a control character that cannot be in a text file"))
        return None
    except _TooDeep as error:
        problems.append(Problem(file, error.line, "too-deep", f"nested deeper than {MAX_DEPTH} levels"))
        return None
    if isinstance(value, (Node, Items)):
        return value
    if value is None:
        problems.append(Problem(file, 1, "empty", "the file is empty"))
    else:
        problems.append(Problem(file, 1, "not-a-mapping", "expected keys with values, found a bare text"))
    return None


class _TooDeep(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Composer:
    """Builds values from parser events; recursion is bounded by MAX_DEPTH."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems

    def document(self, events: Iterator[Any]) -> Any:
        value, seen = None, 0
        for event in events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            seen += 1
            if seen == 2:
                self._say(event, "syntax", "a second document («---») in one file")
            found = self._value(next(events), events, 0)
            value = found if seen == 1 else value
        return value

    def _value(self, event: Any, events: Iterator[Any], depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise _TooDeep(event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent):
            self._say(event, "alias", "aliases («*name») are not used in a playbook: write it out")
            return None
        if event.anchor:
            self._say(event, "alias", "anchors («&name») are not used in a playbook: write it out")
        if event.tag and event.tag != "!":
            self._say(event, "tag", f"tags («{event.tag}») are not used in a playbook")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(event, events, depth)
        return self._node(event, events, depth)

    def _items(self, start: Any, events: Iterator[Any], depth: int) -> Items:
        items = Items(self._mark(start))
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.put(self._value(event, events, depth + 1), self._mark(event))
        return items

    def _node(self, start: Any, events: Iterator[Any], depth: int) -> Node:
        node = Node(self._mark(start))
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if isinstance(event, yaml.ScalarEvent):
                key = event.value
            else:
                key = None
                self._say(event, "key", "a key must be one word or text")
                self._value(event, events, depth + 1)
            value = self._value(next(events), events, depth + 1)
            if key is None:
                continue
            if key == "<<":
                self._say(event, "alias", "merge keys («<<») are not used in a playbook: write it out")
            elif key in node:
                first = node.mark_of(key).line
                self._say(event, "duplicate-key", f"the key «{key}» is given twice (first on line {first})")
            else:
                node.put(key, value, self._mark(event))
        return node

    def _mark(self, event: Any) -> Mark:
        return Mark(self.file, event.start_mark.line + 1)

    def _say(self, event: Any, code: str, text: str) -> None:
        self.problems.append(problem_at(self._mark(event), code, text))


def _scalar(event: Any) -> Any:
    text: str = event.value
    if event.style is not None and event.style != "":
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if len(text) <= _MAX_INTEGER_CHARS:
        if _INTEGER.match(text):
            return int(text)
        if _FLOAT.match(text):
            return float(text)
    return text


def _in_words(error: yaml.MarkedYAMLError, text: str, line: int) -> str:
    lines = text.split("\n")
    written = lines[line - 1] if line <= len(lines) else ""
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return "the line is indented with a tab: use spaces"
    said = " ".join(part for part in (error.context, error.problem) if part)
    if "cannot start any token" in said:
        return f"broken YAML: {said} (put the text in quotes)"
    return f"broken YAML: {said or 'cannot be read'}"


def marked(data: Any, mark: Mark) -> Any:
    """Plain data as `Node` and `Items` that all stand at `mark`: for what was published and has no file any more."""
    if isinstance(data, dict):
        node = Node(mark)
        for key, value in data.items():
            node.put(key, marked(value, mark), mark)
        return node
    if isinstance(data, list):
        items = Items(mark)
        for value in data:
            items.put(marked(value, mark), mark)
        return items
    return data


def plain(data: Any) -> Any:
    """`Node` and `Items` as plain dicts and lists, without their marks."""
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain(value) for value in data]
    return data
