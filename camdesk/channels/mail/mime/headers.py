"""The header block of a letter or part: where it ends, and its fields as raw bytes.

Forgiving: any line end, a leading "From " line of a mailbox file, junk lines in the middle, no headers at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from camdesk.channels.mail.mime.encoded_words import decode_field
from camdesk.channels.mail.mime.limits import FIELD_BYTES, HEADER_BYTES, HEADER_FIELDS, HEADER_LINES, Budget
from camdesk.channels.mail.mime.storable import one_line

# A lone CR ends a line too, but "\r\r\n" is one (twice converted) line end and not an empty line.
_EMPTY_LINE = re.compile(rb"\r\n\r\n|\n\r?\n|\r\r(?!\n)|\r\r\n\r\r\n")
_LINE_END = re.compile(rb"\r\r\n|\r\n|\r|\n")
_FIELD = re.compile(rb"([!-9;-~\x80-\xff]{1,100})[ \t]*:[ \t]*")
_MAILBOX_LINE = re.compile(rb">?From [^\r\n]*")
_FROM_NOBODY = re.compile(rb">?From (?:MAILER-DAEMON|<>)[@ ]", re.I)


@dataclass(frozen=True)
class Headers:
    """Fields in their order. Values are unfolded raw bytes."""

    fields: tuple[tuple[str, bytes], ...] = field(default=())

    def raw(self, name: str) -> bytes:
        """The first value of a field (name in lower case), b"" when there is none."""
        return next((value for known, value in self.fields if known == name), b"")

    def all_raw(self, name: str) -> list[bytes]:
        return [value for known, value in self.fields if known == name]

    def text(self, name: str, limit: int = 1000) -> str:
        """The first value decoded, on one line, "" when there is none."""
        return one_line(decode_field(self.raw(name)), limit)

    def names(self) -> Iterator[str]:
        return (name for name, _ in self.fields)

    def has(self, name: str) -> bool:
        return any(known == name for known, _ in self.fields)


def read_headers(data: bytes, start: int, stop: int, budget: Budget) -> tuple[Headers, int]:
    """The headers of `data[start:stop]` and where its body begins."""
    nobody = _FROM_NOBODY.match(data, start, stop)
    start = _skip_mailbox_line(data, start, stop)
    first_end = _LINE_END.match(data, start, stop)
    if first_end or start >= stop:
        return Headers(), first_end.end() if first_end else start
    if not _FIELD.match(data, start, stop):
        return Headers(), start
    empty = _EMPTY_LINE.search(data, start, stop)
    block_stop, body = (empty.start(), empty.end()) if empty else (stop, stop)
    if block_stop - start > HEADER_BYTES:
        budget.note("the headers are too long, their end was not read")
        block_stop = start + HEADER_BYTES
    fields, body_instead = _fields(data[start:block_stop], budget)
    if nobody and not any(name == "return-path" for name, _ in fields):
        fields.append(("return-path", b"<>"))  # so a mailbox file writes the null sender down
    return Headers(tuple(fields)), body if body_instead is None else start + body_instead


def _skip_mailbox_line(data: bytes, start: int, stop: int) -> int:
    if data.startswith(b"\xef\xbb\xbf", start):
        start += 3
    line = _MAILBOX_LINE.match(data, start, stop)
    if line:
        end = _LINE_END.match(data, line.end(), stop)
        return end.end() if end else line.end()
    return start


def _fields(block: bytes, budget: Budget) -> tuple[list[tuple[str, bytes]], int | None]:
    """The fields of a block, and where its text begins when the empty line before the text is missing."""
    found: list[tuple[str, list[bytes], int]] = []
    at = 0
    junk_at: int | None = None
    lines = 0
    while at < len(block):
        lines += 1
        if lines > HEADER_LINES:
            budget.note("too many header lines, the rest was not read")
            return _joined(found), None
        end = _LINE_END.search(block, at)
        line_stop, following = (end.start(), end.end()) if end else (len(block), len(block))
        if block[at] in b" \t" and found and junk_at is None:
            _, parts, size = found[-1]
            if size < FIELD_BYTES:
                parts.append(block[at : min(line_stop, at + FIELD_BYTES)])
                found[-1] = (found[-1][0], parts, size + line_stop - at)
        else:
            head = _FIELD.match(block, at, line_stop)
            if head:
                junk_at = None
                if len(found) < HEADER_FIELDS:
                    name = head.group(1).decode("latin-1").lower()
                    value = block[head.end() : min(line_stop, head.end() + FIELD_BYTES)]
                    found.append((name, [value], len(value)))
                else:
                    budget.note("too many header fields, the rest was not read")
            elif junk_at is None:
                junk_at = at
        at = following
    if junk_at is not None:
        budget.note("the headers end without an empty line")
    return _joined(found), junk_at


def _joined(found: list[tuple[str, list[bytes], int]]) -> list[tuple[str, bytes]]:
    return [(name, b"".join(parts).strip()[:FIELD_BYTES]) for name, parts, _ in found]
