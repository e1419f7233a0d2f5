"""The file of settings that an installation has beside its data: `NAME=value`, one a line. Pure.

A value is taken as it stands, to the end of its line; quotes around the whole of it are none of it. Lines that begin
with # and empty ones are for people, and stay where they are when values are changed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

NAME: Final = "settings.env"
_LINE: Final = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)")
_QUOTED: Final = re.compile(r"""(["'])(.*)\1""", re.DOTALL)
_HEAD: Final = "# Settings of camdesk, one a line (docs/settings.md). What the environment says goes before them.\n"


@dataclass(frozen=True)
class BadLine(ValueError):
    """`line`: its number, from 1."""

    line: int
    why: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}"


def read(text: str) -> dict[str, str]:
    """Name → value; of a name said twice, nobody knows which is meant. Raises BadLine."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise BadLine(number, "NAME=value is needed")
        if match[1] in found:
            raise BadLine(number, f"{match[1]} stands here a second time")
        found[match[1]] = _bare(match[2].strip())
    return found


def changed(text: str, values: Mapping[str, str]) -> str:
    """The same file with these values: a known name keeps its place, a new one comes last, all else is untouched.
    Raises ValueError where a value has more than one line, and BadLine."""
    read(text)
    left = dict(values)
    lines = []
    for line in (text or _HEAD).splitlines():
        match = None if line.lstrip().startswith("#") else _LINE.fullmatch(line)
        lines.append(_line(match[1], left.pop(match[1])) if match and match[1] in left else line)
    lines += [_line(name, value) for name, value in left.items()]
    return "\n".join([*lines, ""])


def _line(name: str, value: str) -> str:
    if len(value.splitlines()) > 1 or "\0" in value:
        raise ValueError(f"{name}: a value is one line")
    value = value.strip()
    return f"{name}={value}" if _bare(value) == value else f'{name}="{value}"'


def _bare(value: str) -> str:
    match = _QUOTED.fullmatch(value)
    return match[2] if match else value
