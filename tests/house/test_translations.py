"""Every string of every screen is there in both languages."""

import re
from pathlib import Path

import pytest

from camdesk.config import translations

CYRILLIC = re.compile(r"[А-Яа-яЁё]")
# What a template says outside expressions, statements and comments; {% trans %} blocks are said through gettext.
TRANS = re.compile(r"\{%-? *trans\b.*?%\}.*?\{%-? *endtrans *-?%\}", re.DOTALL)
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
QUOTED = re.compile(r"""(?P<call>(?:_|n?p?gettext)\(\s*(?:"[^"]*",\s*)*)?(?P<text>"[^"]*"|'[^']*')""")


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
