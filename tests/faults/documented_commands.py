"""The commands of a section of the docs, as somebody would type them."""

import re
from pathlib import Path


def commands(page: Path, heading: str) -> list[str]:
    """The indented lines below `## heading` or `### heading`, one a command: lines that end in a backslash go on."""
    found = re.search(rf"\n##+ {re.escape(heading)}\n", text := page.read_text())
    assert found, f"{page.name} has no section {heading!r}"
    section = re.split(r"\n##+ ", text[found.end() :])[0]
    lines = "\n".join(line[4:] for line in section.splitlines() if re.match(r"    \S|      --", line))
    return [line for line in lines.replace("\\\n", " ").splitlines() if line.strip()]
