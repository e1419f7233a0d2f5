"""«Написать без входа»: the form of somebody who is not signed in, and the page after sending.

Both say the same to everybody, whether somebody has that address or not.
"""

import secrets
from functools import partial
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from camdesk.cabinet.form_page import sent_already, topic_menu
from camdesk.channels import intake
from camdesk.channels.form import open_submission
from camdesk.channels.form.posted_fields import read
from camdesk.channels.intake import Asked, FieldError
from camdesk.lib.language import current_language
from camdesk.lib.multipart import files_in
from camdesk.people.limits import Limited, network_of
from camdesk.people.limits_middleware import later, sentence
from camdesk.people.requests import VisitorRequest
from camdesk.playbook import current as playbook
from camdesk.tickets import upload_words
from camdesk.tickets.models import Ticket
from camdesk.tickets.receipts import KeyReused

_SENT_FOR = 24 * 3600  # seconds the page after sending can be opened
_SALT = "camdesk.open_form.sent"


@never_cache
@require_http_methods(["GET", "POST"])
def open_form(request: VisitorRequest) -> HttpResponse:
    if request.person is not None:
        return redirect("form")
    if not settings.OPEN_FORM:
        return render(request, "cabinet/open_form/closed.html", status=404)
    if request.method == "POST":
        return _send(request)
    topic = request.GET.get("topic", "")
    return _page(request, Asked(topic=topic), secrets.token_urlsafe(24))


@never_cache
@require_GET
def sent(request: VisitorRequest, token: str) -> HttpResponse:
    """What happens next. Names nobody: it is read by whoever has sent the form."""
    try:
        number = signing.loads(token, salt=_SALT, max_age=_SENT_FOR)
    except signing.BadSignature:
        raise Http404 from None
    ticket = Ticket.objects.filter(pk=number).first()
    if ticket is None:
        raise Http404
    return render(request, "cabinet/open_form/sent.html", {"ticket": ticket})


def _send(request: VisitorRequest) -> HttpResponse:
    asked, key, file_errors, no_room = _with_files(request)
    address = request.META.get("REMOTE_ADDR", "")
    try:
        if file_errors:
            raise intake.Refused(file_errors)
        opened = open_submission.submit(
            asked=asked,
            key=key,
            document=playbook.current()[1],
            consented=bool(request.POST.get("consent")),
            network=network_of(address),
            address_of_sender=address or None,
            language=current_language(),
            now=timezone.now(),
        )
    except intake.Refused as refused:
        return _page(request, asked, key, errors=refused.errors, status=507 if no_room else 422)
    except Limited as limited:
        errors = [FieldError("", sentence(limited.wait))]
        return later(_page(request, asked, key, errors=errors), limited.wait)
    except KeyReused:
        return _page(request, asked, secrets.token_urlsafe(24), errors=[sent_already()], status=422)
    return redirect("open_form_sent", token=signing.dumps(opened.ticket.pk, salt=_SALT))


def _with_files(request: VisitorRequest) -> tuple[Asked, str, list[FieldError], bool]:
    """(the form, its key, what is wrong with its files, whether that is our disk). Files that came stay chosen whatever
    happens next."""
    key = request.POST.get("key", "")[:255] or secrets.token_urlsafe(24)
    kept = open_submission.kept_ids(key, request.POST.getlist("attachments"))
    arrived = files_in(request, "files")
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    taken = open_submission.take_files(arrived, kept=kept, network=network, now=timezone.now())
    typed = read(request.POST)
    words = {name: getattr(typed, name) for name in ("topic", "text", "name", "phone", "email", "address")}
    asked = Asked(**words, attachments=[*kept, *(file.pk for file in taken.attachments)])
    return asked, key, [FieldError("files", said) for said in taken.sentences], taken.no_room


def _page(
    request: VisitorRequest,
    asked: Asked,
    key: str,
    *,
    errors: list[FieldError] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form, with everything that was typed, chosen and attached."""
    document = playbook.current()[1]
    told = {error.field: error.sentence for error in reversed(errors or [])}
    context: dict[str, Any] = {
        "asked": asked,
        "key": key,
        "document": document,
        "contacts": document.contacts,
        "topic_menu": partial(topic_menu, document, current_language()),
        "topic": document.topic(asked.topic) if asked.topic else None,
        "files": open_submission.kept(key, asked),
        "file_limits": upload_words.limits_together(open_submission.MOST_FILES, open_submission.MOST_MB),
        "consented": bool(request.POST.get("consent")),
        "errors": told,
        "error_list": [FieldError(name, told[name]) for name in _IN_ORDER if name in told],
    }
    return render(request, "cabinet/open_form/form.html", context, status=status)


_IN_ORDER = ("", "topic", "text", "address", "email", "phone", "name", "files", "consent")
