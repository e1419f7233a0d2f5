"""Numbers, sizes, phones and initials."""

import pytest
from django.utils import translation

from camdesk.config import translations
from camdesk.ui import figures


@pytest.fixture(autouse=True, scope="module")
def _catalogues() -> None:
    translations.compile_all()


@pytest.mark.parametrize(
    "size, russian, english",
    [
        (0, "0 Б", "0 B"),
        (999, "999 Б", "999 B"),
        (1023, "1 023 Б".replace(" ", "\u00a0"), "1,023 B"),
        (1024, "1 КБ", "1 KB"),
        (1536, "1,5 КБ", "1.5 KB"),
        (100 * 1024 + 600, "101 КБ", "101 KB"),
        (999 * 1024, "999 КБ", "999 KB"),
        (1000 * 1024, "1,0 МБ", "1.0 MB"),
        (1000 * 1024**2, "1,0 ГБ", "1.0 GB"),
        (2048, "2 КБ", "2 KB"),
        (2_483_021, "2,4 МБ", "2.4 MB"),
        (50 * 1024 * 1024, "50 МБ", "50 MB"),
        (3 * 1024**3, "3 ГБ", "3 GB"),
    ],
)
def test_filesize(size: int, russian: str, english: str) -> None:
    with translation.override("ru"):
        assert figures.filesize(size) == russian.replace(" ", figures.NBSP)
    with translation.override("en"):
        assert figures.filesize(size) == english.replace(" ", figures.NBSP)


def test_thousands_do_not_break_over_a_line() -> None:
    with translation.override("ru"):
        assert figures.number(1234567) == "1\u00a0234\u00a0567"
        assert figures.number(2.5, places=1) == "2,5"
    with translation.override("en"):
        assert figures.number(1234567) == "1,234,567"


@pytest.mark.parametrize(
    "name, letters",
    [
        ("Анна Петрова", "АП"),
        ("Пётр", "П"),
        ("anna@example.org", "A"),
        ("ТСЖ «Берёзовая»", "Т"),
        ("Иван Иванович Иванов", "ИИ"),
        ("", "?"),
        ("  ", "?"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert figures.initials(name) == letters


@pytest.mark.parametrize(
    ("language", "name", "within"),
    [
        ("ru", "Продукты «Вкусный двор»", "Продукты „Вкусный двор“"),
        ("ru", "Школа № 7", "Школа № 7"),
        ("en", "Продукты «Вкусный двор»", "Продукты «Вкусный двор»"),
    ],
)
def test_a_name_within_quotes(language: str, name: str, within: str) -> None:
    with translation.override(language):
        assert figures.within_quotes(name) == within


def test_who_calls_is_shown_or_said_to_be_unread() -> None:
    with translation.override("ru"):
        assert figures.caller("+79123456789") == "+7 912 345-67-89".replace(" ", figures.NBSP)
        assert figures.caller("8*935*11") == "номер не распознан: 8*935*11"
