"""Articles of the playbook as HTML: Markdown without raw HTML, so a text cannot bring scripts along."""

from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup

LONGEST = 20_000  # characters; what is longer is no article, and is shown as it was typed
_reader = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


@lru_cache(maxsize=512)
def to_html(text: str) -> Markup:
    """Safe HTML of a Markdown text."""
    if len(text) > LONGEST:
        return Markup("<p>{}</p>").format(Markup("<br>\n").join(text.split("\n")))
    return Markup(_reader.render(text))  # noqa: S704  raw HTML is off, everything else is escaped by the reader
