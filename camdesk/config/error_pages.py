"""The pages for a request we cannot read, for one too long or too many, for what cannot be written now and for a fault
of ours.

Django's own look at the form's body once more (for the token against forgery): a body that cannot be read made the page
about it fail too, and the customer saw a bare 500.
"""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from camdesk.api.problems import problem
from camdesk.lib.storage_errors import AGAIN_SECONDS, BUSY, not_now
from camdesk.people.limits_middleware import answer
from camdesk.ui import not_written, too_long

_WAIT = 60  # seconds; the package does not say how long its limits last
_API = "/api/"
# Nothing is broken in these: there is more in them than a form may hold beside its files.
_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, _TOO_MUCH):
        if request.path.startswith(_API):
            return problem(413, f"The request holds too much: at most {too_long.most_mb()} MB beside files.")
        return too_long.answer(request)
    if request.path.startswith(_API):
        return problem(400, "The request cannot be read: its host name or its form is not valid.")
    return HttpResponse(render_to_string("400.html"), status=400)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    return answer(request, _WAIT)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls it while it handles the exception."""
    why = not_now(sys.exc_info()[1])
    if why is None:
        return HttpResponse(render_to_string("500.html"), status=500)
    if request.path.startswith(_API):
        response: HttpResponse = problem(why.status, "Nothing was written; ask again later, with the same key.")
    else:
        response = not_written.answer(request, why)
    if why.status == BUSY:
        response["Retry-After"] = str(AGAIN_SECONDS)
    return response
