"""camdesk translations over an app of its own: what is missing, what is added and dropped, what is compiled."""

import os
from argparse import Namespace
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from camdesk.config import translations

SAYS = 'from django.utils.translation import gettext as _, ngettext\n_("Камера")\nngettext("%d файл", "%d файла", 2)\n'
ENGLISH = """msgid "Камера"
msgstr "Camera"

msgid "%d файл"
msgid_plural "%d файла"
msgstr[0] "one"
msgstr[1] "many"
"""
RUSSIAN = """msgid "%d файл"
msgid_plural "%d файла"
msgstr[0] "%d файл"
msgstr[1] "%d файла"
msgstr[2] "%d файлов"
"""
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {forms}\\n"\n\n'
FORMS = {
    "en": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
}


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that says two things, both translated."""
    app = tmp_path / "rooms"
    app.mkdir()
    (app / "__init__.py").write_text("")
    (app / "views.py").write_text(SAYS)
    monkeypatch.setattr(translations, "APPS", tmp_path)
    for language, words in (("en", ENGLISH), ("ru", RUSSIAN)):
        write(app, language, words)
    return app


def po(app: Path, language: str) -> Path:
    return app / "locale" / language / "LC_MESSAGES" / "django.po"


def write(app: Path, language: str, words: str) -> None:
    po(app, language).parent.mkdir(parents=True, exist_ok=True)
    po(app, language).write_text(HEAD.format(forms=FORMS[language]) + words)


def kept(app: Path, language: str) -> dict[str, object]:
    """{what is said: its translation}, by the file."""
    with po(app, language).open("rb") as file:
        found = read_po(file, locale=language)
    return {one.id if isinstance(one.id, str) else one.id[0]: one.string for one in found if one.id}


GAPS = {
    "nothing": (SAYS, ENGLISH, RUSSIAN, []),
    "a new word": (SAYS + '_("Адрес")\n', ENGLISH, RUSSIAN, ["en: 'Адрес' (views.py) is not translated"]),
    "an empty translation": (SAYS, ENGLISH.replace('"Camera"', '""'), RUSSIAN, ["en: 'Камера'"]),
    "a guess": (SAYS, "#, fuzzy\n" + ENGLISH, RUSSIAN, ["en: 'Камера'"]),
    "a form of number": (SAYS, ENGLISH.replace('"many"', '""'), RUSSIAN, ["en: '%d файл'"]),
    "a form of number in Russian": (SAYS, ENGLISH, RUSSIAN.replace('"%d файлов"', '""'), ["ru: '%d файл'"]),
    "no Russian": (SAYS, ENGLISH, "", ["ru: '%d файл'"]),
    "what is not said": (SAYS.replace('_("Камера")', ""), ENGLISH, RUSSIAN, ["en: 'Камера' is not said anywhere"]),
    "the same in another sense": (
        SAYS + 'pgettext("чья", "Камера")\n',
        ENGLISH,
        RUSSIAN,
        ["en: 'Камера' (views.py) is not translated"],
    ),
}


@pytest.mark.parametrize("name", GAPS)
def test_what_is_missing_is_told(app: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    says, english, russian, told = GAPS[name]
    (app / "views.py").write_text(says)
    write(app, "en", english)
    write(app, "ru", russian)
    code = translations.run(Namespace(update=False, check=True))
    lines = capsys.readouterr().out.splitlines()
    assert code == bool(told)
    if not told:
        assert lines == ["every string has its translation"]
    else:
        assert len(lines) == len(told)
        assert all(line.startswith(f"rooms: {words}") for line, words in zip(lines, told, strict=True)), lines


def test_what_is_new_is_added_and_what_is_not_said_goes(app: Path) -> None:
    (app / "views.py").write_text(SAYS.replace('_("Камера")', '_("Адрес")'))
    assert translations.run(Namespace(update=True, check=False)) == 0
    assert kept(app, "en") == {"Адрес": "", "%d файл": ("one", "many")}
    assert kept(app, "ru") == {"%d файл": ("%d файл", "%d файла", "%d файлов")}
    before = po(app, "en").read_bytes()
    translations.update(app)
    assert po(app, "en").read_bytes() == before, "nothing of it depends on when, or on how often"


def test_an_app_that_says_nothing_has_no_catalogue(app: Path, tmp_path: Path) -> None:
    (silent := tmp_path / "silent").mkdir()
    (silent / "__init__.py").write_text("")
    (plain := tmp_path / "plain").mkdir()
    (plain / "__init__.py").write_text('_("Без чисел")\n')
    assert translations.run(Namespace(update=True, check=False)) == 0
    assert not (silent / "locale").exists()
    assert kept(plain, "en") == {"Без чисел": ""}
    assert not po(plain, "ru").exists(), "Russian stands in the code but for forms of number"
    (plain / "__init__.py").write_text("")
    translations.update(plain)
    assert list(translations.gaps(plain)) == ["plain: en: 'Без чисел' is not said anywhere"], "nothing is said: by hand"


def test_a_catalogue_is_compiled_where_it_is_newer_than_what_was_compiled(app: Path) -> None:
    assert [translations.compile_all() for _ in range(2)] == [2, 0]
    mo = po(app, "en").with_suffix(".mo")
    with mo.open("rb") as file:
        assert {one.string for one in read_mo(file) if one.id == "Камера"} == {"Camera"}
    os.utime(po(app, "en"), (mo.stat().st_mtime + 5,) * 2)
    assert translations.compile_all() == 1
    assert translations.compile_all(force=True) == 2
