"""Scripts of people who write to us, as `playbook/conversations` has them (docs/flows.md#conversations)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from camdesk.playbook.yaml_source import Items, Problem, plain, read_yaml

FOLDER = "conversations"
CUSTOMERS = "customers.yaml"


@dataclass(frozen=True, slots=True)
class Script:
    """What one person says, knows and must meet with.

    says: their messages; the second goes out where the bot has asked nothing they know, or as an answer to whatever it
    asked. answers: fact → their words (a list: one after another); presses: fact → the button, and `step: rest`
    where they have an instruction shown at once. confirms: pattern of the
    bot's yes-or-no question → "yes", "no" (buttons) or words. topics: those they mean. then: what they write after the
    hand-over, which costs nothing any more. ends: solution, person, kept,
    none. within: messages and taps until then. hears, never: patterns of what the bot says.
    """

    name: str
    kind: str
    customer: str
    says: tuple[str, ...]
    file: str
    line: int
    ends: tuple[str, ...]
    within: int
    files: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    presses: Mapping[str, Any] = field(default_factory=dict)
    confirms: Mapping[str, str] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    check: Mapping[str, Any] = field(default_factory=dict)
    outage: Mapping[str, Any] | None = None
    night: bool = False
    hears: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def scripts(directory: Path, problems: list[Problem]) -> Iterator[Script]:
    """Every script below `directory`/conversations. What cannot be read is a problem."""
    for path in sorted((directory / FOLDER).glob("*.yaml")):
        if path.name == CUSTOMERS:
            continue
        file = f"{FOLDER}/{path.name}"
        read = read_yaml(path, file, problems)
        for node in read if isinstance(read, Items) else ():
            fields = plain(node)
            try:
                yield Script(name=str(fields.pop("conversation")), file=file, line=node.mark.line, **_tuples(fields))
            except (TypeError, KeyError, AttributeError) as error:
                problems.append(Problem(file, node.mark.line, "conversation", f"no conversation: {error}"))


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    several = ("says", "then", "files", "topics", "ends", "hears", "never")
    listed = {name: fields[name] for name in several if name in fields}
    made = {name: tuple(one if isinstance(one, list) else [one]) for name, one in listed.items()}
    return {**fields, **made}
