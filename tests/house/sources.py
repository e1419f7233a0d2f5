"""The Python files a rule of the house looks at: the product's, and the demo's, which writes the same tables."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CAMDESK = ROOT / "camdesk"


def sources() -> Iterator[tuple[str, Path]]:
    """(name, file): "tickets/state.py" of the product, "camdesk_demo/crowd.py" of the demo."""
    for package in (CAMDESK, ROOT / "camdesk_demo"):
        for path in sorted(package.rglob("*.py")):
            yield path.relative_to(ROOT).as_posix().removeprefix("camdesk/"), path
