"""The last still of a camera as an answer."""

from django.http import Http404, HttpRequest, HttpResponse

from camdesk.cameras.models import Camera
from camdesk.lib import files


def picture_answer(request: HttpRequest, camera: Camera) -> HttpResponse:
    """The picture's bytes, private to this reader; 404 when there is none. Rights are the caller's business."""
    if not camera.picture:
        raise Http404
    try:
        with files.store().open(camera.picture) as stored:
            body = stored.read()
    except files.NotHere:
        raise Http404 from None
    answer = HttpResponse(body, content_type="image/webp")
    # The page is private and so is the picture; a still changes rarely, so the browser may keep it a minute.
    answer["Cache-Control"] = "private, max-age=60"
    return answer
