"""New contacts into the text of contacts.yaml; comments and everything else stay as its author wrote them. Pure."""

import json
import re
from collections.abc import Mapping

_KEY = re.compile(r"([a-z_]+):")


def with_fields(text: str, values: Mapping[str, str | list[str]]) -> str:
    """`values`: key → a text, or texts of a list; "" or [] takes the key away. A key that is new comes last."""
    left = dict(values)
    kept: list[str] = []
    inside = ""  # the key whose lines are being read
    for line in text.splitlines():
        if match := _KEY.match(line):
            inside = match[1]
            if inside in left:
                kept += _lines(inside, left.pop(inside))
        elif line and not line[0].isspace() and not line.startswith("-"):
            inside = ""  # a comment between two keys
        if inside not in values:
            kept.append(line)
    for key, value in left.items():
        kept += _lines(key, value)
    return "\n".join([*kept, ""])


def _lines(key: str, value: str | list[str]) -> list[str]:
    if isinstance(value, str):
        return [f"{key}: {_quoted(value)}"] if value else []
    return [f"{key}:", *(f"  - {_quoted(one)}" for one in value)] if value else []


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a double-quoted text of YAML
