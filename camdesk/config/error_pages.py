"""The pages for a request we cannot read, for one too long or too many, for what cannot be written now and for a fault
of ours.

Django's own look at the form's body once more (for the token against forgery): a body that cannot be read made the page
about it fail too, and the customer saw a bare 500.
"""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse

from camdesk.api.problems import problem
from camdesk.lib.fault_codes import code_of
from camdesk.lib.storage_errors import AGAIN_SECONDS, BUSY, not_now
from camdesk.people.limits_middleware import answer
from camdesk.ui import error_page, fault, not_written, too_long

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
    return error_page.answer(request, 400)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    return answer(request, _WAIT)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls it while it handles the exception."""
    why = not_now(sys.exc_info()[1])
    if why is None:
        if not request.path.startswith(_API):
            return fault.answer(request)
        return problem(500, f"A fault of ours, on record as {code_of(request)}. Ask again later, with the same key.")
    if request.path.startswith(_API):
        response: HttpResponse = problem(why.status, "Nothing was written; ask again later, with the same key.")
    else:
        response = not_written.answer(request, why)
    if why.status == BUSY:
        response["Retry-After"] = str(AGAIN_SECONDS)
    return response


def not_proven(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its proof against forgery: nearly always a page that was open for too long. What was typed is
    shown to who sent it from a page of ours, and sent by no button: that is what the proof is against."""
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    typed = error_page.KeptWords.SHOWS if ours else error_page.KeptWords.LEAVES_OUT
    return error_page.answer(request, 403, template="403_csrf.html", typed=typed)
