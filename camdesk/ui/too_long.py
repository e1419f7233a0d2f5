"""The answer to a form that holds more than one may beside its files: a log pasted whole, or fields without number.

What was typed cannot be read, so no page of ours can hold it; the browser's own page behind this one still does.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from camdesk.ui import error_page

STATUS = 413


def most_mb() -> int:
    """So much a form may hold, in MB."""
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE) // (1024 * 1024)


def answer(request: HttpRequest) -> HttpResponse:
    words = _("Слишком много текста за один раз: помещается %(most)d МБ. Длинное приложите файлом.")
    words %= {"most": most_mb()}
    return error_page.answer(request, STATUS, sentence=words)
