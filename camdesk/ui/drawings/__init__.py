"""Drawings that explain: a light, a button, a port, a label.

SVG without words or scripts, in the colour of the text, so that they are right on any page, light and dark. What a
drawing shows is said by whoever uses it, in the reader's language.
"""

from functools import cache
from importlib.resources import files

from markupsafe import Markup, escape


@cache
def names() -> frozenset[str]:
    """The drawings there are."""
    return frozenset(one.name.removesuffix(".svg") for one in files(__name__).iterdir() if one.name.endswith(".svg"))


def drawing(name: str, words: str) -> Markup | None:
    """The drawing as inline SVG that is read out as `words`; None: there is no such drawing."""
    if name not in names():
        return None
    spoken = f'<svg role="img" aria-label="{escape(words)}" '
    return Markup(_source(name).replace("<svg ", spoken, 1))  # noqa: S704  our own file, and escaped words


@cache
def _source(name: str) -> str:
    return files(__name__).joinpath(f"{name}.svg").read_text(encoding="utf-8").strip()
