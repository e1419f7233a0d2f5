"""`Content-Type` and `Content-Disposition`: a value and its parameters (RFC 2231), and what senders make of them."""

import re
from urllib.parse import unquote_to_bytes

from camdesk.channels.mail.mime.charsets import decode
from camdesk.channels.mail.mime.encoded_words import decode_field

_LONGEST = 16 * 1024
_MOST = 100
_SECTION = re.compile(r"([^*]+?)(?:\*(\d{1,3}))?(\*)?")
_TYPE = re.compile(r"([a-z0-9][a-z0-9!#$&^_.+-]{0,60})/([a-z0-9][a-z0-9!#$&^_.+-]{0,80})")
_EXTENDED = re.compile(rb"([\w.:+-]{0,40})'[\w-]{0,20}'(.*)", re.S)


def read_parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """("text/plain", {"charset": "koi8-r"}): the value in lower case, the parameters decoded. Not yet storable."""
    head, *rest = _split(value[:_LONGEST])
    whole: dict[str, str] = {}
    parts: dict[str, dict[int, tuple[bytes, bool]]] = {}
    # "text/plain charset=utf-8": the semicolon is missing.
    first = head.split(None, 1)
    if len(first) == 2:
        head, rest = first[0], [first[1], *rest]
    for item in rest[:_MOST]:
        name, equals, raw = item.partition(b"=")
        if not equals:
            continue
        key = _SECTION.fullmatch(name.strip().decode("latin-1").lower())
        if not key:
            continue
        base, section, extended = key.groups()
        if section is None and not extended:
            whole.setdefault(base, decode_field(_unquote(raw)))
        else:
            parts.setdefault(base, {}).setdefault(int(section or 0), (_unquote(raw), bool(extended)))
    for base, sections in parts.items():
        whole[base] = _join(sections)
    return head.strip().decode("latin-1").lower(), whole


def media_type(value: str) -> str | None:
    """A well-formed "type/subtype" out of what the sender wrote, None when there is none."""
    if value in ("text", "plain"):
        return "text/plain"
    if value == "html":
        return "text/html"
    found = _TYPE.match(value)
    return f"{found.group(1)}/{found.group(2)}" if found else None


def _split(value: bytes) -> list[bytes]:
    """Cut at semicolons outside quotes."""
    items: list[bytes] = []
    start = at = 0
    while True:
        semicolon = value.find(b";", at)
        quote = value.find(b'"', at, semicolon if semicolon >= 0 else len(value))
        if quote >= 0:
            close = _closing(value, quote + 1)
            if close < 0:
                # An unclosed quote: leave the rest to be cut at semicolons, so that what follows is not lost.
                at = quote + 1
                items.extend(piece for piece in value[start:].split(b";"))
                return items
            at = close + 1
            continue
        if semicolon < 0:
            items.append(value[start:])
            return items
        items.append(value[start:semicolon])
        start = at = semicolon + 1


def _closing(value: bytes, at: int) -> int:
    while True:
        close = value.find(b'"', at)
        if close < 0 or value[close - 1 : close] != b"\\" or value[close - 2 : close] == b"\\\\":
            return close
        at = close + 1


def _unquote(raw: bytes) -> bytes:
    raw = raw.strip()
    if raw[:1] == b'"':
        close = _closing(raw, 1)
        raw = raw[1:close] if close > 0 else raw[1:]
        # A backslash only guards a quote or itself; in C:\new\photo.png it is what it is.
        return raw.replace(b"\\\\", b"\\").replace(b'\\"', b'"')
    return raw.strip(b"'") if raw[:1] == b"'" else raw


def _join(sections: dict[int, tuple[bytes, bool]]) -> str:
    charset = ""
    pieces: list[bytes] = []
    escaped: list[bytes] = []  # in a row: some programs cut within an escape, and only together they are whole
    for place in sorted(sections):
        data, extended = sections[place]
        if not extended:
            pieces.append(unquote_to_bytes(b"".join(escaped)))
            pieces.append(data)
            escaped = []
            continue
        if place == 0 or not (pieces or escaped):
            stated = _EXTENDED.fullmatch(data)
            if stated:
                charset, data = stated.group(1).decode("latin-1"), stated.group(2)
        escaped.append(data)
    whole = b"".join((*pieces, unquote_to_bytes(b"".join(escaped))))
    if not charset and b"=?" in whole:
        return decode_field(whole)
    return decode(whole, charset)
