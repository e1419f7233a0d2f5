"""File names from strangers: cleaned for showing, and spelled so that no header can be broken by them.

A name is only ever shown and offered at download; nothing on disk is called by it (files live under random keys).
"""

import re
import unicodedata
from urllib.parse import quote

from django.utils.translation import gettext as _

from camdesk.lib.normal_forms import normal

_LOOKED_AT = 4000  # characters: of a longer name its beginning and its end
LONGEST = 200  # bytes of UTF-8: below the 255 of common file systems, with room for a browser's " (1)"

_SEPARATORS = re.compile(r"[/\\]")
_FORBIDDEN_ON_WINDOWS = str.maketrans({character: "_" for character in '<>:"|?*'})
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
_RESERVED |= {f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"}
_MARKS = r"[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_PILE = re.compile(rf"({_MARKS}{{3}}){_MARKS}+")
_BLANKS = re.compile(r" {2,}")
_EXTENSION = re.compile(r"\.[^.\s]{1,16}$")


def _visible(raw: str) -> str:
    """Without what cannot be seen: controls, zero-width and direction marks, lone surrogates, unassigned, private."""
    kept = []
    for character in raw:
        kind = unicodedata.category(character)
        if kind in ("Zs", "Zl", "Zp"):
            kept.append(" ")
        elif kind[0] != "C" and character not in "\u115f\u1160\u3164\uffa0\u034f\u2800" and kind != "Me":
            # The exceptions look like nothing at all although they count as letters.
            kept.append(character)
    return "".join(kept)


def _cut(text: str, limit: int) -> str:
    return text.encode()[: max(0, limit)].decode("utf-8", "ignore")


def _shortened(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    found = _EXTENSION.search(name)
    extension = _cut(found.group(), 40) if found else ""
    return _cut(name.removesuffix(extension), LONGEST - len(extension.encode())).rstrip(" .") + extension


def _at_most_a_few_marks(name: str) -> str:
    """A letter carries three combining marks at most: «zalgo» towers cover the lines above and below."""
    return _PILE.sub(r"\1", name)


def shown_name(raw: str | bytes | None) -> str:
    """A stranger's name for a file, cleaned: one visible path part of 1..200 bytes that is safe to save anywhere.

    A long name keeps its ending. Invisible characters go first, so that nothing hides behind them from the later
    rules. A name of which nothing is left becomes «файл».
    """
    if isinstance(raw, bytes):
        raw = raw.decode("utf-8", "replace")
    if raw and len(raw) > _LOOKED_AT:
        raw = raw[: _LOOKED_AT // 2] + raw[-_LOOKED_AT // 2 :]
    name = normal("NFC", _visible(raw or ""))
    name = _at_most_a_few_marks(name)
    name = _SEPARATORS.split(name)[-1]
    name = name.translate(_FORBIDDEN_ON_WINDOWS)
    name = _BLANKS.sub(" ", name)
    # Windows drops dots and blanks at the end, so what stood before them would become the ending.
    name = name.strip(" ").lstrip(". ").rstrip(". ")
    if name.split(".")[0].rstrip(" ").lower() in _RESERVED:
        name = f"_{name}"
    name = _shortened(name)
    return name if name.strip("_ .") else _("файл")


def content_disposition(name: str, *, attachment: bool = True) -> str:
    """The header value of RFC 6266: an ASCII `filename` for old readers and, where needed, `filename*` of RFC 5987.

    `name` is cleaned here again, so the answer never holds a line break, a quote out of place or a path.
    """
    kind = "attachment" if attachment else "inline"
    clean = shown_name(name)
    plain = "".join(c if " " <= c <= "~" and c not in '"\\%' else "_" for c in _ascii_like(clean))
    header = f'{kind}; filename="{plain}"'
    if plain != clean:
        header += "; filename*=UTF-8''" + quote(clean, safe="!#$&+-.^_`|~")
    return header


def _ascii_like(name: str) -> str:
    stem = normal("NFKD", name)
    return "".join(c for c in stem if not unicodedata.combining(c))
