"""Files written into the text of a letter the old way: `begin 644 name`, lines, `end`."""

import binascii
import re
from dataclasses import dataclass

_BEGIN = re.compile(rb"(?:(?<=[\r\n])|\A)begin [0-7]{3,4} ([^\r\n]{1,500})(?:\r\n|\r|\n)")
_END = re.compile(rb"[\r\n]end[ \t]*(?=[\r\n]|\Z)")
_LINE = re.compile(rb"[^\r\n]+")
_FILES = 50
_TRIES = 500  # lines that only look like the beginning of a file


@dataclass(frozen=True)
class UuFile:
    name: bytes
    data: bytes


def decode_lines(data: bytes) -> bytes | None:
    """The file in `data`, with or without its begin and end lines; None when it holds no line of uuencode."""
    start = _BEGIN.search(data)
    first = start.end() if start else 0
    end = _END.search(data, max(first - 1, 0))
    return _decode(data, first, end.start() if end else len(data))


def take_files(data: bytes) -> tuple[bytes, list[UuFile]]:
    """Split a text into (text without its files, files). A person who merely writes "begin 644 x" loses no word."""
    text: list[bytes] = []
    files: list[UuFile] = []
    at = 0
    searched = 0
    end: re.Match[bytes] | None = None
    for _ in range(_TRIES):
        begin = _BEGIN.search(data, searched)
        if begin is None or len(files) >= _FILES:
            break
        if end is None or end.start() < begin.end() - 1:
            end = _END.search(data, begin.end() - 1)
        if end is None:
            break
        decoded = _decode(data, begin.end(), end.start())
        searched = begin.end()
        if decoded is None:
            continue
        text.append(data[at : begin.start()])
        files.append(UuFile(begin.group(1).strip(), decoded))
        at = searched = end.end()
    text.append(data[at:])
    return b"".join(text), files


def _decode(data: bytes, start: int, stop: int) -> bytes | None:
    out: list[bytes] = []
    for match in _LINE.finditer(data, start, stop):
        line = match.group()
        length = (line[0] - 32) & 63
        if length == 0:
            break
        groups = (length + 2) // 3 * 4
        body = line[1 : 1 + groups]
        # A line far shorter than it says, or of letters outside the alphabet, was never uuencode.
        if (
            len(line) > 1 + groups + 2
            or len(body) < groups - 4
            or max(body, default=96) > 96
            or min(body, default=32) < 32
        ):
            return b"".join(out) if len(out) > 1 else None
        try:
            out.append(binascii.a2b_uu(line[:1] + body.ljust(groups)))
        except binascii.Error:
            return b"".join(out) if len(out) > 1 else None
    return b"".join(out) if out else None
