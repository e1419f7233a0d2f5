"""Camera tables as people really save them: what is read, and the sentence for what is not."""

import pytest

from camdesk.cameras import sheets
from camdesk.cameras.rows import LONGEST, read

HEAD = "ID;Название;Адрес;Серийный номер;MAC;Высота;Подключение;Статус"
ONE = "c1;Касса;Мира 4;S1;02:00:5E:00:00:01;3,5 м;Wi-Fi;в сети"


def only(text, encoding="utf-8"):
    reading = read(text.encode(encoding))
    assert reading.problems == []
    assert len(reading.rows) == 1
    return reading.rows[0]


TABLES = {
    "semicolons in UTF-8": (f"{HEAD}\n{ONE}", "utf-8"),
    "a byte order mark": (f"{HEAD}\r\n{ONE}\r\n", "utf-8-sig"),
    "Windows-1251": (f"{HEAD}\r\n{ONE}\r\n", "cp1251"),
    "tabs in UTF-16, as Excel's Unicode text": (f"{HEAD}\n{ONE}".replace(";", "\t"), "utf-16"),
    "commas, with quotes around a cell that has one": (
        f"{HEAD}\n{ONE}".replace("3,5 м", '"3,5 м"').replace(";", ","),
        "utf-8",
    ),
    "Excel's own line about the separator": (f"sep=;\n{HEAD}\n{ONE}", "utf-8"),
    "blank lines before, between and after": (f"\n;;;\n{HEAD}\n\n{ONE}\n\n", "utf-8"),
    "old Macintosh line ends": (f"{HEAD}\r{ONE}\r", "utf-8"),
}


@pytest.mark.parametrize("text, encoding", TABLES.values(), ids=TABLES)
def test_table_is_read(text, encoding):
    row = only(text, encoding)
    assert row.values == {
        "external_id": "c1",
        "name": "Касса",
        "address": "Мира 4",
        "serial": "S1",
        "mac": "02:00:5E:00:00:01",
        "height": "3-5",
        "connection": "wifi",
        "status": "online",
    }
    assert row.height_cm == 350


CELLS = {
    "empty cells say nothing": ("c1;;;;;;;", {"external_id": "c1"}),
    "a short line lacks its last cells": ("c1;Касса", {"external_id": "c1", "name": "Касса"}),
    "a number kept as text by a formula": ('c1;;;"=""00123""";;;;', {"external_id": "c1", "serial": "00123"}),
    "line breaks inside quotes become blanks": (
        'c1;"Касса\nвторая";;;;;;',
        {"external_id": "c1", "name": "Касса вторая"},
    ),
    "control and bidi characters are dropped": ("c1;Ка\u202eс\x07са;;;;;;", {"external_id": "c1", "name": "Касса"}),
    "markup stays words": ("c1;<b>Касса</b>;;;;;;", {"external_id": "c1", "name": "<b>Касса</b>"}),
}


@pytest.mark.parametrize("line, values", CELLS.values(), ids=CELLS)
def test_cell_is_cleaned(line, values):
    assert only(f"{HEAD}\n{line}").values == values


BAD_LINES = {
    "nothing to know the camera by": (";Касса;Мира 4;;;;;", "", "о какой камере"),
    "a MAC that is none": ("c1;;;;12:34;;;", "MAC", "не похоже на MAC"),
    "a height nobody understands": ("c1;;;;;высоко;;", "Высота", "напишите метры"),
    "an unknown connection": ("c1;;;;;;голубиная почта;", "Подключение", "Бывает"),
    "an unknown status": ("c1;;;;;;;так себе", "Статус", "Бывает"),
    "a serial that Excel rounded": ("c1;;;1,23E+12;;;;", "Серийный номер", "Excel округлил"),
    "a name too long": (f"c1;{'я' * 121};;;;;;", "Название", "120"),
    "more cells than columns": (f"{ONE};лишнее", "", "разделители"),
    "a quote that is never closed": ('c1;"Касса;Мира 4;;;;;', "", "Кавычки"),
}


@pytest.mark.parametrize("line, column, words", BAD_LINES.values(), ids=BAD_LINES)
def test_bad_line_gets_one_sentence_and_the_others_are_read(line, column, words):
    reading = read(f"{HEAD}\nc0;Первая;Мира 1\n{line}\nc9;Последняя;Мира 9\n".encode())
    assert [row.values["external_id"] for row in reading.rows] == ["c0", "c9"]
    [problem] = reading.problems
    assert (problem.line, problem.column) == (3, column)
    assert words in problem.text


def test_every_bad_cell_of_a_line_is_named():
    reading = read(f"{HEAD}\nc1;;;;12;?;?;?".encode())
    assert [problem.column for problem in reading.problems] == ["MAC", "Высота", "Подключение", "Статус"]


TWINS = {
    "the same id": ("c1;Касса;;;", "c1;Другая;;;"),
    "the same serial in one organisation": (";Касса;S1;;Ладья", ";Другая;s1;;ладья"),
    "the same MAC": (";Касса;;02005E000001;", ";Другая;;02:00:5e:00:00:01;"),
}


@pytest.mark.parametrize("first, second", TWINS.values(), ids=TWINS)
def test_second_line_of_one_camera_is_refused(first, second):
    reading = read(f"ID;Название;S/N;MAC;Организация\n{first}\n{second}".encode())
    assert [row.line for row in reading.rows] == [2]
    [problem] = reading.problems
    assert problem.line == 3
    assert "в строке 2" in problem.text


def test_the_same_serial_in_two_organisations_is_two_cameras():
    reading = read("Название;S/N;Организация\nКасса;S1;Ладья\nКасса;S1;Фрегат".encode())
    assert len(reading.rows) == 2
    assert reading.problems == []


def test_unknown_column_is_named_and_passed_over():
    reading = read("ID;Примечание;id\nc1;любое;c2".encode())
    assert [row.values for row in reading.rows] == [{"external_id": "c1"}]
    assert [(problem.column, problem.line) for problem in reading.problems] == [("Примечание", 1), ("id", 1)]


USELESS = {
    "nothing": (b"", "пуст"),
    "blanks": (b" \n\n ", "пуст"),
    "an Excel book": (b"PK\x03\x04rest", "Excel"),
    "a picture": (b"\x89PNG\0\0\0", "не текстовый"),
    "no header": ("c1;Касса\nc2;Зал".encode(), "называть столбцы"),
    "no column to know a camera by": ("Название;Адрес\nКасса;Мира".encode(), "узнать"),
    "bytes of no encoding": (b"ID;\x98\xff\n", "кодировку"),
}


@pytest.mark.parametrize("raw, words", USELESS.values(), ids=USELESS)
def test_useless_file_gets_one_sentence(raw, words):
    reading = read(raw)
    assert reading.rows == []
    [problem] = reading.problems
    assert words in problem.text


def test_too_many_rows_are_refused_in_words(monkeypatch):
    monkeypatch.setattr(sheets, "MAX_ROWS", 2)
    assert "больше 2 строк" in read(b"ID\na\nb\nc").problems[0].text
    assert len(read(b"ID\na\nb").rows) == 2


def test_too_large_a_file_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(sheets, "MAX_BYTES", 10)
    assert "МБ" in read(b"ID\n12345678").problems[0].text


def test_every_field_has_its_limit():
    from camdesk.cameras.column_names import HEADERS

    assert LONGEST.keys() == HEADERS.keys()
