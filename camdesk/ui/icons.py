"""Icons: inline SVG from the lucide package, so that a page asks for no files and they take the text's colour."""

from functools import cache
from importlib.resources import files
from io import BytesIO
from zipfile import ZipFile

import lucide
from markupsafe import Markup, escape

# What css/base.css says of every .icon: half of what an icon weighs, and a page of the desk has a hundred.
_DRAWN_BY_CSS = (
    ' fill="none"',
    ' stroke="currentColor"',
    ' stroke-width="2"',
    ' stroke-linecap="round"',
    ' stroke-linejoin="round"',
)


@cache
def icon(name: str, label: str = "", css: str = "") -> Markup:
    """The icon `name` as inline SVG. Without `label` it is decoration, hidden from screen readers.

    Raises lucide.IconDoesNotExist for an unknown name, so that a typo fails the first time a page is rendered.
    """
    svg = _drawn(name)
    for attribute in _DRAWN_BY_CSS:
        svg = svg.replace(attribute, "", 1)
    classes = f"icon {css}".strip()
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(svg.replace("<svg ", f'<svg class="{escape(classes)}" {spoken} ', 1).replace("> <", "><"))  # noqa: S704


@cache
def _set() -> ZipFile:
    """In memory. The package itself reads the list of its 1,700 names for each icon: 8 ms, and a page has many."""
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))


def _drawn(name: str) -> str:
    """As the package would render it at 20 pixels, in one line."""
    try:
        svg = _set().read(f"{name}.svg").decode()
    except KeyError:
        raise lucide.IconDoesNotExist(f"The icon {name!r} does not exist.") from None
    line = " ".join(svg.split()).replace(' xmlns="http://www.w3.org/2000/svg"', "", 1).replace(" >", ">")
    return line.replace('width="24" height="24"', 'width="20" height="20"', 1)


def is_icon(name: str) -> bool:
    """Whether the set has an icon of that name."""
    try:
        icon(name)
    except lucide.IconDoesNotExist:
        return False
    return True
