"""What our letters are made of, written once and said twice: as plain text and as HTML. Pure.

The text is a whole letter, not a remark that a better program is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from camdesk.ui.linkify import linkify
from camdesk.ui.values import Term


@dataclass(frozen=True)
class Marker:
    """The line above which one answers (channels/mail/mime/quoting knows it)."""

    line: str


@dataclass(frozen=True)
class Words:
    """A paragraph, or what a person typed: line breaks stay."""

    text: str


@dataclass(frozen=True)
class Rows:
    """Questions with their answers."""

    rows: Sequence[Term]


@dataclass(frozen=True)
class Link:
    words: str
    address: str


@dataclass(frozen=True)
class Phone:
    """A number to call: `number` as people read it, `link` in E.164, `hours` in words: when somebody answers."""

    words: str
    number: str
    link: str
    hours: str


@dataclass(frozen=True)
class Quote:
    """Something said before, under a line that says by whom and when."""

    title: str
    text: str


@dataclass(frozen=True)
class Rule:
    """From here on it is about the letter, not the matter."""


Block = Marker | Words | Rows | Link | Phone | Quote | Rule

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:15px;line-height:1.5"
_PALE = "color:#6b7280;font-size:13px"


def as_text(blocks: Sequence[Block]) -> str:
    return "\n\n".join(_text(block) for block in blocks) + "\n"


def as_html(blocks: Sequence[Block], *, title: str, language: str) -> str:
    head = f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    body = "\n".join(_html(block) for block in blocks)
    return f'{head}</head>\n<body style="{_FONT}">\n{body}\n</body></html>\n'


def _text(block: Block) -> str:
    match block:
        case Marker(line):
            return f"-- {line} --"
        case Words(text):
            return text
        case Rows(rows):
            return "\n".join(f"{row.term}: {row.value} {row.note}".rstrip() for row in rows)
        case Link(words, address):
            return f"{words}: {_shown(address)}"
        case Phone(words, number, _link, hours):
            return f"{words}: {number}" + (f", {hours}" if hours else "")
        case Quote(title, text):
            return "\n".join([title, *(f"> {line}".rstrip() for line in text.split("\n"))])
        case Rule():
            return "———"


def _shown(address: str) -> str:
    """As people read it: of a mailto: link the address to write to."""
    return address.removeprefix("mailto:").partition("?")[0] if address.startswith("mailto:") else address


def _html(block: Block) -> str:
    match block:
        case Marker(line):
            return f'<p style="{_PALE}">{_text(Marker(str(escape(line))))}</p>'
        case Words(text):
            return f"<p>{linkify(text)}</p>"
        case Rows(rows):
            cells = Markup(
                '<tr><td style="padding:2px 16px 2px 0;vertical-align:top;color:#6b7280">{}</td><td>{}</td></tr>\n'
            )
            lines = "".join(cells.format(row.term, linkify(f"{row.value} {row.note}".rstrip())) for row in rows)
            return f'<table style="border-collapse:collapse">\n{lines}</table>'
        case Link(words, address):
            return f'<p><a href="{escape(address)}">{escape(words)}</a></p>'
        case Phone(words, number, link, hours):
            said = Markup('<p>{}: <a href="tel:{}">{}</a>{}</p>')
            return said.format(words, link, number, f", {hours}" if hours else "")
        case Quote(title, text):
            edge = "margin:0;padding-left:12px;border-left:3px solid #d1d5db;color:#6b7280"
            return f'<p style="{_PALE}">{escape(title)}</p>\n<blockquote style="{edge}">{linkify(text)}</blockquote>'
        case Rule():
            return '<hr style="border:0;border-top:1px solid #d1d5db">'
