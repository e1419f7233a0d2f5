"""The few files a page asks for, made of the many files people edit."""

import gzip
import re
from pathlib import Path

import pytest

from camdesk.ui import bundles


@pytest.mark.parametrize(
    "app, file, layer",
    [
        ("ui", "reset.css", "reset"),
        ("ui", "tokens.css", "tokens"),
        ("ui", "dark.css", "tokens"),
        ("ui", "button.css", "components"),
        ("ui", "page-account.css", "pages"),
        ("cabinet", "reset.css", "pages"),
    ],
)
def test_each_style_sheet_has_its_layer(app: str, file: str, layer: str) -> None:
    assert bundles.layer(app, file) == layer


def test_layers_come_in_their_order_whatever_the_order_of_files(tmp_path: Path) -> None:
    files = []
    for app, name in (("desk", "queue.css"), ("ui", "button.css"), ("ui", "tokens.css")):
        path = tmp_path / app / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f".{name[:-4]} {{}}\n")
        files.append((app, path))
    css = bundles.joined("app.css", files)
    assert re.findall(r"^@layer (\w+) \{", css, re.MULTILINE) == ["tokens", "components", "pages"]
    assert css.startswith("@layer reset, tokens, base, components, pages;")


def test_a_script_that_fails_takes_no_other_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.js"
    path.write_text("const name = 1\n")
    js = bundles.joined("app.js", [("cabinet", path), ("cabinet", path)])
    assert js.count("try {") == js.count("catch (error)") == 2


def test_a_changed_source_is_seen(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.DATA_DIR = tmp_path
    finder = bundles.BundleFinder()
    first = Path(str(finder.find("app.css")))
    assert "--accent" in first.read_text()
    assert finder.find("nothing.css") == []
    assert {name for name, _ in finder.list([])} == set(bundles.BUNDLES)


def test_a_cold_page_stays_small(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """The promise is 120 KB for a cold form page with everything: three quarters of it may be what is shared."""
    settings.DATA_DIR = tmp_path
    finder = bundles.BundleFinder()
    names = ("app.css", "dark.css", "app.js")
    size = sum(len(gzip.compress(Path(str(finder.find(name))).read_bytes())) for name in names)
    assert size < 90_000
