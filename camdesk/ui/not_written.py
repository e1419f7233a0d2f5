"""The answer when nothing could be written just now: it says so, and the page itself holds what was typed and sends it
again."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from camdesk.lib.storage_errors import BUSY, Unwritable
from camdesk.ui import error_page


def answer(request: HttpRequest, why: Unwritable) -> HttpResponse:
    changes = request.method == "POST"
    return error_page.answer(
        request, why.status, sentence=_sentence(why, changes), typed=error_page.KeptWords.SENDS_AGAIN
    )


def _sentence(why: Unwritable, changes: bool) -> str:
    if why.status == BUSY and not changes:
        return _("Сервер занят. Откройте страницу ещё раз через несколько секунд.")
    if why.status == BUSY:
        return _("Сейчас не получилось записать. Ничего не пропало: повторите через несколько секунд.")
    return _("На сервере кончилось место, и записать не получилось. Ничего не пропало: повторите немного позже.")
