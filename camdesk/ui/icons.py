"""Icons: inline SVG from the lucide package, so that a page asks for no files and they take the text's colour."""

from functools import cache

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
    svg = " ".join(lucide._render_icon(name, 20).split())
    for attribute in _DRAWN_BY_CSS:
        svg = svg.replace(attribute, "", 1)
    classes = f"icon {css}".strip()
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(svg.replace("<svg ", f'<svg class="{escape(classes)}" {spoken} ', 1).replace("> <", "><"))  # noqa: S704


def is_icon(name: str) -> bool:
    """Whether the set has an icon of that name."""
    try:
        icon(name)
    except lucide.IconDoesNotExist:
        return False
    return True
