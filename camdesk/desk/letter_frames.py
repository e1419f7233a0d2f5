"""Letters in their frames: sanitised HTML shut in a sandbox that has no scripts, no origin and loads nothing.

The frame's origin is opaque, so its requests would carry no cookie: its pictures are in the document itself, drawn
anew, and its one style sheet is ours, known to the policy by its digest.
"""

import base64
import hashlib
import html
import math
import re

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from camdesk.channels.mail.incoming.letter_view import DRAWN_BYTES, PICTURES, as_address, pictures_within
from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from camdesk.channels.mail.mime.sanitise import sanitise
from camdesk.lib.previews import EDGES
from camdesk.people.requests import AgentRequest
from camdesk.tickets.models import Message
from camdesk.tickets.previews import ONCE, preview_bytes
from camdesk.tickets.quarantine import given
from camdesk.ui.templating import THEMES

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1c1d22, #ecebe8); --soft: light-dark(#55565e, #b6b5b2);
  --line: light-dark(#dddcd8, #3d3f47); --well: light-dark(#f4f3f1, #1d1e22); --paper: light-dark(#fff, #25262b);
  --link: light-dark(#2f4fb5, #a3b8f5) }
:root[data-theme=light] { color-scheme: light }
:root[data-theme=dark] { color-scheme: dark }
body { margin: 0; padding: 12px 16px; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif }
a { color: var(--link) }
img { max-width: 100%; height: auto; border-radius: 4px }
table { max-width: 100%; border-collapse: collapse }
td, th { padding: 2px 8px 2px 0; text-align: start; vertical-align: top }
pre { white-space: pre-wrap }
hr { border: 0; border-top: 1px solid var(--line) }
blockquote { margin: 8px 0; padding-inline-start: 12px; border-inline-start: 3px solid var(--line); color: var(--soft) }
summary { width: max-content; padding: 2px 10px; border-radius: 12px; background: var(--well); color: var(--soft);
  font-size: 13px; cursor: pointer }
summary:focus-visible { outline: 2px solid var(--link) }
.letter-quote[open] > summary { margin-bottom: 8px }
.letter-picture-off { display: inline-block; padding: 0 8px; border: 1px dashed var(--line); border-radius: 4px;
  color: var(--soft); font-size: 13px }
"""
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# Links open a new tab, and only when a person presses them; nothing else gets out, and nothing gets in.
POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; "
    f"style-src 'sha256-{_DIGEST}'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_PICTURE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"([^<>]*)>')  # as sanitise writes it
_FILE = re.compile(r"/files/([\w-]{20,40})")
_FOLDED = re.compile(r'<details class="letter-quote">.*?</details>', re.S)
_SUMMARY = re.compile(r'(<details class="letter-quote"><summary>)[^<]*(?=</summary>)')
_BREAK = re.compile(r"<br\b|</(?:p|div|li|tr|h[1-6]|blockquote|pre|table)>|\n\n")
_TAG = re.compile(r"<[^>]*>")
_LINE, _UNIT, _PICTURE_LINES = 23, 64, 10  # pixels a line, pixels a step of `.letter-h`, lines a picture takes


def of_message(request: AgentRequest, message: Message) -> HttpResponse:
    """The HTML of a letter that became a message; its pictures are files of the message."""
    return _document(request, _SUMMARY.sub(rf"\g<1>{_quote_word()}", _with_own_pictures(message)))


def of_letter(request: AgentRequest, letter: ParsedLetter, *, pictures: bool) -> HttpResponse:
    """The HTML of a letter as `letter_view.look_at` gives it. `pictures`: whether those within it may be drawn."""
    found = pictures_within(letter) if pictures else {}
    return _document(request, sanitise(letter.html, found, quote_label=_quote_word()))


def height(markup: str) -> int:
    """How tall a frame should be, in steps of 64 pixels from 2 to 10: a letter may not measure itself for us.

    A guess from words, breaks and pictures; the quoted letter is folded. What is longer scrolls.
    """
    shown = _FOLDED.sub("<br><br>", markup[:20_000])
    blocks = [_TAG.sub("", block).strip() for block in _BREAK.split(shown)]
    lines = sum(1 + len(block) // 80 for block in blocks if block) + _PICTURE_LINES * shown.count("<img ")
    return max(2, min(10, math.ceil((lines * _LINE + 40) / _UNIT)))


def _document(request: AgentRequest, body: str) -> HttpResponse:
    theme = request.COOKIES.get("camdesk_theme", "")
    marks = f' data-theme="{theme}"' if theme in THEMES else ""
    title = html.escape(_("Письмо"))
    answer = HttpResponse(
        f'<!doctype html><html lang="{html.escape(get_language() or "ru")}"{marks}><meta charset="utf-8">'
        f"<title>{title}</title><style>{STYLE}</style><body>{body}"
    )
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _quote_word() -> str:
    return _("показать цитату")


def _with_own_pictures(message: Message) -> str:
    """The pictures' addresses become the pictures themselves; what is too much, or no picture, becomes its words."""
    files = {one.pk: one for one in message.attachments.all()}
    drawn: dict[str, str] = {}
    left = DRAWN_BYTES
    patience = ONCE  # for all of them together: another draws

    def put_in(found: re.Match[str]) -> str:
        nonlocal left, patience
        named = _FILE.search(found[1])
        key = named[1] if named else ""
        if key in files and given(files[key]) and key not in drawn and len(drawn) < PICTURES:
            picture = preview_bytes(files[key], max(EDGES), wait=patience)
            patience = patience if picture is not None else 0
            if picture is not None and len(picture) <= left:
                left -= len(picture)
                drawn[key] = as_address(picture)
        if key in drawn:
            return f'<img src="{drawn[key]}" alt="{found[2]}"{found[3]}>'
        words = found[2] or html.escape(files[key].name if key in files else _("картинка"))
        return f'<span class="letter-picture-off">{words}</span>'

    return _PICTURE.sub(put_in, message.html)
