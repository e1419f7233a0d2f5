"""The lines of a camera table, each judged by itself: what can be taken in, and a sentence for what cannot. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db.models import Model
from django.utils.translation import gettext as _

from camdesk.cameras import column_names
from camdesk.cameras.models import Camera, Passport, Site
from camdesk.cameras.sheets import Sheet, Unreadable, read_sheet
from camdesk.lib import time_zones
from camdesk.lib.numbers import whole_number
from camdesk.lib.text import TextTooLong, clean_line
from camdesk.people.models import Organisation

# Spreadsheets turn long numbers into «1,23E+12»: what was there is lost, so it must not become an identity.
_RUINED_NUMBER = re.compile(r"\d(?:[.,]\d+)?[eе]\+\d+\Z", re.IGNORECASE)
_FORMULA_TEXT = re.compile(r'="([^"]*)"\Z')  # ="00123": how people keep leading zeroes
_IDENTITIES = ("external_id", "serial", "mac")
_LONGEST_ACCESS = 2000


@dataclass(frozen=True)
class RowProblem:
    """Why something was not taken in. `line` of the file from 1; `column`: its header, "" for the whole line."""

    line: int
    column: str
    text: str


@dataclass(frozen=True)
class TableRow:
    """One camera of the table. `values`: clean, by the fields of wording.HEADERS; those that were empty are absent.
    `height_cm`: where the height was a measure. `headers`: {field: how the file calls the column}."""

    line: int
    values: Mapping[str, str]
    height_cm: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class TableReading:
    rows: list[TableRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def read(raw: bytes) -> TableReading:
    """What can be taken in, and a sentence for every cell and line that cannot. Raises nothing."""
    reading = TableReading()
    try:
        sheet = read_sheet(raw)
    except Unreadable as refusal:
        reading.problems.append(RowProblem(1, "", str(refusal)))
        return reading
    columns = _columns(sheet, reading.problems)
    if columns is not None:
        _read_rows(sheet, columns, reading)
    return reading


def _columns(sheet: Sheet, problems: list[RowProblem]) -> dict[int, str] | None:
    """{position: field}, or None when the table cannot be used. Unknown columns are named and passed over."""
    columns: dict[int, str] = {}
    for position, header in enumerate(sheet.header):
        known = column_names.field_of(header)
        if known is None and header.strip():
            problems.append(
                RowProblem(sheet.header_line, _short(header), _("Такого столбца мы не знаем, он пропущен."))
            )
        elif known in columns.values():
            problems.append(RowProblem(sheet.header_line, _short(header), _("Столбец повторяется, взят первый.")))
        elif known is not None:
            columns[position] = known
    if not columns:
        text = _("Первая строка должна называть столбцы: «Адрес», «Название», «Серийный номер»…")
        problems[:] = [RowProblem(sheet.header_line, "", text)]
        return None
    if not set(columns.values()) & set(_IDENTITIES):
        text = _("Нужен хотя бы один столбец, по которому камеру можно узнать: «ID», «Серийный номер» или «MAC».")
        problems.append(RowProblem(sheet.header_line, "", text))
        return None
    return columns


def _read_rows(sheet: Sheet, columns: dict[int, str], reading: TableReading) -> None:
    seen: dict[tuple[str, str, str], int] = {}
    headers = {name: _short(sheet.header[position]) for position, name in columns.items()}
    for line in sheet.torn:
        reading.problems.append(RowProblem(line, "", _("Кавычки в строке не закрыты, её не удалось прочитать.")))
    for line, cells in sheet.records:
        row, problems = _row(line, cells, columns, sheet.header, headers)
        if not problems and (earlier := _earlier(row, seen)):
            text = _("Эта камера уже была в строке %(line)s.") % {"line": earlier}
            problems = [RowProblem(line, "", text)]
        if problems:
            reading.problems += problems
        else:
            reading.rows.append(row)
    reading.problems.sort(key=lambda problem: problem.line)


def _row(
    line: int, cells: list[str], columns: dict[int, str], header: list[str], headers: Mapping[str, str]
) -> tuple[TableRow, list[RowProblem]]:
    values: dict[str, str] = {}
    problems: list[RowProblem] = []
    measured = None
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        problems.append(RowProblem(line, "", _("В строке больше ячеек, чем столбцов: проверьте разделители.")))
    for position, name in columns.items():
        if position >= len(cells):
            continue
        try:
            value = _clean(name, cells[position])
            if name == "height" and value:
                height = column_names.height(value, header=header[position])
                if height is None:
                    raise _Bad(_("Не поняли высоту «%(said)s»: напишите метры, например «3,5 м».") % _said(value))
                value, measured = height.range, height.cm
        except _Bad as refusal:
            problems.append(RowProblem(line, _short(header[position]), str(refusal)))
            continue
        if value:
            values[name] = value
    if not problems and not any(name in values for name in _IDENTITIES):
        problems.append(RowProblem(line, "", _("Непонятно, о какой камере речь: укажите ID, серийный номер или MAC.")))
    return TableRow(line, values, measured, headers), problems


class _Bad(ValueError):
    pass


def _clean(name: str, cell: str) -> str:
    cell = cell.strip()
    if match := _FORMULA_TEXT.match(cell):
        cell = match[1]
    try:
        value = clean_line(cell, most=LONGEST[name])
    except TextTooLong:
        raise _Bad(_("Длиннее %(n)s знаков.") % {"n": LONGEST[name]}) from None
    if not value:
        return ""
    if name in {"external_id", "site_id", "organisation_id", "serial", "mac"} and _RUINED_NUMBER.match(value):
        text = _("Excel округлил номер («%(said)s»): сделайте столбец текстовым и вставьте номер снова.")
        raise _Bad(text % _said(value))
    return _JUDGES[name](value) if name in _JUDGES else value


def _mac(said: str) -> str:
    value = column_names.mac(said)
    if value is None:
        raise _Bad(_("«%(said)s» не похоже на MAC-адрес: нужно 12 знаков 0–9 и A–F.") % _said(said))
    return value


def _days(said: str) -> str:
    days = whole_number(said.split()[0])
    if days is None or days > 3650:
        raise _Bad(_("«%(said)s»: нужно число дней.") % _said(said))
    return str(days)


def _time_zone(said: str) -> str:
    try:
        return time_zones.name_of(said)
    except time_zones.UnknownZone:
        text = _("Не знаем такого часового пояса: «%(said)s». Бывает: Asia/Yekaterinburg, МСК+2, UTC+5.")
        raise _Bad(text % _said(said)) from None


def _connection(said: str) -> str:
    return _named(
        column_names.CONNECTIONS, said, _("Не знаем такого подключения: «%(said)s». Бывает: PoE, кабель, Wi-Fi, SIM.")
    )


def _status(said: str) -> str:
    return _named(
        column_names.STATUSES,
        said,
        _("Не знаем такого статуса: «%(said)s». Бывает: в сети, не в сети, нестабильно, заблокирована."),
    )


def _named(table: dict[str, tuple[str, ...]], said: str, refusal: str) -> str:
    value = column_names.one_of(table, said)
    if value is None:
        raise _Bad(refusal % _said(said))
    return value


_JUDGES: dict[str, Callable[[str], str]] = {
    "mac": _mac,
    "archive_days": _days,
    "connection": _connection,
    "time_zone": _time_zone,
    "status": _status,
    # There are more providers and suppliers than anyone can list: a name we do not know is kept as it is.
    "provider": lambda said: column_names.one_of(column_names.PROVIDERS, said) or said,
    "supplier": lambda said: column_names.one_of(column_names.SUPPLIERS, said) or said,
}


def _longest() -> dict[str, int]:
    def of(model: type[Model], *names: str) -> dict[str, int]:
        return {name: _max_length(model, name) for name in names}

    return {
        **of(Camera, "external_id", "name", "vendor", "model", "serial", "firmware"),
        **of(Passport, "provider", "supplier", "mount", "port"),
        **of(Site, "address", "city", "district", "time_zone"),
        "site_name": _max_length(Site, "name"),
        "site_id": _max_length(Site, "external_id"),
        "organisation": _max_length(Organisation, "name"),
        "organisation_id": _max_length(Organisation, "external_id"),
        "access": _LONGEST_ACCESS,
        **dict.fromkeys(("mac", "height", "connection", "status", "archive_days"), 60),
    }


def _max_length(model: type[Model], name: str) -> int:
    longest = getattr(model._meta.get_field(name), "max_length", None)
    assert longest is not None, name
    return int(longest)


LONGEST = _longest()


def _earlier(row: TableRow, seen: dict[tuple[str, str, str], int]) -> int | None:
    """The line that spoke of the same camera before, else None; this line is remembered."""
    owner = row.values.get("organisation_id") or row.values.get("organisation", "")
    keys = [
        (name, "" if name == "external_id" else owner.casefold(), row.values[name].casefold())
        for name in _IDENTITIES
        if name in row.values
    ]
    for key in keys:
        if key in seen:
            return seen[key]
    seen |= dict.fromkeys(keys, row.line)
    return None


def _said(value: str) -> dict[str, str]:
    return {"said": _short(value)}


def _short(value: str) -> str:
    value = " ".join(value.split())
    return value if len(value) <= 40 else value[:39] + "…"
