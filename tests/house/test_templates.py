"""Templates are read by people, in a diff and beside other windows."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "camdesk").glob("*/jinja2/**/*"))
    if path.is_file()
}
WIDEST = 140


def test_no_line_is_too_wide_to_read():
    assert len(TEMPLATES) > 150
    wide = [
        f"{name}:{number}: {len(line)}"
        for name, text in TEMPLATES.items()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > WIDEST
    ]
    assert wide == []
