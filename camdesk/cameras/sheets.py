"""A table out of bytes: what people save as CSV, in the encodings and with the separators they save it in. Pure."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

MAX_BYTES = 20_000_000
MAX_ROWS = 50_000
_LONGEST_RECORD = 20  # lines of one record; a quote that is open longer than this was never meant to be one
_SEPARATORS = (";", ",", "\t")


class Unreadable(ValueError):
    """The bytes are no table at all; the text is a sentence for whoever chose the file."""


@dataclass
class Sheet:
    """`header`: the first record that is not blank, on `header_line`. `records`: (line, cells). `torn`: lines whose
    quotes make no sense; the lines around them are read all the same."""

    header: list[str] = field(default_factory=list)
    header_line: int = 1
    records: list[tuple[int, list[str]]] = field(default_factory=list)
    torn: list[int] = field(default_factory=list)


def read_sheet(raw: bytes) -> Sheet:
    """Reads UTF-8 (with or without BOM), UTF-16 with BOM or Windows-1251, separated by `;`, `,` or tabs.

    Lines count from 1. Raises Unreadable.
    """
    text = _text(raw)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise Unreadable(_("Файл пуст."))
    separator = _separator(lines[first])
    if lines[first].lower().startswith("sep="):  # what Excel writes to name its separator
        separator = lines[first][4:5] or separator
        first += 1
    sheet = Sheet()
    for number, cells in _records(lines, first, separator, sheet.torn):
        if not any(cell.strip() for cell in cells):
            continue
        if not sheet.header:
            sheet.header, sheet.header_line = cells, number
        elif len(sheet.records) == MAX_ROWS:
            raise Unreadable(_("В файле больше %(n)s строк. Разделите его на части.") % {"n": MAX_ROWS})
        else:
            sheet.records.append((number, cells))
    return sheet


def _text(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise Unreadable(_("Файл больше %(n)s МБ. Разделите его на части.") % {"n": MAX_BYTES // 1_000_000})
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(_("Это книга Excel. Сохраните лист как «CSV UTF-8» и загрузите его."))
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return raw.decode("utf-16")
        if b"\0" in raw:
            raise Unreadable(_("Это не текстовый файл. Сохраните таблицу как «CSV UTF-8»."))
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            return raw.decode("cp1251")
    except UnicodeDecodeError:
        raise Unreadable(_("Не удалось понять кодировку. Сохраните таблицу как «CSV UTF-8».")) from None


def _separator(header: str) -> str:
    """The one that the header has most of; commas lose a draw, since they also stand inside names."""
    return max(_SEPARATORS, key=header.count)


def _records(lines: list[str], first: int, separator: str, torn: list[int]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line. A record is read by itself, so that a quote left open spoils
    its own line and not the rest of the file."""
    at = first
    while at < len(lines):
        cells, taken = _record(lines[at : at + _LONGEST_RECORD], separator)
        if cells is None:
            torn.append(at + 1)
        else:
            yield at + 1, cells
        at += taken


def _record(lines: list[str], separator: str) -> tuple[list[str] | None, int]:
    """(the cells of the record that begins here, how many lines it takes); None when no record begins here."""
    reader = csv.reader((line + "\n" for line in lines), delimiter=separator, strict=True)
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return None, 1
