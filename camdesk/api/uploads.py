"""Files of the API: uploaded first, then named in `attachments`."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.utils import timezone
from ninja import File, Router, Status
from ninja.files import UploadedFile

from camdesk.api.keys import ApiRequest, require
from camdesk.api.problems import ApiProblem
from camdesk.api.schemas import UploadOut
from camdesk.lib.multipart import ArrivedFile
from camdesk.tickets import quarantine, uploads
from camdesk.tickets.access import attachment_for_key
from camdesk.tickets.attachment_views import file_answer
from camdesk.tickets.quarantine import Ruling

router = Router(tags=["files"])


@router.post("/uploads", response={201: UploadOut}, summary="Upload a file (multipart field `file`)")
def upload(request: ApiRequest, file: File[UploadedFile]) -> Status[dict[str, Any]]:
    require(request.auth, "ticket.reply")
    assert isinstance(file, ArrivedFile), "settings.FILE_UPLOAD_HANDLERS"
    try:
        kept = uploads.receive(file, by=request.auth.person, now=timezone.now())
    except uploads.FileRefused as error:
        errors = [{"field": "file", "message": str(error)}]
        raise ApiProblem(error.status, str(error), errors=errors, wait=error.wait) from None
    return Status(201, {"id": kept.pk, "name": kept.name, "size": kept.size, "type": kept.content_type})


@router.get("/attachments/{attachment_id}", summary="Download a file", include_in_schema=True)
def download(request: ApiRequest, attachment_id: str) -> HttpResponse | FileResponse:
    require(request.auth, "ticket.read")
    try:
        attachment = attachment_for_key(request.auth, attachment_id)
    except Http404:
        raise ApiProblem(404, "There is no such file.") from None
    match quarantine.ruling(attachment):
        case Ruling.INFECTED:
            raise ApiProblem(403, f"The file is infected ({attachment.scan_note}): nobody gets it.")
        case Ruling.WAITS:
            raise ApiProblem(409, "The file is being checked for viruses. Ask again in a few seconds.")
        case Ruling.UNCHECKED:
            raise ApiProblem(403, f"The file could not be checked for viruses ({attachment.scan_note}).")
    return file_answer(request, attachment)
