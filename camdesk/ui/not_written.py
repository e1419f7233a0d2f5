"""The answer when nothing could be written just now: it says so, and the page itself holds what was typed and sends it
again, so that nothing is lost without JavaScript either.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from camdesk.lib.storage_errors import BUSY, Unwritable

_SECRET = ("/account/", "/invitations/")
"""Forms with passwords and codes: what was typed there is not written into a page."""


@dataclass(frozen=True, slots=True)
class SentField:
    """A field as it was sent."""

    name: str
    value: str


def answer(request: HttpRequest, why: Unwritable) -> HttpResponse:
    """A page; the sentence alone for a script of ours, which keeps what was typed and shows it beside."""
    if request.headers.get("HX-Request"):
        return HttpResponse(_sentence(why), status=why.status, content_type="text/plain; charset=utf-8")
    typed = _typed(request)
    text = next((field.value for field in typed if field.name == "text"), None)
    words = {
        "sentence": _sentence(why),
        "address": request.get_full_path(),
        "text": text,
        "typed": [field for field in typed if field.name != "text"],
        "had_files": bool(typed) and bool(request.FILES),
        "changes": request.method == "POST",
    }
    return HttpResponse(render_to_string(f"{why.status}.html", words), status=why.status)


def _sentence(why: Unwritable) -> str:
    if why.status == BUSY:
        return _("Сейчас не получилось записать. Ничего не пропало: повторите через несколько секунд.")
    return _("На сервере кончилось место, и записать не получилось. Ничего не пропало: повторите немного позже.")


def _typed(request: HttpRequest) -> list[SentField]:
    """The fields of the form; none where they hold secrets, or where nobody has read them yet: reading may fail too."""
    if request.method != "POST" or request.path.startswith(_SECRET) or "_post" not in vars(request):
        return []
    return [SentField(name, value) for name, values in request.POST.lists() for value in values]
