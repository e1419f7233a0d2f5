"""Every string of every screen is there in both languages."""

import ast
import re
from pathlib import Path

import pytest

from camdesk.config import translations

SAYING = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
# What a template says outside expressions, statements and comments; {% trans %} blocks are said through gettext.
TRANS = re.compile(r"\{%-? *trans\b.*?%\}.*?\{%-? *endtrans *-?%\}", re.DOTALL)
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
# A long string may stand in pieces, one a line.
QUOTED = re.compile(r"""(?P<call>(?:_|n?p?gettext)\(\s*(?:"[^"]*",\s*)*)?(?P<text>"[^"]*"(?:\s+"[^"]*")*|'[^']*')""")


@pytest.mark.parametrize("template", sorted(translations.APPS.glob("*/jinja2/**/*.html")), ids=lambda path: path.stem)
def test_a_template_says_nothing_past_gettext(template: Path) -> None:
    if "gallery" in template.parts:
        return  # sample words, for us only
    text = TRANS.sub("", template.read_text())
    outside = [line.strip() for line in CODE.sub("", text).splitlines() if CYRILLIC.search(line)]
    inside = [
        match.group("text")
        for code in re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text, re.DOTALL)
        for match in QUOTED.finditer(code)
        if CYRILLIC.search(match.group("text")) and not match.group("call")
    ]
    assert outside + inside == []


@pytest.mark.parametrize("app", translations.apps(), ids=lambda app: app.name)
def test_nothing_is_said_inside_an_f_string(app: Path) -> None:
    """The extractor does not look into f-strings: such words would stay Russian for an English reader, unnoticed."""
    hidden = [
        f"{path.relative_to(app)}:{call.lineno}"
        for path in app.rglob("*.py")
        for string in ast.walk(ast.parse(path.read_text()))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SAYING
    ]
    assert hidden == []
