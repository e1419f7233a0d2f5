"""What a person typed, as safe HTML: addresses become links, line breaks stay, everything else is escaped."""

import re

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"https?://[^\s<>\"'«»]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_TRAILING = ".,;:!?…"


def linkify(text: str) -> Markup:
    """Plain text → Markup with <a> for http(s) and mail addresses and <br> for line breaks.

    Links open without telling the other side where the reader came from, and are marked as said by a user.
    """
    parts: list[str] = []
    at = 0
    for match in _ADDRESS.finditer(text):
        found = match.group()
        address = found.rstrip(_TRAILING)
        if address.endswith(")") and address.count("(") < address.count(")"):
            address = address[:-1]
        parts.append(str(escape(text[at : match.start()])))
        target = address if "://" in address else f"mailto:{address}"
        attributes = ' target="_blank" rel="nofollow ugc noopener noreferrer"' if "://" in address else ""
        parts.append(f'<a href="{escape(target)}"{attributes}>{escape(address)}</a>')
        at = match.start() + len(address)
    parts.append(str(escape(text[at:])))
    html = "".join(parts).replace("\r\n", "\n").replace("\n", "<br>\n")
    return Markup(html)  # noqa: S704  every part above is escaped
