"""Undoing a part's Content-Transfer-Encoding, however damaged. Linear, never raises."""

import binascii
import re

from camdesk.channels.mail.mime.limits import Budget
from camdesk.channels.mail.mime.uuencode import decode_lines

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_BLANKS = b" \t\r\n"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET))
_PADDING = re.compile(rb"=+")
_AFTER_BLANK_OR_PADDING = re.compile(
    rb"(?<=[A-Za-z0-9+/=])(?:(?<==)[ \t]{0,9}\r?\n|[ \t]{0,9}\r?\n(?:[ \t]{0,9}\r?\n){1,9})(?=[^\r\n])"
)
_PLAIN_LINE = re.compile(rb"[^A-Za-z0-9+/=\s_-]|\S \S|^(?:[_-]{2,}|={5,})$")
_LONGEST_FOOTER = 20_000
_PIECES = 500  # base64 blocks glued together (some gateways do it); more is an attack


def decode_transfer(data: bytes, encoding: str, budget: Budget) -> bytes:
    """The bytes a part stands for. What cannot be decoded comes back as it is, with a note."""
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding == "base64":
        return _base64(data, budget)
    if encoding in ("uuencode", "x-uuencode", "x-uue", "uue"):
        found = decode_lines(data)
        if found is not None:
            return found
        budget.note("a part says it is uuencoded, and is not")
    elif encoding not in ("", "7bit", "8bit", "binary", "none"):
        budget.note("a part has an unknown transfer encoding")
    return data


def _base64(data: bytes, budget: Budget) -> bytes:
    footer = _footer(data)
    if footer is None:
        return _decoded(data, budget)
    budget.note("base64 with a footer in plain text")
    return _decoded(data[:footer], budget).rstrip() + b"\n\n" + data[footer:].strip() + b"\n"


def _decoded(data: bytes, budget: Budget) -> bytes:
    solid = data.translate(None, _BLANKS).translate(_URL_SAFE)
    letters = solid.translate(None, _NOT_BASE64)
    foreign = len(solid) - len(letters)
    # Prose in Latin letters is made of base64's alphabet too; its blanks inside the lines give it away.
    if foreign * 10 > len(solid) or data.strip().count(b" ") * 12 > len(solid):
        budget.note("a part says it is base64, and is not")
        return data
    if foreign:
        budget.note("base64 with foreign characters")
    pieces = _PADDING.split(letters, _PIECES)
    decoded = b"".join(_base64_piece(piece.replace(b"=", b"")) for piece in pieces)
    return decoded if decoded or not letters else data


def _footer(data: bytes) -> int | None:
    """Where the plain words begin that a list or a gateway put below base64 without asking."""
    for found in _AFTER_BLANK_OR_PADDING.finditer(data, max(0, len(data) - _LONGEST_FOOTER)):
        line = data[found.end() : found.end() + 1000].split(b"\n", 1)[0].strip()
        if _PLAIN_LINE.search(line) and found.start() > 0:
            return found.end()
    return None


def _base64_piece(piece: bytes) -> bytes:
    # A single letter left over carries six bits of a byte that was cut off.
    usable = len(piece) - (1 if len(piece) % 4 == 1 else 0)
    return binascii.a2b_base64(piece[:usable] + b"=" * (-usable % 4))
