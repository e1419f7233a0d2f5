"""Header text: RFC 2047 words as they are really sent (cut letters, missing ends, blanks inside, raw 8-bit text)."""

import re
from itertools import groupby
from operator import itemgetter

from camdesk.channels.mail.mime.charsets import decode
from camdesk.channels.mail.mime.limits import Budget
from camdesk.channels.mail.mime.transfer_encoding import decode_transfer

_OPENING = re.compile(rb"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def decode_field(value: bytes) -> str:
    """The text of an unfolded header value. Linear; not yet storable."""
    if b"=?" not in value:
        return decode(value)
    pieces: list[str] = []
    waiting: list[tuple[str, bytes]] = []  # words in a row: a letter may be cut between two of them
    at = 0
    for opening, text, end in _words(value):
        plain = value[at : opening.start()]
        if plain.strip() or (plain and not waiting):
            pieces.append(_flush(waiting))
            pieces.append(decode(plain))
        charset = opening.group(1).decode("latin-1").lower()
        waiting.append((charset, _undo(opening.group(2), text)))
        at = end
    pieces.append(_flush(waiting))
    pieces.append(decode(value[at:]))
    return "".join(pieces)


def _words(value: bytes) -> list[tuple[re.Match[bytes], bytes, int]]:
    """Every encoded word: its opening, its raw text, where it ends."""
    openings = list(_OPENING.finditer(value))
    found = []
    stop = -1
    for place, opening in enumerate(openings):
        if opening.start() < stop:
            continue  # "=?" inside the text of a word
        limit = openings[place + 1].start() if place + 1 < len(openings) else len(value)
        end = value.find(b"?=", opening.end(), limit + 1)
        if end >= 0:
            text, stop = value[opening.end() : end], end + 2
        else:
            # The closing is missing: the word goes on to the next one, or to the end of its run of letters.
            text = value[opening.end() : limit].rstrip()
            blank = text.find(b" ")
            text = text if blank < 0 else text[:blank]
            stop = opening.end() + len(text)
            text = text.rstrip(b"?=") if opening.group(2) in b"bB" else text.rstrip(b"?")
        found.append((opening, text, stop))
    return found


def _undo(encoding: bytes, text: bytes) -> bytes:
    if encoding in b"bB":
        return decode_transfer(text, "base64", Budget())
    return _HEX.sub(lambda found: bytes((int(found.group(1), 16),)), text.replace(b"_", b" "))


def _flush(waiting: list[tuple[str, bytes]]) -> str:
    """Join the bytes of neighbouring words of one charset before decoding, then forget them."""
    text: list[str] = []
    for charset, words in groupby(waiting, key=itemgetter(0)):
        parts = [part for _, part in words]
        # A charset that keeps a shift state starts anew in each word.
        text.extend(decode(part, charset) for part in (parts if charset.startswith("iso-2022") else [b"".join(parts)]))
    waiting.clear()
    return "".join(text)
