"""camdesk translations: compiles the catalogues of screen strings, checks that none is missing, adds new ones.

Strings stand in Russian in code and templates; <app>/locale/en holds the English of every one, <app>/locale/ru only
what has forms of number. Done with Babel: no gettext tools are needed on the machine.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

APPS = Path(__file__).resolve().parent.parent

_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_METHODS = [("**/jinja2/**.html", "jinja2"), ("**/jinja2/**.txt", "jinja2"), ("**.py", "python")]
_OPTIONS = {"**/jinja2/**.html": {"extensions": "jinja2.ext.do"}, "**/jinja2/**.txt": {"extensions": "jinja2.ext.do"}}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    todo = parser.add_mutually_exclusive_group()
    todo.add_argument("--check", action="store_true", help="say what is missing, change nothing; exit code 1 if any")
    todo.add_argument("--update", action="store_true", help="add new strings to the .po files, untranslated")


def run(args: argparse.Namespace) -> int:
    if args.update:
        for app in apps():
            update(app)
        return 0
    if args.check:
        missing = [line for app in apps() for line in gaps(app)]
        print("\n".join(missing) or "every string has its translation")
        return 1 if missing else 0
    print(f"{compile_all()} catalogues compiled")
    return 0


def apps() -> list[Path]:
    return sorted(path.parent for path in APPS.glob("*/__init__.py"))


def compile_all(*, force: bool = False) -> int:
    """Writes each .mo that is older than its .po; returns how many."""
    done = 0
    for po in sorted(APPS.glob("*/locale/*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if not force and mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        catalog = _read(po)
        temporary = mo.with_suffix(".mo.new")
        with temporary.open("wb") as file:
            write_mo(file, catalog)
        temporary.replace(mo)
        done += 1
    return done


def strings(app: Path) -> Catalog:
    """What the app's code and templates say."""
    found = Catalog(project="camdesk", charset="utf-8")
    for name, line, message, _comments, context in extract_from_dir(
        app, _METHODS, _OPTIONS, _KEYWORDS, directory_filter=lambda path: "locale" not in path
    ):
        found.add(message, locations=[(name, line)], context=context)
    return found


def gaps(app: Path) -> Iterator[str]:
    """One line for each string without translation, or translated but not said any more."""
    said = {_key(message): message for message in strings(app) if message.id}
    for language, wanted in (("en", said), ("ru", {key: one for key, one in said.items() if one.pluralizable})):
        po = _po(app, language)
        have = {_key(message): message for message in _read(po) if message.id} if po.exists() else {}
        for key, message in wanted.items():
            if key not in have or not _complete(have[key], language):
                yield f"{app.name}: {language}: {_name(message)!r} ({message.locations[0][0]}) is not translated"
        for key, message in have.items():
            if key not in said:
                yield f"{app.name}: {language}: {_name(message)!r} is not said anywhere"


def update(app: Path) -> None:
    """Adds new strings, untranslated, and drops those that are not said any more."""
    said = {_key(message): message for message in strings(app) if message.id}
    if not said:
        return
    for language in ("en", "ru"):
        wanted = {key: one for key, one in said.items() if language == "en" or one.pluralizable}
        po = _po(app, language)
        old = {_key(message): message for message in _read(po) if message.id} if po.exists() else {}
        if not wanted and not old:
            continue
        new = Catalog(locale=language, project="camdesk", charset="utf-8", fuzzy=False)
        for key, message in wanted.items():
            string = old[key].string if key in old else None
            new.add(message.id, string=string, locations=sorted({(n, 0) for n, _ in message.locations}), context=key[0])
        po.parent.mkdir(parents=True, exist_ok=True)
        with po.open("wb") as file:
            # A header of our own: Babel's holds dates, and two branches would quarrel about them.
            file.write(f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n'.encode())
            file.write(b'"Content-Type: text/plain; charset=utf-8\\n"\n')
            file.write(f'"Plural-Forms: {new.plural_forms}\\n"\n\n'.encode())
            write_po(file, new, width=110, sort_output=True, include_lineno=False, omit_header=True)


def _po(app: Path, language: str) -> Path:
    return app / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(po: Path) -> Catalog:
    with po.open("rb") as file:
        return read_po(file, locale=po.parent.parent.name)


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, _name(message)


def _name(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def _complete(message: Message, language: str) -> bool:
    if message.fuzzy:
        return False
    if not message.pluralizable:
        return bool(message.string)
    forms = {"en": 2, "ru": 3}[language]
    return isinstance(message.string, tuple | list) and len(message.string) == forms and all(message.string)
