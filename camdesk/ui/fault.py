"""The answer to a fault of ours: a page with the code that the log's lines of it bear, and what was typed."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from camdesk.lib.fault_codes import code_of
from camdesk.ui import error_page


def answer(request: HttpRequest) -> HttpResponse:
    code = code_of(request)
    sentence = _("У нас сбой, код %(code)s. Повторите через минуту: написанное не пропадёт.") % {"code": code}
    return error_page.answer(request, 500, sentence=sentence, typed=error_page.KeptWords.SENDS_AGAIN, code=code)
