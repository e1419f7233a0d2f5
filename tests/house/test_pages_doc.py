"""docs/pages.md names every component, filter and element there is, and none that is not."""

import re
from pathlib import Path

from django.template import engines
from jinja2.runtime import Macro

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs/pages.md").read_text()
UI = ROOT / "camdesk/ui"


def macros(file: str) -> set[str]:
    module = engines["jinja2"].env.get_template(f"ui/components/{file}").module
    return {name for name, value in vars(module).items() if isinstance(value, Macro)}


def test_every_component_is_listed_beside_its_file() -> None:
    listed = {
        file: set(re.findall(r"`(\w+)`", names))
        for file, names in re.findall(r"^\| `(\w+\.html)` \| (.+) \|$", DOC, re.M)
    }
    there = {path.name: macros(path.name) for path in (UI / "jinja2/ui/components").glob("*.html")}
    assert listed == there


def test_every_shell_exists() -> None:
    for name in re.findall(r"^\| `(ui/\w+\.html)`", DOC, re.M):
        engines["jinja2"].env.get_template(name)


def test_every_element_is_listed() -> None:
    defined = {
        name
        for path in (UI / "static/ui/js").rglob("*.js")
        for name in re.findall(r'customElements\.define\("([\w-]+)"', path.read_text())
    }
    assert set(re.findall(r"^\| `<([\w-]+)>`", DOC, re.M)) == defined


def test_the_filters_exist() -> None:
    line = DOC.split("Filters:")[1].split("A person's text")[0]
    ours = {name for name in re.findall(r"`(\w+)`", line)}
    assert ours <= set(engines["jinja2"].env.filters)
    assert {"ago", "linkify"} <= ours
