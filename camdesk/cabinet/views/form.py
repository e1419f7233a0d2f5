"""«Написать в поддержку»: the form, its questions by topic, its draft, and the page after sending."""

import json
import secrets
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from camdesk.cabinet import form_page, organisation_switch, outage_notes
from camdesk.cabinet.doors import signed_in
from camdesk.cabinet.form_page import entered, page_of
from camdesk.cabinet.organisation_switch import chosen
from camdesk.cameras.models import Camera
from camdesk.channels import intake
from camdesk.channels.form import submission
from camdesk.channels.form.posted_fields import Filled, from_draft, read, to_draft
from camdesk.lib.language import current_language
from camdesk.lib.multipart import files_in
from camdesk.lib.numbers import whole_numbers
from camdesk.lib.prepared import ahead
from camdesk.people.limits import Limited
from camdesk.people.limits_middleware import later, sentence
from camdesk.people.requests import PersonRequest
from camdesk.playbook import current as playbook
from camdesk.tickets import access, answers, attachments, drafts, thread, uploads
from camdesk.tickets.events import Audience
from camdesk.tickets.receipts import KeyReused

# A button of these names shows the form anew, as it stands, and sends nothing: for pages without scripts.
SHOWN_ANEW = {"refresh", "anywhere", "untick", "open_row"}


@signed_in
@require_http_methods(["GET", "POST"])
def form(request: PersonRequest) -> HttpResponse:
    return _show(request) if request.method == "GET" or SHOWN_ANEW & request.POST.keys() else _send(request)


@signed_in
@require_POST
def questions(request: PersonRequest) -> HttpResponse:
    """The questions of the topic and cameras chosen just now: fragments, for pages with scripts."""
    page = page_of(request.person, read(request.POST), playbook.current()[1], language=current_language())
    answer = render(request, "cabinet/form/all_questions.html", page)
    answer["X-Asks-Cameras"] = "yes" if page["asks_cameras"] else "no"
    return answer


@signed_in
@require_POST
def draft(request: PersonRequest) -> HttpResponse:
    """Keeps the half-filled form."""
    content = to_draft(read(request.POST)) | {"key": _key(request)}
    if len(json.dumps(content, ensure_ascii=False)) > 200_000:
        return JsonResponse({"saved": False}, status=413)
    drafts.keep(person=request.person, place=submission.DRAFT, content=content, now=timezone.now())
    return JsonResponse({"saved": True})


@signed_in
@require_GET
def sent(request: PersonRequest, number: int) -> HttpResponse:
    """A page worth reading: the number, whose move it is, the promised time, what happens next, the letter's copy."""
    with ahead(
        access.question(request.person, number),
        *thread.opening_questions(number, Audience.CUSTOMER),
        answers.question(number),
        *organisation_switch.questions(request),
    ):
        ticket = access.ticket_for_customer(request.person, number)
        message = thread.opening_words(ticket, Audience.CUSTOMER)
        rows = answers.cameras_of(ticket)
        document = playbook.version(ticket.playbook_version)
        context = {"ticket": ticket, "message": message, "cameras": rows, "document": document}
        return render(request, "cabinet/form/sent.html", context)


def _show(request: PersonRequest) -> HttpResponse:
    if request.method == "POST":
        filled, _errors = _with_files(request, _as_posted(request))
        return _shown(request, filled, _key(request), None)
    with ahead(
        drafts.question(request.person, submission.DRAFT),
        form_page.question(request.person),
        *organisation_switch.questions(request),
        *outage_notes.questions(request.person),
    ):
        kept, own = drafts.kept(request.person, submission.DRAFT), form_page.listed(request.person)
        key = kept.get("key") or secrets.token_urlsafe(24)
        return _shown(request, _first_values(request, kept, own), key, own)


def _shown(request: PersonRequest, filled: Filled, key: str, own: list[Camera] | None) -> HttpResponse:
    document, anywhere = playbook.current()[1], "anywhere" in request.POST
    page = page_of(request.person, filled, document, language=current_language(), own=own, anywhere=anywhere)
    return render(request, "cabinet/form/form.html", page | {"key": key})


def _as_posted(request: PersonRequest) -> Filled:
    """The form as it was posted, without the camera that was just taken out of it."""
    posted = request.POST.copy()
    posted.setlist("cameras", [pk for pk in posted.getlist("cameras") if pk != posted.get("untick")])
    return read(posted)


def _send(request: PersonRequest) -> HttpResponse:
    _number, document = playbook.current()
    filled, file_errors = _with_files(request, read(request.POST))
    key = _key(request)
    try:
        if file_errors:
            raise intake.Refused(file_errors)
        opened = submission.submit(
            filled=filled,
            key=key,
            document=document,
            consented=bool(request.POST.get("consent")),
            address_of_sender=request.META.get("REMOTE_ADDR"),
            language=current_language(),
            organisation=chosen(request),
            by=request.person,
            now=timezone.now(),
        )
    except intake.Refused as refused:
        return _refused(request, filled, refused.errors, key=key, status=_status(refused))
    except Limited as limited:
        errors = [intake.FieldError("", sentence(limited.wait))]
        return later(_refused(request, filled, errors, key=key, status=429), limited.wait)
    except KeyReused:
        errors = [form_page.sent_already()]
        return _refused(request, filled, errors, key=secrets.token_urlsafe(24), status=422)
    there = redirect("form_sent", number=opened.ticket.pk)
    if request.headers.get("HX-Request"):  # our script goes there itself, once
        return HttpResponse(status=204, headers={"HX-Redirect": there.url})
    return there


def _refused(
    request: PersonRequest, filled: Filled, errors: list[intake.FieldError], *, key: str, status: int
) -> HttpResponse:
    """The form again, with everything that was typed, chosen and attached."""
    page = page_of(request.person, filled, playbook.current()[1], language=current_language(), errors=errors)
    context = page | {"key": key, "consented": bool(request.POST.get("consent"))}
    return render(request, "cabinet/form/form.html", context, status=status)


def _status(refused: intake.Refused) -> int:
    """507 when it was our disk that had no room, 422 for everything the customer can mend."""
    return 507 if any(error.field == "disk" for error in refused.errors) else 422


def _with_files(request: PersonRequest, filled: Filled) -> tuple[Filled, list[intake.FieldError]]:
    """Files that came in the form's own body (no scripts) become uploads: they stay chosen whatever happens next.
    What is one too many, too large or empty is refused in words, the others stay."""
    # A retry of a sent form names files that are bound by now: they count for its key, so they stay named.
    ids = attachments.whole(ids=filled.attachments, by=request.person)
    taken = uploads.receive_all(files_in(request, "files"), already=len(ids), by=request.person, now=timezone.now())
    errors = [intake.FieldError("disk" if taken.no_room else "files", sentence) for sentence in taken.sentences]
    return replace(filled, attachments=[*ids, *(file.pk for file in taken.attachments)]), errors


def _first_values(request: PersonRequest, kept: dict[str, Any], own: list[Camera]) -> Filled:
    """The draft, and what the account and the address of the page tell (?camera=17&topic=camera-offline)."""
    person = request.person
    filled = from_draft(kept)
    filled = replace(
        filled,
        name=filled.name or person.name,
        phone=filled.phone or person.phone,
        email=filled.email or person.email,
    )
    cameras = whole_numbers(request.GET.getlist("camera"))
    return entered(filled, person, cameras, request.GET.get("topic", ""), own)


def _key(request: PersonRequest) -> str:
    return request.POST.get("key", "")[:255] or secrets.token_urlsafe(24)
