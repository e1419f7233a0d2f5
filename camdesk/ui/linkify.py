"""What a person typed, as safe HTML: addresses become links, line breaks stay, everything else is escaped."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

# A stranger writes the text, so no character of it is looked at more than a few times: an address of mail begins only
# where its run of letters begins, and no part of one is longer than mail allows.
_ADDRESS = re.compile(
    r"https?://[^\s<>\"'«»]++|(?<![\w.+-])[.+-]*+(?P<mail>\w[\w.+-]{0,63}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+)++(?!\w))",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?…"
MOST_LINKS = 500  # of one text; what follows is shown as it was typed, and so is an address longer than
LONGEST_LINK = 2_000  # characters


def linkify(text: str) -> Markup:
    """Plain text → Markup with <a> for http(s) and mail addresses and <br> for line breaks. Linear.

    Links open without telling the other side where the reader came from, and are marked as said by a user.
    """
    parts: list[str] = []
    at = 0
    for number, (start, address) in enumerate(_addresses(text)):
        if number >= MOST_LINKS:
            break
        parts.append(str(escape(text[at:start])))
        target = address if "://" in address else f"mailto:{address}"
        attributes = ' target="_blank" rel="nofollow ugc noopener noreferrer"' if "://" in address else ""
        parts.append(f'<a href="{escape(target)}"{attributes}>{escape(address)}</a>')
        at = start + len(address)
    parts.append(str(escape(text[at:])))
    html = "".join(parts).replace("\r\n", "\n").replace("\n", "<br>\n")
    return Markup(html)  # noqa: S704  every part above is escaped


def _addresses(text: str) -> Iterator[tuple[int, str]]:
    """(where it begins, the address without the marks of the sentence around it)."""
    for found in _ADDRESS.finditer(text):
        name = "mail" if found["mail"] else 0
        address = found[name].rstrip(_TRAILING)
        if len(address) > LONGEST_LINK:
            continue
        if address.endswith(")") and address.count("(") < address.count(")"):
            address = address[:-1]
        yield found.start(name), address
