"""What changed between two playbooks, thing by thing and field by field. Pure."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from camdesk.playbook.document import Playbook, Text
from camdesk.playbook.encoding import encode

How = Literal["added", "removed", "changed"]
KINDS = ("section", "topic", "fact", "flow", "article", "team", "promise", "reply")
SINGLES = ("title", "common_flow", "other_topic", "contacts", "hours", "limits", "consent", "lexicon", "texts")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after, as plain JSON data."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is new, gone or different. `kind` is one of KINDS or SINGLES; `id` is "" for a single."""

    kind: str
    id: str
    how: How
    title: Text
    fields: tuple[FieldChange, ...] = ()


def difference(old: Playbook, new: Playbook) -> tuple[Change, ...]:
    """Every change from `old` to `new`; nothing when they are equal."""
    found: list[Change] = []
    for kind in KINDS:
        found += _of_kind(kind, _things(old, kind), _things(new, kind))
    for name in SINGLES:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            found.append(Change(name, "", "changed", Text(name), tuple(_fields(before, after, name))))
    return tuple(found)


def in_words(change: Change) -> list[str]:
    """The change as lines for an operator: "topic camera-offline «…»: changed steps", then what exactly."""
    name = f"{change.kind} {change.id}" if change.id else change.kind
    title = f" «{change.title.ru}»" if change.id and change.title else ""
    if change.how != "changed":
        return [f"{name}{title}: {change.how}"]
    lines = [f"{name}{title}: changed {', '.join(field.name for field in change.fields)}"]
    for field in change.fields:
        lines += [f"    {line}" for line in _lines_of(field)]
    return lines


def _things(playbook: Playbook, kind: str) -> Mapping[str, Any]:
    if kind == "reply":
        return {reply.id: reply for reply in playbook.replies}
    things: Mapping[str, Any] = getattr(playbook, f"{kind}s")
    return things


def _of_kind(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name, thing in new.items():
        if name not in old:
            yield Change(kind, name, "added", _title(thing))
        elif old[name] != thing:
            yield Change(kind, name, "changed", _title(thing), tuple(_fields(old[name], thing, kind)))
    for name, thing in old.items():
        if name not in new:
            yield Change(kind, name, "removed", _title(thing))


def _title(thing: Any) -> Text:
    if isinstance(thing, Mapping):
        given = thing.get("title")
        if isinstance(given, Mapping):
            return Text(str(given.get("ru", "")), str(given.get("en", "")))
        return Text(str(given or ""))
    title: Text = thing.title
    return title


def _fields(before: Any, after: Any, name: str) -> Iterator[FieldChange]:
    if dataclasses.is_dataclass(before) and not isinstance(before, Text):
        pairs = [
            (field.name, getattr(before, field.name), getattr(after, field.name))
            for field in dataclasses.fields(before)
        ]
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        pairs = [(key, before.get(key), after.get(key)) for key in dict.fromkeys([*before, *after])]
    else:
        pairs = [(name, before, after)]
    yield from (FieldChange(key, encode(one), encode(two)) for key, one, two in pairs if one != two)


def _lines_of(field: FieldChange) -> list[str]:
    """Removed lines with «-», new ones with «+»; lists and texts line by line."""
    before, after = _as_lines(field.before), _as_lines(field.after)
    return [line for line in difflib.ndiff(before, after) if line[:2] in ("- ", "+ ") and line[2:].strip()]


def _as_lines(value: Any, indent: str = "") -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, dict):
        found = []
        for key, inner in value.items():
            if isinstance(inner, (dict, list)) or "\n" in str(inner):
                found += [f"{indent}{key}:", *_as_lines(inner, indent + "  ")]
            elif inner not in (None, ""):
                found.append(f"{indent}{key}: {inner}")
        return found
    if isinstance(value, list):
        return [line for inner in value for line in _as_lines(inner, indent)]
    return [indent + line for line in str(value).split("\n")]
