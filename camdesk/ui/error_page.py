"""The page of what went wrong: in the reader's language and theme, and with what they typed, so that nothing is lost
without JavaScript either. It asks neither the database nor the session: they may be what is broken.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from camdesk.ui.templating import THEMES

_SECRET = ("/account/", "/invitations/")
"""Forms with passwords and codes: what was typed there is not written into a page."""


class KeptWords(Enum):
    """What the page does with the fields of the form that was sent."""

    SENDS_AGAIN = "a button sends all of them again, with the proof against forgery they came with"
    SHOWS = "the text alone is shown, to be copied"
    LEAVES_OUT = ""


@dataclass(frozen=True, slots=True)
class SentField:
    """A field as it was sent."""

    name: str
    value: str


def answer(
    request: HttpRequest,
    status: int,
    *,
    sentence: str = "",
    template: str = "",
    typed: KeptWords = KeptWords.LEAVES_OUT,
    **words: Any,
) -> HttpResponse:
    """The page `template` (`STATUS.html`); where there is a `sentence`, that alone for a script of ours, which keeps
    what was typed and shows it beside."""
    if sentence and request.headers.get("HX-Request"):
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    return HttpResponse(
        page(request, template or f"{status}.html", sentence=sentence, typed=typed, **words), status=status
    )


def page(request: HttpRequest, template: str, *, typed: KeptWords = KeptWords.LEAVES_OUT, **words: Any) -> str:
    """Its HTML."""
    fields = [] if typed is KeptWords.LEAVES_OUT else _typed(request)
    theme = request.COOKIES.get("camdesk_theme", "")
    known = {
        "theme": theme if theme in THEMES else "",
        "address": request.get_full_path(),
        "changes": request.method == "POST",
        "text": next((field.value for field in fields if field.name == "text"), None),
        "typed": [field for field in fields if field.name != "text"],
        "sends_again": typed is KeptWords.SENDS_AGAIN,
        "had_files": bool(fields) and bool(request.FILES),
    }
    return render_to_string(template, known | words)


def _typed(request: HttpRequest) -> list[SentField]:
    """The fields of the form; none where they hold secrets, or where nobody has read them yet: reading may fail too."""
    if request.method != "POST" or request.path.startswith(_SECRET) or "_post" not in vars(request):
        return []
    return [SentField(name, value) for name, values in request.POST.lists() for value in values]
