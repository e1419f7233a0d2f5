"""Articles of the playbook as HTML: Markdown without raw HTML, so a text cannot bring scripts along.

`[words](article:led-meaning)` leads to that article; `![words](picture:led-states)` is one of our drawings, with the
words below it and for screen readers.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape

from camdesk.ui.drawings import drawing

LONGEST = 20_000  # characters; what is longer is no article, and is shown as it was typed
_ARTICLE, _PICTURE = "article:", "picture:"


def _link(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: Any) -> str:
    address = str(tokens[at].attrGet("href"))
    if address.startswith(_ARTICLE):
        with suppress(NoReverseMatch):  # a name that can be none: the checks of the playbook say so
            tokens[at].attrSet("href", reverse("article", args=[address.removeprefix(_ARTICLE)]))
    return renderer.renderToken(tokens, at, options, env)


def _image(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: Any) -> str:
    """A drawing of ours; of any other picture the words alone: an article loads nothing from elsewhere."""
    words, source = tokens[at].content, str(tokens[at].attrGet("src"))
    found = drawing(source.removeprefix(_PICTURE), words) if source.startswith(_PICTURE) else None
    if found is None:
        return str(escape(words))
    # A span: an image stands within a paragraph.
    return f'<span class="drawing">{found}<span aria-hidden="true">{escape(words)}</span></span>'


_reader = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
_reader.add_render_rule("link_open", _link)
_reader.add_render_rule("image", _image)


@lru_cache(maxsize=512)
def to_html(text: str) -> Markup:
    """Safe HTML of a Markdown text."""
    if len(text) > LONGEST:
        return Markup("<p>{}</p>").format(Markup("<br>\n").join(text.split("\n")))
    return Markup(_reader.render(text))  # noqa: S704  raw HTML is off, everything else is escaped by the reader
