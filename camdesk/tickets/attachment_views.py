"""Files over HTTP, for every room: taken in one piece or in several, given out inert, previewed.

    POST   /files/              multipart (field `files` or `file`), or the file itself with X-File-Name → 201 {id, …}
    POST   /files/ + Upload-Length, X-File-Name     begins an upload in pieces → 201 {id, offset: 0}
    PATCH  /files/ID + Upload-Offset                adds a piece → 204, or 200 {id, …} with the last one
    HEAD   /files/ID            Upload-Offset while the file is not sent: how far it has come; X-Scan: quarantine.Ruling
    DELETE /files/ID            takes it back while it is not sent
    GET    /files/ID            the file; parts by Range; 403 or 409 and a page with the reason while it is withheld
    POST   /files/ID            an agent takes it although it was not checked for viruses
    GET    /files/ID/preview    a small picture of it; ?edge=1280 the larger one
    GET    /files/ID/tile       how it stands in a conversation, while it is being checked: the page asks again

Refusals are {"error": sentence} with the status of uploads.FileRefused.
"""

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from camdesk.lib import files
from camdesk.lib.filenames import content_disposition
from camdesk.lib.multipart import files_in
from camdesk.lib.previews import EDGES
from camdesk.lib.sniffing import inert_headers
from camdesk.people import audit
from camdesk.people.limits_middleware import later
from camdesk.people.models import Person
from camdesk.people.requests import VisitorRequest
from camdesk.people.roles import may
from camdesk.tickets import attachments, previews, quarantine, thread, upload_words, uploads
from camdesk.tickets.access import attachment_for
from camdesk.tickets.events import Audience
from camdesk.tickets.models import Attachment, Scanned
from camdesk.tickets.quarantine import Ruling

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_SIZE = re.compile(r"\d{1,15}")
_TIMES = re.compile(r"\d{1,3}")


@require_http_methods(["POST"])
def upload(request: VisitorRequest) -> HttpResponse:
    person: Person | None = request.person
    if person is None:
        return _refusal(401, _("Войдите, чтобы приложить файл."))
    try:
        if "Upload-Length" in request.headers:
            begun = uploads.begin(
                name=_name(request), total=_whole_number(request, "Upload-Length"), by=person, now=timezone.now()
            )
            return JsonResponse({"id": begun.pk, "offset": 0}, status=201)
        taken = _receive(request, person)
    except uploads.FileRefused as error:
        return _refused(error)
    return JsonResponse(described(taken), status=201)


def _receive(request: VisitorRequest, person: Person) -> Attachment:
    if request.content_type != "multipart/form-data":
        return uploads.receive_stream(_body(request), name=_name(request), by=person, now=timezone.now())
    sent = [*files_in(request, "files"), *files_in(request, "file")]
    if len(sent) != 1:
        raise uploads.FileRefused(_("Файл не пришёл. Приложите его ещё раз."))
    return uploads.receive(sent[0], by=person, now=timezone.now())


@require_http_methods(["GET", "HEAD", "POST", "PATCH", "DELETE"])
def one(request: VisitorRequest, attachment_id: str) -> HttpResponse | FileResponse:
    attachment = attachment_for(request.person, request.agent, attachment_id)
    if request.method == "PATCH":
        return _piece(request, attachment)
    if request.method == "DELETE":
        return _removal(attachment)
    if attachment.state == Attachment.State.RECEIVING:
        return _progress(request, attachment)
    unchecked = request.method == "POST" and asks_first(request, attachment)
    if unchecked and request.person is not None:
        attachments.take_unchecked(attachment=attachment, by=request.person, now=timezone.now())
    answer = file_answer(request, attachment, unchecked=unchecked)
    if attachment.message is not None and may(request.agent, "ticket.read") and request.person is not None:
        audit.saw(
            by=request.person.pk,
            whose=attachment.message.ticket.person_id,
            what="file taken",
            about=f"file {attachment.pk}",
            now=timezone.now(),
        )
    if attachment.message_id is None:
        answer.headers["Upload-Offset"] = str(attachment.size)
        answer.headers["X-Scan"] = quarantine.ruling(attachment).value  # what its readers would be told
        if request.method == "HEAD" and answer.status_code in (403, 409):
            answer.status_code = 204  # its uploader asks how far it came; that it is whole is no secret from them
    return answer


def _piece(request: VisitorRequest, attachment: Attachment) -> HttpResponse:
    if attachment.message_id is not None:
        raise Http404
    try:
        at = _whole_number(request, "Upload-Offset")
        upload = uploads.add_piece(upload=attachment, at=at, chunks=_body(request), now=timezone.now())
        if upload.state == Attachment.State.READY:
            return JsonResponse(described(upload))
        return HttpResponse(status=204, headers={"Upload-Offset": str(uploads.offset(upload))})
    except uploads.WrongFileOffset as error:
        answer = _refused(error)
        answer.headers["Upload-Offset"] = str(error.offset)
        return answer
    except uploads.FileRefused as error:
        return _refused(error)


def _progress(request: VisitorRequest, attachment: Attachment) -> HttpResponse:
    if request.method != "HEAD":
        raise Http404  # there is nothing to read yet
    try:
        headers = {"Upload-Offset": str(uploads.offset(attachment)), "Upload-Length": str(attachment.total_size)}
    except uploads.FileRefused as error:
        return _refused(error)
    return HttpResponse(status=204, headers=headers)


def _removal(attachment: Attachment) -> HttpResponse:
    if attachment.message_id is not None or not attachments.remove(attachment=attachment):
        return _refusal(409, _("Файл уже отправлен, его нельзя убрать."))
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD"])
def preview(request: VisitorRequest, attachment_id: str) -> HttpResponse:
    attachment = attachment_for(request.person, request.agent, attachment_id)
    edge = max(EDGES) if request.GET.get("edge") == str(max(EDGES)) else min(EDGES)
    given = quarantine.given(attachment, agent=may(request.agent, "ticket.read"))
    picture = previews.preview_bytes(attachment, edge) if given else None
    if picture is None:
        raise Http404
    return HttpResponse(picture, headers=dict(inert_headers("image/webp", disposition="inline")))


@require_http_methods(["GET"])
def tile(request: VisitorRequest, attachment_id: str) -> HttpResponse:
    """The file as its reader finds it in a conversation, as it is by now. ?again=N: how often the page has asked."""
    attachment = attachment_for(request.person, request.agent, attachment_id)
    asked = request.GET.get("again", "")
    audience = Audience.AGENT if may(request.agent, "ticket.read") else Audience.CUSTOMER
    context = {
        "file": thread.file_of(attachment, audience),
        "again": int(asked) if _TIMES.fullmatch(asked) else 0,
    }
    return render(request, "tickets/one_file.html", context)


# --- the bytes


def asks_first(request: VisitorRequest, file: Scanned | quarantine.ScanState) -> bool:
    """Whether this reader has to say first that they take it unchecked."""
    return quarantine.ruling(file, agent=may(request.agent, "ticket.read")) == Ruling.ASKED


def withheld(request: VisitorRequest, file: Scanned | quarantine.ScanState, *, name: str) -> HttpResponse:
    """A page that says why the bytes of `file` are not given, at the address where they would be."""
    agent = may(request.agent, "ticket.read")
    ruling = quarantine.ruling(file, agent=agent)
    context = {"name": name, "ruling": ruling, "sentence": quarantine.sentence(file, agent=agent)}
    status = 409 if ruling in (Ruling.ASKED, Ruling.WAITS) else 403
    answer = render(request, "tickets/file_withheld.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def file_answer(
    request: VisitorRequest, attachment: Attachment, *, unchecked: bool = False
) -> HttpResponse | FileResponse:
    """The bytes as they were sent, in headers that keep them inert; a part of them when Range asks for one.

    The caller has checked that the asker may see it; `unchecked`: and that they want it although nobody checked it.
    """
    if not (unchecked or quarantine.given(attachment)):
        return withheld(request, attachment, name=attachment.name)
    headers = dict(inert_headers(attachment.content_type, disposition=content_disposition(attachment.name)))
    headers |= {"Accept-Ranges": "bytes", "ETag": f'"{attachment.sha256}"'}
    wanted = _range(request, attachment)
    if wanted is None:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{attachment.size}"})
    start, length, status = wanted
    headers["Content-Length"] = str(length)
    if status == 206:
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{attachment.size}"
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    try:
        file = files.store().open(attachment.storage_key)
    except files.NotHere:
        raise Http404 from None
    answer = FileResponse(files.ByteRange(file, start, length), status=status)
    for name, value in headers.items():
        answer.headers[name] = value
    return answer


def _range(request: VisitorRequest, attachment: Attachment) -> tuple[int, int, int] | None:
    """(start, length, status); None for a range outside the file. What we do not understand is no range at all."""
    size = attachment.size
    found = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    other_version = request.headers.get("If-Range", f'"{attachment.sha256}"') != f'"{attachment.sha256}"'
    if found is None or other_version or not any(found.groups()):
        return 0, size, 200
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start >= size or end < start:
        return None
    return start, end - start + 1, 206


def described(attachment: Attachment) -> dict[str, Any]:
    """What a page must know about a file to show it."""
    address = reverse("files:one", args=[attachment.pk])
    has_preview = attachment.preview_state in ("wanted", "ready") and quarantine.given(attachment)
    return {
        "id": attachment.pk,
        "name": attachment.name,
        "size": attachment.size,
        "type": attachment.content_type,
        "url": address,
        "scan": quarantine.ruling(attachment),
        "preview": reverse("files:preview", args=[attachment.pk]) if has_preview else None,
    }


def _name(request: VisitorRequest) -> str:
    """X-File-Name, percent-encoded UTF-8: a header holds no Russian."""
    return unquote(request.headers.get("X-File-Name", ""), errors="replace")


def _whole_number(request: VisitorRequest, header: str) -> int:
    raw = request.headers.get(header, "")
    if not _SIZE.fullmatch(raw):
        raise uploads.FileRefused(_("Файл не пришёл. Приложите его ещё раз."))
    return int(raw)


def _body(request: VisitorRequest) -> Iterator[bytes]:
    return iter(lambda: request.read(files.PIECE), b"")


def _refused(error: uploads.FileRefused) -> HttpResponse:
    answer = _refusal(error.status, str(error))
    return later(answer, error.wait) if error.wait else answer


def _refusal(status: int, sentence: str) -> HttpResponse:
    return JsonResponse({"error": sentence}, status=status)


@lru_cache(maxsize=8)
def _words(language: str, most: int) -> str:
    """The sentences of the browser as JSON, made once a language (and limit, which they name)."""
    return json.dumps(upload_words.words_for_browser(), ensure_ascii=False)


def picker(*, place: str, kept: Sequence[Attachment] = ()) -> dict[str, Any]:
    """What `file_picker` of tickets/file_picker.html needs.

    `place` names the draft ("form", "ticket:1042"), `kept` are the files it already has (attachments.unsent).
    """
    return {
        "place": place,
        "kept": [described(attachment) for attachment in kept],
        "limits": upload_words.limits_sentence(),
        "most": settings.MAX_FILES,
        "most_bytes": settings.MAX_FILE_BYTES,
        "words": _words(get_language() or "", settings.MAX_FILES),
    }
